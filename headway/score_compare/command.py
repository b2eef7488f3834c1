"""``headway compare``: the same recording under two versions of what forecasts rest on, scored side by side."""

from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np
import typer
from rich.console import Console

from headway.score import check_lines, load_timetable, split_lines
from headway.score_compare.page import print_comparison, write_comparison
from headway.score_compare.version import NONE, Version, read_version, refuse_equals
from headway.score_report.paper import open_paper
from headway.score_report.replay import Replay, join_updates, read_recording, sample_replay
from runtime.errors import UserError
from schemas.headers import OWN
from transit.scoring.agency import read_updates
from transit.scoring.comparison import Comparison, compare_rows
from transit.scoring.judge import NothingToScoreError, gather_evidence, judge, number_served
from transit.scoring.reports import ReportCollector, sample_times
from transit.scoring.served import SAMPLE_STEP_S, ServedCollector
from transit.timetable.compiled import Timetable

_SIDE: Final = "A history file, `none` (the timetable alone), or a deployment's settings: a file ending in .env."
_LOOKED_AT: Final = 50
_FEED: Final = "Of which feed of the settings' HEADWAY_FEEDS the recording is, where they have several."


def compare(
    gtfs: Annotated[str, typer.Option(help="The timetable: a GTFS zip, folder or URL.")],
    positions: Annotated[Path, typer.Option(help="Recorded VehiclePositions: a zip or folder of <posix seconds>.pb.")],
    first: Annotated[str, typer.Option("--a", metavar="FILE|none", help=_SIDE)],
    second: Annotated[str, typer.Option("--b", metavar="FILE|none", help="The other one.")],
    *,
    lines: Annotated[str, typer.Option(help="Only these lines (route ids, with commas between).")] = "",
    trip_updates: Annotated[Path | None, typer.Option(help="The agency's trip updates, recorded likewise.")] = None,
    feed: Annotated[str | None, typer.Option(metavar="ID", help=_FEED)] = None,
    report: Annotated[Path | None, typer.Option(help="Write all figures here (JSON).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures here.")] = None,
) -> None:
    """Score a recording under two histories, or a deployment's settings, and say whether their difference is real.

    Of settings those count that forecasts rest on: HEADWAY_HISTORY, and of the feed predictions, poll_s and beside.

    Example: headway compare --gtfs gtfs.zip --positions tuesday.zip --a none --b history.bin --html compare.html

    Example: headway compare --gtfs gtfs.zip --positions tuesday.zip --a today.env --b tomorrow.env --feed metro
    """
    timetable = load_timetable(gtfs)
    wanted = split_lines(lines)
    check_lines(timetable, wanted)
    versions = (read_version(first, feed), read_version(second, feed))
    refuse_equals(*versions, (first, second))
    names = _names(first, second)
    with Console(stderr=True).status("replaying the recording under each"):
        found = compare_versions(timetable, positions, wanted, versions, trip_updates)
    told = tuple(f"{name}: {version.describe()}" for name, version in zip(names, versions, strict=True))
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
    if html is not None:
        write_comparison(found, names, html, title=positions.parent.name or positions.name, told=told)
    print_comparison(found, names, open_paper(), told=told)


def compare_versions(
    timetable: Timetable,
    positions: Path,
    lines: tuple[str, ...],
    versions: tuple[Version, Version],
    trip_updates: Path | None = None,
) -> Comparison:
    """Replay the recording under both, judge both by the same evidence, and compare row by row.

    Raises:
        UserError: the recording cannot be read, shows no arrival that both foretold, or holds no trip updates though
            one of the versions tells the agency's times.
    """
    collector = ReportCollector()
    polls = list(read_recording(positions))
    for at, content in polls:
        collector.add(content, at)
    if not collector.polls:
        raise UserError(f"the recording {positions} holds no message that can be read")
    samples = sample_times(collector.polls, SAMPLE_STEP_S)
    beside = [] if trip_updates is None else list(read_recording(trip_updates))
    if any(each.predictions != OWN for each in versions) and not _any_updates(beside or polls):
        raise UserError("the agency's times are to be told: say where they are recorded, --trip-updates PLACE")

    def serve(version: Version) -> ServedCollector:
        replay = Replay(timetable, lines, version.history, predictions=version.predictions)
        heard = version.polls_of(polls)
        return sample_replay(
            replay, join_updates(heard, beside) if version.hears_updates else heard, samples, lambda _: None
        )

    served = [serve(version) for version in versions]
    patterns = {**served[1].patterns, **served[0].patterns}
    names = {row: name or timetable.line_id[row] for row, name in enumerate(timetable.line_short_name)}
    try:
        evidence = gather_evidence(timetable, lines, collector.reports(), np.asarray(samples), None, patterns)
        judged = [judge(evidence, number_served(each.table(), evidence.index))[1] for each in served]
        return compare_rows(judged[0], judged[1], names)
    except (NothingToScoreError, ValueError) as nothing:
        raise UserError(f"{positions}: {nothing}") from None


def _any_updates(polls: list[tuple[int, bytes]]) -> bool:
    """Whether trip updates stand in any of some polls, spread over all of them."""
    return any(read_updates(content) for _, content in polls[:: max(1, len(polls) // _LOOKED_AT)])


def _names(first: str, second: str) -> tuple[str, str]:
    """What the two are called: their files' names, whole where these are the same."""
    short = tuple("timetable alone" if each == NONE else Path(each).stem for each in (first, second))
    return (short[0], short[1]) if short[0] != short[1] else (f"a: {first}", f"b: {second}")
