"""``headway compare``: the same recording under two versions of what forecasts rest on, scored side by side."""

from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np
import typer
from rich.console import Console

from headway.score import check_lines, load_timetable, split_lines
from headway.score_compare.page import print_comparison, write_comparison
from headway.score_report.paper import open_paper
from headway.score_report.replay import Replay, read_recording, sample_replay
from runtime.errors import UserError
from runtime.timetables.history_file import load_history
from transit.history.history import History
from transit.scoring.comparison import Comparison, compare_rows
from transit.scoring.judge import NothingToScoreError, gather_evidence, judge, number_served
from transit.scoring.reports import ReportCollector, sample_times
from transit.scoring.served import SAMPLE_STEP_S
from transit.timetable.compiled import Timetable

NONE: Final = "none"
_SIDE = "A history file that `headway learn` made, or `none`: the timetable alone."


def compare(
    gtfs: Annotated[str, typer.Option(help="The timetable: a GTFS zip, folder or URL.")],
    positions: Annotated[Path, typer.Option(help="Recorded VehiclePositions: a zip or folder of <posix seconds>.pb.")],
    first: Annotated[str, typer.Option("--a", metavar="FILE|none", help=_SIDE)],
    second: Annotated[str, typer.Option("--b", metavar="FILE|none", help="The other one.")],
    *,
    lines: Annotated[str, typer.Option(help="Only these lines (route ids, with commas between).")] = "",
    report: Annotated[Path | None, typer.Option(help="Write all figures here (JSON).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures here.")] = None,
) -> None:
    """Score the same recording under two versions of a history file, and say whether their difference is real.

    Example: headway compare --gtfs gtfs.zip --positions tuesday.zip --a none --b history.bin --html compare.html

    Example: headway compare --gtfs gtfs.zip --positions tuesday.zip --a october.bin --b november.bin --lines C53,D96
    """
    timetable = load_timetable(gtfs)
    wanted = split_lines(lines)
    check_lines(timetable, wanted)
    versions = [None if each == NONE else load_history(Path(each)) for each in (first, second)]
    names = _names(first, second)
    with Console(stderr=True).status("replaying the recording under each"):
        found = compare_versions(timetable, positions, wanted, versions)
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
    if html is not None:
        write_comparison(found, names, html, title=positions.parent.name or positions.name)
    print_comparison(found, names, open_paper())


def compare_versions(
    timetable: Timetable, positions: Path, lines: tuple[str, ...], versions: list[History | None]
) -> Comparison:
    """Replay the recording under both, judge both by the same evidence, and compare row by row.

    Raises:
        UserError: the recording cannot be read, or shows no arrival that both foretold.
    """
    collector = ReportCollector()
    polls = list(read_recording(positions))
    for at, content in polls:
        collector.add(content, at)
    if not collector.polls:
        raise UserError(f"the recording {positions} holds no message that can be read")
    samples = sample_times(collector.polls, SAMPLE_STEP_S)
    served = [
        sample_replay(Replay(timetable, lines, version), iter(polls), samples, lambda _: None) for version in versions
    ]
    patterns = {**served[1].patterns, **served[0].patterns}
    names = {row: name or timetable.line_id[row] for row, name in enumerate(timetable.line_short_name)}
    try:
        evidence = gather_evidence(timetable, lines, collector.reports(), np.asarray(samples), None, patterns)
        judged = [judge(evidence, number_served(each.table(), evidence.index))[1] for each in served]
        return compare_rows(judged[0], judged[1], names)
    except (NothingToScoreError, ValueError) as nothing:
        raise UserError(f"{positions}: {nothing}") from None


def _names(first: str, second: str) -> tuple[str, str]:
    """What the two are called: their files' names, whole where these are the same."""
    short = tuple("timetable alone" if each == NONE else Path(each).stem for each in (first, second))
    return (short[0], short[1]) if short[0] != short[1] else (f"a: {first}", f"b: {second}")
