"""``headway learn``: from recordings of earlier service to a history file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress

from headway.score import check_lines, load_timetable, split_lines
from headway.score_report.replay import Replay, read_recording
from runtime.errors import UserError
from runtime.recordings.read_passages import UNREADABLE, holds_passages, read_every_passage
from runtime.timetables.history_file import save_history
from schemas.line_forecasts import Passage
from transit.history.history import History
from transit.history.learn import learn_history
from transit.history.loads_seen import LoadObservations, LoadSeen
from transit.history.observed import HopSeen, LagSeen, Observations
from transit.timetable.compiled import Timetable
from transit.tracking.state import Rows

FOREVER: Final = 2**62
RECORDINGS_HELP: Final = (
    "Zips or folders of <posix seconds>.pb, or archives that `headway record --answers` keeps; the oldest first."
)


def learn(
    recordings: Annotated[list[Path], typer.Argument(help=RECORDINGS_HELP)],
    *,
    gtfs: Annotated[str, typer.Option(help="The timetable of that time: a GTFS zip, folder or URL.")],
    to: Annotated[
        Path, typer.Option(help="The file to write; a folder, made if need be, gets history-<hash>.history.")
    ],
    lines: Annotated[str, typer.Option(help="Only these lines (route ids, with commas between).")] = "",
    until: Annotated[int, typer.Option(help="Leave out what came from this POSIX second on; 0: nothing.")] = 0,
    name: Annotated[str, typer.Option(help="The timetable's name where an archive of passages was kept.")] = "",
) -> None:
    """Learn from recorded service how long hops and dwells take and how late vehicles leave first stops.

    Recorded positions run through the tracker's own rules; an archive of passages is read as it was told. Days are
    alike where the same services run.

    Examples:
        headway learn monday.zip tuesday.zip --gtfs gtfs.zip --to histories/

        headway learn archive/ --gtfs gtfs.zip --name metro --to histories/

        headway score --gtfs gtfs.zip --positions friday.zip --history histories/history-0123456789abcdef.history
    """
    console = Console(stderr=True)
    timetable = load_timetable(gtfs)
    archives = [place for place in recordings if holds_passages(place)]
    if archives and not name:
        raise UserError(f"{archives[0]} holds passages: name their timetable with --name, as the deployment calls it")
    wanted = split_lines(lines)
    check_lines(timetable, wanted)
    history = learn_recordings(timetable, recordings, Choice(wanted, until, name), console)
    if not (history.observations or len(history.places)):
        raise UserError("nothing was seen that can be learned: do timetable and recordings belong together?")
    path = save_history(history, to)
    hops = len(set(zip(history.hop_from, history.hop_to, strict=True)))
    found = f"{hops} hops, {len(set(history.lag_stop))} first stops, {len(history.places)} places of trains"
    if len(history.loads):
        found += f", loads on {len(set(zip(history.load_line, history.load_from, history.load_to, strict=True)))} hops"
    told = f"{path}: {history.observations} observations of {history.days} days: {found}; hash {history.hash}"
    Console().print(told, soft_wrap=True, highlight=False)


class Choice(NamedTuple):
    """What is learned from: lines (GTFS ids, none: all) and moments before ``until`` (POSIX s, 0: all).

    ``name`` is what the timetable was called where passages were kept.
    """

    lines: tuple[str, ...] = ()
    until: int = 0
    name: str = ""


def learn_recordings(timetable: Timetable, recordings: list[Path], choice: Choice, console: Console) -> History:
    """Run recordings one after the other through fresh trackers, read archives, and reduce what they saw.

    Raises:
        UserError: a recording cannot be read.
    """
    hops: list[HopSeen] = []
    lags: list[LagSeen] = []
    loads: list[LoadSeen] = []
    places = []
    days = 0
    with Progress(console=console, transient=True) as progress:
        for recording in recordings:
            observed = Observations(timetable)
            if holds_passages(recording):
                observed.add(_read_passages(recording, choice))
            else:
                aboard = LoadObservations(timetable)
                places += _replay(timetable, recording, choice, (observed, aboard), progress)
                loads += aboard.seen()
            hops += observed.hops()
            lags += observed.lags()
            days += observed.days()
    return learn_history(hops, lags, places, days, loads)


def _replay(
    timetable: Timetable,
    recording: Path,
    choice: Choice,
    observed: tuple[Observations, LoadObservations],
    progress: Progress,
) -> list[Rows]:
    """Run one recording and take in what was passed and how full; returns what was learned of places."""
    polls = [(at, content) for at, content in read_recording(recording) if not choice.until or at < choice.until]
    task = progress.add_task(recording.name, total=len(polls))
    replay = Replay(timetable, choice.lines)
    for at, content in polls:
        for public in replay.apply(at, content):
            observed[0].add(public.passages)
            observed[1].add(public)
        progress.advance(task)
    return replay.places()


def _read_passages(archive: Path, choice: Choice) -> Iterator[Passage]:
    """The archive's passages that are chosen.

    Raises:
        UserError: a file cannot be read.
    """
    try:
        for key, passage in read_every_passage(archive, first_at=0, end_at=choice.until or FOREVER):
            is_ours = key.partition(":")[0] == choice.name
            if is_ours and (not choice.lines or passage.line_id in choice.lines):
                yield passage
    except UNREADABLE as wrong:
        raise UserError(f"the archive {archive} cannot be read: {wrong}") from None
