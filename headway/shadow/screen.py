"""What a person watches while the hour goes by."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from headway.shadow.session import FeedTally, Session

_PLAIN_EVERY_S = 300
"""Where nobody watches, a line is written this often (event time)."""


class Screen:
    """Shows a session under way; a context manager. Where the console is no terminal it writes a line now and then."""

    def __init__(self, session: Session, for_s: float, console: Console) -> None:
        self._session = session
        self._for_s = for_s
        self._console = console
        self._live = Live(console=console, transient=True, auto_refresh=False) if console.is_terminal else None
        self._written_at = 0

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self) -> None:
        """Bring what is shown up to date."""
        session = self._session
        if self._live is not None:
            self._live.update(self._render(), refresh=True)
        elif session.began_at and session.now - max(self._written_at, session.began_at) >= _PLAIN_EVERY_S:
            self._written_at = session.now
            self._console.print(self._sentence(), highlight=False)

    def _sentence(self) -> str:
        session = self._session
        minutes = (session.now - session.began_at) // 60
        return (
            f"{_clock(session)}  {minutes} of {self._for_s / 60:.0f} min: {session.vehicles} vehicles heard, "
            f"{session.runs} runs forecast, {session.trips_told} trips foretold by the agency, "
            f"{len(session.samples)} moments noted"
        )

    def _render(self) -> Group:
        session = self._session
        feeds = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("feed", "polls", "failed", "silent for", ""):
            feeds.add_column(name)
        for name, tally in (("positions", session.positions), ("trip updates", session.updates)):
            feeds.add_row(name, *_tally(tally, session.now))
        done = session.now - session.began_at if session.began_at else 0
        return Group(
            Text(self._sentence() if session.began_at else "waiting for the first positions"),
            ProgressBar(total=self._for_s, completed=min(done, self._for_s), width=60),
            feeds,
            Text("Ctrl-C: stop here and see how both did so far", style="dim"),
        )


def _clock(session: Session) -> str:
    return datetime.fromtimestamp(session.now, ZoneInfo(session.timetable.timezone)).strftime("%H:%M:%S")


def _tally(tally: FeedTally, now: int) -> tuple[str, ...]:
    silent = f"{max(0, now - tally.heard_at)} s" if tally.heard_at else "-"
    return str(tally.polls), str(tally.failures), silent, tally.error[:60]
