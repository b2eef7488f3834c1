"""Writes a line group's news: the same fields, names and moments as the API's answers, each run and call once."""

from typing import Final

import orjson

from api.arrivals.write_arrival import BASIS, REASON, VERDICT
from api.arrivals.write_occupancy import occupancy_fields
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import STREAMED_CALL, STREAMED_RUN
from api.streaming.line_frame import GoneRun, LineFrame, RunFrame
from api.vehicles.write_vehicle import STATE
from api.view.compiled_view import CompiledView, write_date
from api.view.memory import View
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, Basis, RunForecast
from transit.answers.line_change import RunChange, compare_line
from transit.answers.line_view import LineView, run_key, view_line
from transit.answers.run_ids import format_run_id
from transit.grants.redact import redact

_PLACE_DECIMALS: Final = 6
_NO_STOPS: Final[frozenset[str]] = frozenset()
_COLUMNS: Final = (
    b'"expected_early_at":',
    b'"expected_at":',
    b'"expected_late_at":',
    b'"expected_departure_early_at":',
    b'"expected_departure_at":',
    b'"expected_departure_late_at":',
)
_NOT_TOLD: Final = b",".join(column + b"null" for column in _COLUMNS)


class Place:
    """Where a frame stands on the log: its own offset, and that of the value it is told against (``None``: none)."""

    __slots__ = ("offset", "previous")

    def __init__(self, offset: int, previous: int | None) -> None:
        self.offset = offset
        self.previous = previous


class FrameWriter:
    """Writes frames; what never changes about a timetable's calls is written once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._stops: dict[tuple[str, int], tuple[tuple[str, bytes], ...]] = {}
        self._lines: dict[tuple[str, str], frozenset[str]] = {}

    def can_write(self, line: LineView) -> bool:
        """Whether the timetable that the value speaks is mapped."""
        return line.forecasts.timetable in self._view.shelf

    def write(
        self, before: LineView | None, after: LineView, place: Place, within: ReachedView | None = None
    ) -> LineFrame:
        """What ``after`` changed; all of it where there is nothing before, or that speaks another timetable.

        ``within`` is what the reader may be told; ``None``: everything.
        """
        if within is not None:
            before, after = (self._redact(before, within) if before else None), self._redact(after, within)
        forecasts = after.forecasts
        compiled = self._view.shelf[forecasts.timetable]
        if before is not None and before.forecasts.timetable != forecasts.timetable:
            before = None
        change = compare_line(before, after)
        head = {
            "line_group": forecasts.line_group,
            "sequence": place.offset,
            "previous": None if before is None else place.previous,
            "full": before is None,
            "timetable": forecasts.timetable,
            "computed_at": compiled.times[forecasts.computed_at],
            "feed_down": forecasts.feed_down_since is not None,
        }
        return LineFrame(
            key=forecasts.line_group,
            offset=place.offset,
            is_full=before is None,
            lines=self._lines_of(compiled, forecasts.line_group),
            head=orjson.dumps(head)[1:-1],
            runs=tuple(
                run if within is None else _prune(run, within)
                for run in (self._write_run(compiled, before, after, each) for each in change.runs)
            ),
            gone=tuple(self._gone(compiled, forecasts.feed, run) for run in change.gone),
        )

    def _redact(self, line: LineView, within: ReachedView) -> LineView:
        compiled = self._view.shelf[line.forecasts.timetable]
        lines = within.lines_within(compiled) or frozenset()
        return view_line(line.watermark, redact(line.forecasts, within.reach, lines.__contains__))

    def _lines_of(self, compiled: CompiledView, key: str) -> frozenset[str]:
        """Public ids of the lines of a group."""
        found = self._lines.get((compiled.timetable.hash, key))
        if found is None:
            table = compiled.timetable
            group = table.group_id.find(key.partition(":")[2])
            lines = [row for row in range(len(table.line_id)) if int(table.line_group[row]) == group]
            found = frozenset(f"{compiled.name}:{table.line_id[row]}" for row in lines)
            self._lines[compiled.timetable.hash, key] = found
        return found

    def _calls_of(self, compiled: CompiledView, pattern: int) -> tuple[tuple[str, bytes], ...]:
        """For each call of a pattern its stop's public id, and what never changes about it as JSON."""
        found = self._stops.get((compiled.timetable.hash, pattern))
        if found is None:
            table = compiled.timetable
            rows = range(int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1]))
            calls = []
            for row in rows:
                stop = f"{compiled.name}:{table.stop_id[int(table.call_stop[row])]}"
                fields = {
                    "stop_id": stop,
                    "stop_sequence": int(table.call_sequence[row]),
                    "progress_m": round(float(table.call_progress_m[row])),
                }
                calls.append((stop, orjson.dumps(fields)[:-1] + b","))
            found = self._stops[compiled.timetable.hash, pattern] = tuple(calls)
        return found

    def _write_run(self, compiled: CompiledView, before: LineView | None, after: LineView, of: RunChange) -> RunFrame:
        run = after.forecasts.runs[of.row]
        feed = after.forecasts.feed
        calls = self._calls_of(compiled, run.pattern) if run.pattern >= 0 else ()
        last = None if before is None or of.is_new else before.find_run(run_key(run))
        written = [(calls[at][0], _write_call(compiled, after, of.row, at, calls[at][1])) for at in of.positions]
        return RunFrame(
            id=format_run_id(compiled.name, run_key(run)),
            line=f"{compiled.name}:{run.line_id}",
            vehicle=f"{feed}:{run.vehicle_id}",
            was="" if last is None or last.vehicle_id == run.vehicle_id else f"{feed}:{last.vehicle_id}",
            head=orjson.dumps(_run_fields(compiled, run, feed, is_new=of.is_new))[:-1],
            calls=tuple(written),
            ahead=frozenset(stop for stop, _ in calls[run.next_position :]),
            passed=frozenset(stop for stop, _ in calls[slice(*of.left)]) if of.left[0] < of.left[1] else _NO_STOPS,
        )

    def _gone(self, compiled: CompiledView, feed: str, run: RunForecast) -> GoneRun:
        calls = self._calls_of(compiled, run.pattern) if run.pattern >= 0 else ()
        return GoneRun(
            format_run_id(compiled.name, run_key(run)),
            f"{compiled.name}:{run.line_id}",
            f"{feed}:{run.vehicle_id}",
            frozenset(stop for stop, _ in calls[run.next_position :]),
        )


