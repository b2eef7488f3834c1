"""Writes a line group's news: the same fields, names and moments as the API's answers, each run and call once."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import orjson

from api.arrivals.write_arrival import BASIS, REASON, VERDICT
from api.arrivals.write_occupancy import occupancy_fields
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import STREAMED_CALL, STREAMED_RUN
from api.streaming.by_timetable import ByTimetable
from api.streaming.line_frame import GoneRun, LineFrame, RunFrame, StopsAhead
from api.streaming.manner import PLAIN, Manner
from api.streaming.write_calls import CallTexts, Moments, moments_of, write_calls
from api.vehicles.write_vehicle import STATE
from api.view.compiled_view import CompiledView, write_date
from api.view.local_times import LocalTimes, QuotedTimes, UniversalTimes
from api.view.memory import View
from schemas.line_forecasts import RunForecast
from transit.answers.line_change import RunChange, compare_line
from transit.answers.line_view import LineView, run_key, view_line
from transit.answers.run_ids import format_run_id
from transit.coordinates.datum import Datum, convert
from transit.coordinates.datum import Place as Point
from transit.grants.redact import redact

_PLACE_DECIMALS: Final = 6
_SHIFTED_DECIMALS: Final = 7
"""A centimetre, as api.expression has it."""


class Place:
    """Where a frame stands on the log: its own offset, and that of the value it is told against (``None``: none)."""

    __slots__ = ("offset", "previous")

    def __init__(self, offset: int, previous: int | None) -> None:
        self.offset = offset
        self.previous = previous


class Clock(NamedTuple):
    """How moments are written: as text, and the same as JSON."""

    times: LocalTimes
    quoted: QuotedTimes


class FrameWriter:
    """Writes frames; what never changes about a timetable's calls is written once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._patterns = CallTexts(view)
        self._lines = ByTimetable[str, frozenset[str]](view)
        universal = UniversalTimes()
        self._universal = Clock(universal, QuotedTimes(universal))

    def can_write(self, line: LineView) -> bool:
        """Whether the timetable that the value speaks is mapped."""
        return line.forecasts.timetable in self._view.shelf

    def write(
        self,
        before: LineView | None,
        after: LineView,
        place: Place,
        within: ReachedView | None = None,
        manner: Manner = PLAIN,
    ) -> LineFrame:
        """What ``after`` changed; all of it where there is nothing before, or that speaks another timetable.

        ``within`` is what the reader may be told; ``None``: everything. ``manner`` is how it is told.
        """
        if within is not None:
            before, after = (self._redact(before, within) if before else None), self._redact(after, within)
        forecasts = after.forecasts
        compiled = self._view.shelf[forecasts.timetable].spoken(manner.language)
        clock = self._universal if manner.in_utc else Clock(compiled.times, compiled.quoted_times)
        if before is not None and before.forecasts.timetable != forecasts.timetable:
            before = None
        change = compare_line(before, after)
        head = {
            "line_group": forecasts.line_group,
            "sequence": place.offset,
            "previous": None if before is None else place.previous,
            "full": before is None,
            "timetable": forecasts.timetable,
            "computed_at": clock.times[forecasts.computed_at],
            "feed_down": forecasts.feed_down_since is not None,
        }
        if self._view.coordinates.in_mainland_china:
            head["datum"] = manner.datum.value
        return LineFrame(
            key=forecasts.line_group,
            offset=place.offset,
            is_full=before is None,
            lines=self._lines_of(compiled, forecasts.line_group),
            head=orjson.dumps(head)[1:-1],
            runs=tuple(
                run if within is None else _prune(run, within)
                for run in self._write_runs(compiled, before, after, change.runs, (manner.datum, clock))
            ),
            gone=tuple(self._gone(compiled, before, run) for run in change.gone) if before else (),
        )

    def _redact(self, line: LineView, within: ReachedView) -> LineView:
        compiled = self._view.shelf[line.forecasts.timetable]
        lines = within.lines_within(compiled) or frozenset()
        return view_line(line.watermark, redact(line.forecasts, within.reach, lines.__contains__))

    def _lines_of(self, compiled: CompiledView, key: str) -> frozenset[str]:
        """Public ids of the lines of a group."""
        known = self._lines.of(compiled.timetable.hash)
        found = known.get(key)
        if found is None:
            table = compiled.timetable
            group = table.group_id.find(key.partition(":")[2])
            first, end = table.group_line_offset[group : group + 2] if group >= 0 else (0, 0)
            lines = table.group_line[first:end].tolist()
            found = frozenset(f"{compiled.name}:{table.line_id[row]}" for row in lines)
            known[key] = found
        return found

    def _write_runs(
        self,
        compiled: CompiledView,
        before: LineView | None,
        after: LineView,
        changed: Sequence[RunChange],
        told_in: tuple[Datum, Clock],
    ) -> Iterator[RunFrame]:
        moments, quoted_times = moments_of(after), told_in[1].quoted
        for of in changed:
            run = after.forecasts.runs[of.row]
            pattern, key = self._patterns.of(compiled, run.pattern), run_key(run)
            last = None if before is None or of.is_new else before.find_run(key)
            vehicle = after.forecasts.name_vehicle(run)
            was = vehicle if before is None or last is None else before.forecasts.name_vehicle(last)
            left_from = of.left[0] if of.left[0] < of.left[1] else run.next_position
            times = Moments(moments, after.rows[of.row] - run.next_position, quoted_times)
            yield RunFrame(
                id=format_run_id(compiled.name, key),
                line=f"{compiled.name}:{run.line_id}",
                vehicle=vehicle,
                was="" if was == vehicle else was,
                head=orjson.dumps(_run_fields(compiled, run, vehicle, is_new=of.is_new, told_in=told_in))[:-1],
                calls=write_calls(pattern, run, of.positions, times),
                stops=StopsAhead(pattern.places, left_from, run.next_position),
            )

    def _gone(self, compiled: CompiledView, before: LineView, run: RunForecast) -> GoneRun:
        places = self._patterns.of(compiled, run.pattern).places
        return GoneRun(
            format_run_id(compiled.name, run_key(run)),
            f"{compiled.name}:{run.line_id}",
            before.forecasts.name_vehicle(run),
            StopsAhead(places, run.next_position, run.next_position),
        )


