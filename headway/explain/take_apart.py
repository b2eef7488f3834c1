"""An answer of the past taken apart, out of the archive alone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from headway.explain.rerun import Rerun, rerun_line
from runtime.errors import UserError
from runtime.recordings.archive import PART
from runtime.recordings.read_forecasts import Told, read_told
from runtime.recordings.read_passages import PassageQuery, read_passages
from runtime.timetables import TimetableFolder, read_versions
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, Basis, RunForecast, RunState, Verdict, VerdictReason
from schemas.line_value import Watermark
from schemas.timetable_versions import version_in_force
from transit.answers.answer_id import AnswerId
from transit.answers.line_view import view_line
from transit.answers.why import ARRIVAL, DEPARTURE, explain
from transit.assignment.service_days import service_date_at
from transit.timetable.compiled import Timetable
from transit.timetable.railways import is_railway

TOLD_WITHIN_S: Final = 90
"""Of each line a forecast is kept every half minute: the one told last before the answer is this near."""

PASSED_WITHIN_S: Final = 4 * 3600
DAYS_KEPT: Final = 30
PASSAGES_MAX: Final = 20
_COLUMNS: Final = (
    "expected_early_at",
    "expected_at",
    "expected_late_at",
    "expected_departure_early_at",
    "expected_departure_at",
    "expected_departure_late_at",
)
Fields = dict[str, Any]


def take_apart(asked: AnswerId, archive: Path, timetables: Path) -> Fields:
    """All that the archive knows of an answer: as JSON has it, times with the city's offset.

    Raises:
        UserError: the archive or the timetable holds nothing of it.
    """
    timetable = _find_timetable(asked, timetables)
    trip = timetable.trip_id.find(asked.key.trip_id)
    groups = range(len(timetable.group_id))
    if trip >= 0:
        line = int(timetable.pattern_line[timetable.trip_pattern[trip]])
        groups = range(int(timetable.line_group[line]), int(timetable.line_group[line]) + 1)
    rerun, run, feed = _rerun(asked, archive, timetable, groups)
    pattern = run.pattern if run is not None else int(timetable.trip_pattern[trip]) if trip >= 0 else -1
    if pattern < 0:
        raise UserError(f"neither the timetable nor the archive knows the run of {asked.key.trip_id!r}")
    call = _find_call(timetable, pattern, asked.stop_sequence)
    position = call - int(timetable.pattern_call_offset[pattern])
    told = _told(asked, archive, position)
    write = _Writer(timetable)
    stop = int(timetable.call_stop[call])
    return {
        "run_id": f"{asked.timetable}:{asked.key.trip_id}:{asked.key.service_date:08d}",
        "line_id": f"{asked.timetable}:{timetable.line_id[int(timetable.pattern_line[pattern])]}",
        "stop": {"id": f"{asked.timetable}:{timetable.stop_id[stop]}", "name": timetable.stop_name[stop]},
        "stop_sequence": asked.stop_sequence,
        "computed_at": write.moment(asked.computed_at or None),
        "served": None if told is None else write.told(told),
        "reports": [] if rerun is None else [write.report(report) for report in rerun.reports],
        "match": None if run is None else write.match(run, feed),
        "rerun": None if rerun is None or run is None else write.rerun(rerun, run, position, told),
        "happened": list(_passages(asked, archive, timetable, stop, write)),
    }


def _find_timetable(asked: AnswerId, folder: Path) -> Timetable:
    versions = read_versions(folder, asked.timetable)
    if versions is None:
        raise UserError(f"no timetable {asked.timetable!r} was ever in force here")
    shelf = TimetableFolder(folder)
    newest = shelf.find(versions.versions[-1].hash)
    zone = newest.timezone if newest is not None else "UTC"
    date = service_date_at(zone, asked.computed_at) if asked.computed_at else asked.key.service_date
    version = version_in_force(versions, date)
    found = shelf.find(version.hash) if version is not None else newest
    if found is None:
        raise UserError(f"the timetable {asked.timetable!r} of {date} is no longer kept here")
    return found


def _find_call(timetable: Timetable, pattern: int, stop_sequence: int) -> int:
    first, end = (int(row) for row in timetable.pattern_call_offset[pattern : pattern + 2])
    for row in range(first, end):
        if int(timetable.call_sequence[row]) == stop_sequence:
            return row
    raise UserError(f"the run makes no call {stop_sequence}")


def _rerun(
    asked: AnswerId, archive: Path, timetable: Timetable, groups: range
) -> tuple[Rerun | None, RunForecast | None, str]:
    """The line worked out anew, the run in it, and the feed it came from."""
    if not asked.computed_at:
        return None, None, ""
    for feed in sorted(_list_feeds(archive)):
        for group in groups:
            found = rerun_line(feed, timetable, timetable.group_id[group], asked.computed_at, asked.key.trip_id)
            run = None if found is None else _find_run(found, asked)
            if found is not None and run is not None:
                return found, run, feed.name
    return None, None, ""


def _list_feeds(archive: Path) -> Iterator[Path]:
    for folder in archive.iterdir() if archive.is_dir() else ():
        if folder.is_dir() and (any(folder.glob("*Z.zip")) or any(folder.glob(f"*Z.zip{PART}"))):
            yield folder


def _find_run(found: Rerun, asked: AnswerId) -> RunForecast | None:
    key = asked.key
    return next(
        (
            run
            for run in found.forecasts.runs
            if (run.trip_id, run.service_date, run.start_time_s) == (key.trip_id, key.service_date, key.start_time_s)
        ),
        None,
    )


def _told(asked: AnswerId, archive: Path, position: int) -> Told | None:
    """What was told last until the answer's own poll, that one included."""
    if not asked.computed_at:
        return None
    at = asked.computed_at
    told = read_told(archive, asked.key, position, from_s=at - TOLD_WITHIN_S, to_s=at)
    return told[-1] if told else None