def _prune(run: RunFrame, within: ReachedView) -> RunFrame:
    """A run without the members and the calls that are not granted."""
    head = prune(orjson.loads(run.head + b"}"), STREAMED_RUN, within) or {}
    told = ((stop, prune(orjson.loads(call), STREAMED_CALL, within)) for stop, call in run.calls)
    calls = tuple((stop, orjson.dumps(call)) for stop, call in told if call is not None)
    return run._replace(head=orjson.dumps(head)[:-1], calls=calls)


def _write_call(compiled: CompiledView, line: LineView, row: int, position: int, fixed: bytes) -> bytes:
    run = line.forecasts.runs[row]
    if position in run.skipped or run.basis is Basis.WITHHELD:
        skipped = b',"skipped":true}' if position in run.skipped else b',"skipped":false}'
        return fixed + _NOT_TOLD + skipped
    first = (line.rows[row] + position - run.next_position) * TIME_COLUMNS
    computed_at, times = line.forecasts.computed_at, compiled.times
    told = [
        column + (b"null" if seconds == NO_TIME else b'"%b"' % times[computed_at + seconds].encode())
        for column, seconds in zip(_COLUMNS, line.times[first : first + TIME_COLUMNS], strict=True)
    ]
    return fixed + b",".join(told) + b',"skipped":false}'


def _run_fields(compiled: CompiledView, run: RunForecast, feed: str, *, is_new: bool) -> dict[str, object]:
    times, table = compiled.times, compiled.timetable
    key = run_key(run)
    is_known = run.pattern >= 0
    next_row = int(table.pattern_call_offset[run.pattern]) + run.next_position if is_known else -1
    has_next = is_known and next_row < table.pattern_call_offset[run.pattern + 1]
    return {
        "run_id": format_run_id(compiled.name, key),
        "new": is_new,
        "line_id": f"{compiled.name}:{run.line_id}",
        "direction_id": None if run.direction_id < 0 else run.direction_id,
        "headsign": table.pattern_headsign[run.pattern] if is_known else None,
        "trip_id": f"{compiled.name}:{run.trip_id}",
        "service_date": write_date(run.service_date),
        "vehicle_id": f"{feed}:{run.vehicle_id}" if run.vehicle_id else "",
        "vehicle_label": run.vehicle_label,
        "latitude": _round(run.latitude, _PLACE_DECIMALS),
        "longitude": _round(run.longitude, _PLACE_DECIMALS),
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


def _round(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
