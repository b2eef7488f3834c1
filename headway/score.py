"""``headway score``: how right Headway would have been on a recording, beside everyone else."""

import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.progress import Progress

from headway.score_report.page import write_page
from headway.score_report.paper import open_paper
from headway.score_report.replay import Replay, join_updates, read_recording, sample_replay
from headway.score_report.summary import print_summary
from runtime.errors import UserError
from runtime.timetables.gtfs_source import read_gtfs
from runtime.timetables.history_file import load_history
from schemas.headers import AGENCY, MEASURED, OWN
from transit.history.history import History
from transit.scoring.agency import read_updates
from transit.scoring.countdowns import CountdownWatch
from transit.scoring.judge import NothingToScoreError, gather_evidence, judge, number_served
from transit.scoring.reports import ReportCollector, sample_times
from transit.scoring.rival_rows import RIVAL_COLUMNS, join_rival, list_rivals
from transit.scoring.scorecard import Duel, Scorecard, duel
from transit.scoring.served import SAMPLE_STEP_S, file_columns
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.faults import TimetableError

Updates = dict[int, list[tuple[object, ...]]]

RIVAL_HELP = (
    "Another predictor's words at each report: a CSV with asof, trip_id, stop_sequence and predicted... (POSIX s)."
)


TRUTH_HELP = "The same positions with their trips named, to judge by, where those replayed name none."


class Predictions(StrEnum):
    """Whose times are told where the agency foretells some."""

    OWN = OWN
    AGENCY = AGENCY
    MEASURED = MEASURED


def score(
    gtfs: Annotated[str, typer.Option(help="The timetable: a GTFS zip, folder or URL.")],
    positions: Annotated[Path, typer.Option(help="Recorded VehiclePositions: a zip or folder of <posix seconds>.pb.")],
    lines: Annotated[str, typer.Option(help="Only these lines (route ids, with commas between).")] = "",
    *,
    truth: Annotated[Path | None, typer.Option(help=TRUTH_HELP)] = None,
    history: Annotated[Path | None, typer.Option(help="A history file that `headway learn` made.")] = None,
    trip_updates: Annotated[Path | None, typer.Option(help="The agency's own predictions, recorded likewise.")] = None,
    predictions: Annotated[
        Predictions, typer.Option(help="Whose times are told: Headway's own, the agency's, or both as measured.")
    ] = Predictions.OWN,
    rival: Annotated[Path | None, typer.Option(help=RIVAL_HELP)] = None,
    forecasts: Annotated[Path | None, typer.Option(help="Write every served forecast here (Parquet).")] = None,
    report: Annotated[Path | None, typer.Option(help="Write all figures here (JSON).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures here.")] = None,
) -> None:
    """Replay a recording through the tracker's own rules and score what partners would have been served.

    Example: headway score --gtfs gtfs.zip --positions vehicle_positions.zip --lines C53,D96 --html score.html
    """
    console = Console(stderr=True)
    if predictions is not Predictions.OWN and trip_updates is None:
        raise UserError(f"--predictions {predictions}: say where the agency's are recorded, --trip-updates PLACE")
    timetable = load_timetable(gtfs)
    wanted = split_lines(lines)
    check_lines(timetable, wanted)
    past = None if history is None else load_history(history)
    card, served = score_recording(
        timetable, positions, wanted, trip_updates, console, past, predictions.value, truth=truth
    )
    if rival is not None:
        card = msgspec.structs.replace(card, rivals=meet_rival(timetable, positions, wanted, rival))
    if forecasts is not None:
        file_columns(served, ("p10", "p50", "p90")).write_parquet(forecasts)
        file_columns(served, ("d10", "d50", "d90")).write_parquet(departures_file(forecasts))
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1))
    if html is not None:
        write_page(card, html, title=f"{positions.parent.name or positions.name}", zone=timetable.timezone)
    print_summary(card, open_paper())


def departures_file(forecasts: Path) -> Path:
    """Where departures go, beside the arrivals' file."""
    return forecasts.with_name(f"{forecasts.stem}.departures{forecasts.suffix}")


def load_timetable(source: str) -> Timetable:
    """Compile the GTFS at ``source``.

    Raises:
        UserError: it is no GTFS, or broken; the message names file, line and reason.
    """
    try:
        return compile_timetable(read_gtfs(source), name="score", source=source)
    except TimetableError as broken:
        raise UserError(f"{source}: {broken}") from None


def split_lines(lines: str) -> tuple[str, ...]:
    """Line ids given with commas between."""
    return tuple(line.strip() for line in lines.split(",") if line.strip())


def check_lines(timetable: Timetable, wanted: tuple[str, ...]) -> None:
    """Refuse lines that the timetable lacks.

    Raises:
        UserError: there is one.
    """
    unknown = [line for line in wanted if timetable.line_id.find(line) < 0]
    if unknown:
        known = ", ".join(list(timetable.line_id)[:20])
        raise UserError(f"--lines: the timetable has no line {', '.join(unknown)}; it has {known}")