def _passages(asked: AnswerId, archive: Path, timetable: Timetable, stop: int, write: "_Writer") -> Iterator[Fields]:
    at = asked.computed_at or write.service_day(asked.key.service_date)
    reach_s = PASSED_WITHIN_S if asked.computed_at else 30 * 3600
    query = PassageQuery(
        asked.timetable,
        at - PASSED_WITHIN_S,
        at + reach_s,
        stop_ids=(timetable.stop_id[stop],),
        trip_id=asked.key.trip_id,
        service_date=asked.key.service_date,
    )
    for _, passage in read_passages(archive, query)[:PASSAGES_MAX]:
        if passage.stop_sequence == asked.stop_sequence:
            yield {
                "kind": passage.kind,
                "at": write.moment(passage.at),
                "earliest_at": write.moment(passage.earliest_at),
                "latest_at": write.moment(passage.latest_at),
            }


class _Writer:
    """Writes what was found in JSON's words."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._zone = ZoneInfo(timetable.timezone)

    def moment(self, at: int | None) -> str | None:
        return None if at is None else datetime.fromtimestamp(at, self._zone).isoformat(timespec="seconds")

    def service_day(self, date: int) -> int:
        day = datetime(date // 10_000, date // 100 % 100, date % 100, tzinfo=self._zone)
        return int(day.timestamp())

    def told(self, told: Told) -> Fields:
        return {
            "computed_at": self.moment(told.computed_at),
            **{name: self.moment(at) for name, at in zip(_COLUMNS, told.times, strict=True)},
            "basis": Basis(told.basis).name.lower(),
            "verdict": Verdict(told.verdict).name.lower(),
            "vehicle_id": told.vehicle_id or None,
        }

    def report(self, report: Any) -> Fields:
        fields = report._asdict()
        return {**fields, "polled_at": self.moment(report.polled_at), "reported_at": self.moment(report.reported_at)}

    def match(self, run: RunForecast, feed: str) -> Fields:
        table = self._timetable
        row = int(table.pattern_call_offset[run.pattern]) + run.next_position
        has_next = row < int(table.pattern_call_offset[run.pattern + 1])
        reason = run.verdict_reason
        return {
            "feed": feed,
            "vehicle_id": f"{run.feed or feed}:{run.vehicle_id}" if run.vehicle_id else None,
            "pattern_id": f"{table.name}:{table.pattern_id[run.pattern]}",
            "progress_m": round(run.progress_m),
            "next_stop_id": f"{table.name}:{table.stop_id[int(table.call_stop[row])]}" if has_next else None,
            "state": RunState(run.state).name.lower(),
            "observed_at": self.moment(run.observed_at),
            "verdict": Verdict(run.verdict).name.lower(),
            "verdict_reason": None if reason is VerdictReason.NONE else VerdictReason(reason).name.lower(),
        }

    def rerun(self, rerun: Rerun, run: RunForecast, position: int, told: Told | None) -> Fields:
        line = view_line(Watermark(0, 0, 0), rerun.forecasts)
        place = rerun.forecasts.runs.index(run)
        table, computed_at = self._timetable, rerun.forecasts.computed_at
        ahead = position - run.next_position
        times: list[int | None] = [None] * TIME_COLUMNS
        if 0 <= ahead < run.call_count:
            first = (line.rows[place] + ahead) * TIME_COLUMNS
            row = line.times[first : first + TIME_COLUMNS].tolist()
            times = [None if seconds == NO_TIME else computed_at + seconds for seconds in row]
        column = DEPARTURE if times[ARRIVAL] is None else ARRIVAL
        is_rail = is_railway(int(table.line_route_type[int(table.pattern_line[run.pattern])]))
        why = explain(line, place, position, column=column, is_rail=is_rail)
        names = ("layover_s", "position_s", "hold_s", "hops_s", "dwell_s", "correction_s")
        served, again = None if told is None else told.times[column], times[column]
        return {
            "computed_at": self.moment(computed_at),
            **{name: self.moment(at) for name, at in zip(_COLUMNS, times, strict=True)},
            "terms": None if why is None else {name: getattr(why, name) for name in names if getattr(why, name)},
            "later_than_served_s": None if served is None or again is None else again - served,
        }