def _prune(run: RunFrame, within: ReachedView) -> RunFrame:
    """A run without the members and the calls that are not granted."""
    head = prune(orjson.loads(run.head + b"}"), STREAMED_RUN, within) or {}
    told = ((stop, prune(orjson.loads(call), STREAMED_CALL, within)) for stop, call in run.calls)
    calls = tuple((stop, orjson.dumps(call)) for stop, call in told if call is not None)
    return run._replace(head=orjson.dumps(head)[:-1], calls=calls)


def _run_fields(
    compiled: CompiledView, run: RunForecast, vehicle: str, *, is_new: bool, told_in: tuple[Datum, Clock]
) -> dict[str, object]:
    times, table = told_in[1].times, compiled.timetable
    key = run_key(run)
    is_known = run.pattern >= 0
    next_row = int(table.pattern_call_offset[run.pattern]) + run.next_position if is_known else -1
    latitude, longitude = _place(run, told_in[0])
    has_next = is_known and next_row < table.pattern_call_offset[run.pattern + 1]
    return {
        "run_id": format_run_id(compiled.name, key),
        "new": is_new,
        "line_id": f"{compiled.name}:{run.line_id}",
        "direction_id": None if run.direction_id < 0 else run.direction_id,
        "headsign": table.pattern_headsign[run.pattern] if is_known else None,
        "trip_id": f"{compiled.name}:{run.trip_id}",
        "service_date": write_date(run.service_date),
        "vehicle_id": vehicle if run.vehicle_id else "",
        "vehicle_label": run.vehicle_label,
        "latitude": latitude,
        "longitude": longitude,
        "bearing_deg": _round(run.bearing_deg, 1),
        "progress_m": round(run.progress_m),
        "state": STATE[run.state],
        "next_stop_sequence": int(table.call_sequence[next_row]) if has_next else None,
        "delay_s": run.delay_s,
        "occupancy": occupancy_fields(run, times.find(run.occupancy_observed_at)),
        "basis": BASIS[run.basis],
        "verdict": VERDICT[run.verdict],
        "verdict_reason": REASON[run.verdict_reason],
        "observed_at": times[run.observed_at],
        "valid_until": times[run.valid_until],
    }


def _place(run: RunForecast, datum: Datum) -> tuple[float | None, float | None]:
    """Where the vehicle is, in degrees of the datum."""
    if run.latitude is None or run.longitude is None or datum is Datum.WGS84:
        return _round(run.latitude, _PLACE_DECIMALS), _round(run.longitude, _PLACE_DECIMALS)
    place = convert(Point(run.latitude, run.longitude), Datum.WGS84, datum)
    return round(place.latitude, _SHIFTED_DECIMALS), round(place.longitude, _SHIFTED_DECIMALS)


def _round(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
