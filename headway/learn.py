"""``headway learn``: from recordings of earlier service to a history file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from headway.score import load_timetable
from headway.score_report.replay import Replay, read_recording
from runtime.timetables.history_file import save_history
from transit.history.history import History
from transit.history.learn import learn_history
from transit.history.observed import HopSeen, LagSeen, Observations
from transit.timetable.compiled import Timetable


def learn(
    recordings: Annotated[list[Path], typer.Argument(help="Zips or folders of <posix seconds>.pb, the oldest first.")],
    *,
    gtfs: Annotated[str, typer.Option(help="The timetable of that time: a GTFS zip, folder or URL.")],
    to: Annotated[Path, typer.Option(help="The file to write; a folder gets history-<hash>.history.")],
    lines: Annotated[str, typer.Option(help="Only these lines (route ids, with commas between).")] = "",
    until: Annotated[int, typer.Option(help="Leave out polls from this POSIX second on; 0: none.")] = 0,
) -> None:
    """Learn from recorded vehicle positions how long hops and dwells take and how late vehicles leave first stops.

    The recordings run through the tracker's own rules. Days are alike where the same services run.

    Examples:
        headway learn monday.zip tuesday.zip --gtfs gtfs.zip --to histories/

        headway score --gtfs gtfs.zip --positions friday.zip --history histories/history-0123456789abcdef.history
    """
    console = Console(stderr=True)
    timetable = load_timetable(gtfs)
    wanted = tuple(line.strip() for line in lines.split(",") if line.strip())
    history = learn_recordings(timetable, recordings, wanted, until, console)
    path = save_history(history, to)
    hops = len(set(zip(history.hop_from, history.hop_to, strict=True)))
    found = f"{hops} hops, {len(set(history.lag_stop))} first stops, {len(history.places)} places of trains"
    told = f"{path}: {history.observations} observations of {history.days} days: {found}; hash {history.hash}"
    Console().print(told, soft_wrap=True, highlight=False)


def learn_recordings(
    timetable: Timetable, recordings: list[Path], lines: tuple[str, ...], until: int, console: Console
) -> History:
    """Run recordings one after the other through fresh trackers and reduce what they saw.

    Raises:
        UserError: a recording cannot be read.
    """
    hops: list[HopSeen] = []
    lags: list[LagSeen] = []
    places = []
    days = 0
    with Progress(console=console, transient=True) as progress:
        for recording in recordings:
            polls = [(at, content) for at, content in read_recording(recording) if not until or at < until]
            task = progress.add_task(recording.name, total=len(polls))
            replay, observed = Replay(timetable, lines), Observations(timetable)
            for at, content in polls:
                for public in replay.apply(at, content):
                    observed.add(public.passages)
                progress.advance(task)
            hops += observed.hops()
            lags += observed.lags()
            places += replay.places()
            days += observed.days()
    return learn_history(hops, lags, places, days)
