"""``headway shadow``: one command, no account, and an hour later a fair scorecard."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from headway.score import check_lines, load_timetable, split_lines
from headway.score_report.page import write_page
from headway.score_report.paper import open_paper
from headway.shadow.screen import Screen
from headway.shadow.session import Session
from headway.shadow.verdict import print_verdict
from headway.shadow.watch import Feeds, watch
from runtime.errors import UserError
from transit.scoring.judge import NothingToScoreError
from transit.timetable.compiled import Timetable


def shadow(
    gtfs: Annotated[str, typer.Option(help="The timetable: a GTFS zip, folder or URL.")],
    positions: Annotated[str, typer.Option(help="VehiclePositions: a URL, or a recording (zip or folder).")],
    trip_updates: Annotated[str, typer.Option(help="The present predictor's TripUpdates, likewise.")],
    *,
    for_min: Annotated[float, typer.Option("--for", min=0.5, max=1440, help="Minutes to watch.")] = 60.0,
    every: Annotated[float, typer.Option(min=1, max=300, help="Seconds between polls of a live feed.")] = 10.0,
    lines: Annotated[str, typer.Option(help="Only these lines (route ids, with commas between).")] = "",
    header: Annotated[list[str] | None, typer.Option(help="'Name: value' to send to both feeds; repeatable.")] = None,
    speed: Annotated[float, typer.Option(min=0, help="Recordings: times real time; 0: as fast as it goes.")] = 0.0,
    feed_clock: Annotated[
        bool, typer.Option("--feed-clock", help="Take time from the feeds' headers: a recording that is served again.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write all figures here (JSON).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures here.")] = None,
) -> None:
    """Run beside a city's present predictor on its own feeds, then say which of the two was right, and where.

    Nothing is sent anywhere: the tracker's rules run in this process. Ctrl-C at any time ends it with what it has.

    Example: headway shadow --gtfs https://example.org/gtfs.zip --positions https://example.org/VehiclePositions.pb
    --trip-updates https://example.org/TripUpdates.pb --html shadow.html

    Example: headway shadow --gtfs gtfs.zip --positions vehicle_positions.zip --trip-updates trip_updates.zip --for 30
    """
    console = Console(stderr=True)
    _check_place(report, "--report")
    _check_place(html, "--html")
    feeds = Feeds(positions, trip_updates, every, speed, _headers(header or []), feed_clock)
    with console.status("reading the timetable"):
        timetable = load_timetable(gtfs)
    wanted = split_lines(lines)
    check_lines(timetable, wanted)
    session = Session(timetable, wanted)
    asyncio.run(_listen(feeds, session, for_min * 60, console))
    with console.status("working out what was right"), _undisturbed():
        try:
            card = session.judge()
        except NothingToScoreError:
            raise UserError(_too_early(session)) from None
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1))
    if html is not None:
        title = f"{_agency(timetable)}: Headway beside the present predictor"
        write_page(card, html, title=title, zone=timetable.timezone)
    print_verdict(card, session, open_paper())


async def _listen(feeds: Feeds, session: Session, for_s: float, console: Console) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    with Screen(session, for_s, console) as screen:
        await watch(feeds, session, for_s, stop, screen.show)
    if stop.is_set():
        console.print("stopped; this is how both did so far")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever presses Ctrl-C again while the figures are worked out still gets them."""
    before = {sign: signal.signal(sign, signal.SIG_IGN) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _agency(timetable: Timetable) -> str:
    names = list(timetable.agency_name)
    return names[0] if names else "A city"


def _too_early(session: Session) -> str:
    heard = f"{session.positions.polls} polls of positions ({session.positions.failures} failed)"
    if session.positions.error:
        return f"nothing can be judged: {heard}; the last failure: {session.positions.error}"
    return (
        f"nothing can be judged yet: {heard}, {session.vehicles} vehicles heard, and none was seen to reach a stop "
        "that Headway had foretold; watch longer, or check that timetable and feeds belong together"
    )


def _headers(written: list[str]) -> dict[str, str]:
    pairs = [line.partition(":") for line in written]
    wrong = [name for name, colon, value in pairs if not colon or not name.strip() or not value.strip()]
    if wrong:
        raise UserError(f"--header {wrong[0]!r}: write it as 'Name: value'")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _check_place(place: Path | None, option: str) -> None:
    """Find out before the hour, not after it, that a file cannot be written."""
    if place is not None and not place.absolute().parent.is_dir():
        raise UserError(f"{option}: there is no folder {place.absolute().parent}")