def score_recording(
    timetable: Timetable,
    positions: Path,
    lines: tuple[str, ...],
    trip_updates: Path | None,
    console: Console,
    history: History | None = None,
    predictions: str = OWN,
    *,
    truth: Path | None = None,
) -> tuple[Scorecard, pl.DataFrame]:
    """Replay and judge, by the reports of ``truth`` if given; returns the scorecard and every forecast as served."""
    took: dict[str, float] = {}
    clock = time.perf_counter
    started = clock()
    polls = list(read_recording(positions))
    collector = collect_reports(positions, polls)
    samples = sample_times(collector.polls, SAMPLE_STEP_S)
    if truth is not None:
        collector = collect_reports(truth, list(read_recording(truth)))
    took["read"] = clock() - started
    started = clock()
    replay = Replay(timetable, lines, history, predictions=predictions)
    if trip_updates is not None and predictions != OWN:
        polls = list(join_updates(polls, read_recording(trip_updates)))
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("replaying", total=len(polls))
        watch = CountdownWatch()

        def note(poll_at: int) -> None:
            watch.look(replay.latest.values(), poll_at)
            progress.advance(task)

        replayed = sample_replay(replay, _looked_at(polls, replay, watch), samples, note)
    served = replayed.table()
    took["replay"] = clock() - started
    started = clock()
    updates = None if trip_updates is None else updates_in_force(read_recording(trip_updates), samples.tolist())
    try:
        evidence = gather_evidence(timetable, lines, collector.reports(), samples, updates, replayed.patterns)
        card, _ = judge(evidence, number_served(served, evidence.index))
    except NothingToScoreError as nothing:
        raise UserError(f"{positions}: {nothing}") from None
    took["judge"] = clock() - started
    told = {name: round(seconds, 2) for name, seconds in took.items()}
    counted = {"rejects": dict(sorted(replay.rejects.items())), "duration_s": told, "countdowns": watch.count()}
    return msgspec.structs.replace(card, **counted), served


def collect_reports(place: Path, polls: "list[tuple[int, bytes]]") -> ReportCollector:
    """The reports of a recording's polls.

    Raises:
        UserError: none of its messages can be read.
    """
    collector = ReportCollector()
    for at, content in polls:
        collector.add(content, at)
    if not collector.polls:
        raise UserError(f"the recording {place} holds no message that can be read")
    return collector


def _looked_at(
    polls: "list[tuple[int, bytes]]", replay: Replay, watch: CountdownWatch
) -> "Iterator[tuple[int, bytes]]":
    """The polls; right before each a rider looks once more at what the one before it led to."""
    for at, content in polls:
        watch.look(replay.latest.values(), at - 1)
        yield at, content


def meet_rival(timetable: Timetable, positions: Path, lines: tuple[str, ...], rival: Path) -> tuple[Duel, ...]:
    """Headway and each column of a rival's file, at the reports at which the rival spoke.

    Raises:
        UserError: the file cannot be read, or lacks a column.
    """
    try:
        told = pl.read_csv(rival, schema_overrides={"trip_id": pl.String})
    except (OSError, pl.exceptions.PolarsError) as wrong:
        raise UserError(f"--rival: {rival} cannot be read: {wrong}") from None
    lacking = [name for name in RIVAL_COLUMNS if name not in told.columns]
    if lacking or not list_rivals(told):
        raise UserError(f"--rival: {rival} lacks {', '.join(lacking) or 'a column predicted...'}")
    collector = ReportCollector()
    polls = list(read_recording(positions))
    for at, content in polls:
        collector.add(content, at)
    samples = np.array(collector.polls, np.int64)
    replayed = sample_replay(Replay(timetable, lines), iter(polls), samples, lambda _: None)
    evidence = gather_evidence(timetable, lines, collector.reports(), samples, None, replayed.patterns)
    served = number_served(replayed.table(), evidence.index)
    found = ((name, join_rival(told, name, served, evidence.truth, evidence.index)) for name in list_rivals(told))
    return tuple(duel(rows, name) for name, rows in found if len(rows))


def updates_in_force(polls: Iterator[tuple[int, bytes]], samples: list[int]) -> Updates:
    """For each sample time the agency's newest poll at or before it."""
    found: Updates = {}
    told: list[tuple[object, ...]] | None = None
    waiting = iter(samples)
    due = next(waiting, None)
    for poll_at, content in polls:
        while due is not None and due < poll_at:
            if told is not None:
                found[due] = told
            due = next(waiting, None)
        told = read_updates(content)
    while due is not None and told is not None:
        found[due] = told
        due = next(waiting, None)
    return found
