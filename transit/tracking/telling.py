"""The line group's public part, put together from what the kernels wrote."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from schemas.line_forecasts import (
    Basis,
    LineConditions,
    LineForecasts,
    Passage,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
    find_down_since,
)
from transit.timetable.compiled import Timetable
from transit.tracking.cancelled_runs import list_cancelled
from transit.tracking.line_feeds import list_told
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.packed_rows import row_struct
from transit.tracking.standing import NO_DELAY, STANDING
from transit.tracking.state import MISSED_BY, PASSED, Rows
from transit.tracking.trip_updates import Notice, find_notice, list_skipped
from transit.tracking.vehicle_text import VehicleText

_STATES: Final = tuple(RunState)
_BASES: Final = tuple(Basis)
_VERDICTS: Final = tuple(Verdict)
_REASONS: Final = tuple(VerdictReason)
_REVISIONS: Final = tuple(Revision)
_NO_DATA: Final = 7

_STANDING_ROW: Final = row_struct(STANDING)
_PASSED_ROW: Final = row_struct(PASSED)


class Teller:
    """Says where one line group stands."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables
        patterns = tables.patterns
        self._pattern_rows = patterns["row"].tolist()
        self._directions = patterns["direction"].tolist()
        self._call_firsts = patterns["call_first"].tolist()
        self._sequences = tables.calls["sequence"].tolist()
        self._hops = tables.calls["hop"].tolist()
        self._call_counts = patterns["call_count"].tolist()
        self._stop_ids = [timetable.stop_id[stop] for stop in tables.calls["stop"].tolist()]

    def list_runs(self, state: LineState, standing: Rows) -> tuple[RunForecast, ...]:
        """Every run told of, in the order of its vehicles' rows."""
        texts = state.texts
        rows = list(_STANDING_ROW.iter_unpack(standing.tobytes()))
        if state.notices or any(row[-1] for row in rows):
            return self._list_noticed(state, rows)
        return tuple([self._run(texts[row[0]], row) for row in rows])

    def _list_noticed(self, state: LineState, rows: Iterable[tuple[Any, ...]]) -> tuple[RunForecast, ...]:
        """The same where trip updates have said more than the vehicles: calls left out, runs cancelled."""
        day_of = state.vehicles["service_day"].tolist()
        told = []
        for row in rows:
            run = self._run(state.texts[row[0]], row)
            named = (run.trip_id, run.start_time_s)
            notice = find_notice(state.notices, named, day_of[row[0]], self._timetable)
            if notice is not None:
                run = self._apply_notice(run, notice, row[1])
            if row[-1]:
                run = self._apply_detour(run, state, row[1])
            told.append(run)
        heard = {(run.trip_id, run.start_time_s) for run in told}
        now = state.last_poll_s
        told.extend(list_cancelled(state.notices, heard, self._timetable, self._tables, now))
        return tuple(told)

    def _apply_detour(self, run: RunForecast, state: LineState, pattern: int) -> RunForecast:
        """Leave out the calls that the last vehicles drove around."""
        first, missed = self._call_firsts[pattern], state.hops["missed"].tolist()
        ahead = range(run.next_position, self._call_counts[pattern])
        hops = [(position, self._hops[first + position]) for position in ahead]
        left_out = {position for position, hop in hops if hop >= 0 and missed[hop] >= MISSED_BY}
        return replace(run, skipped=tuple(sorted({*run.skipped, *left_out})))

    def _apply_notice(self, run: RunForecast, notice: Notice, pattern: int) -> RunForecast:
        if notice.is_cancelled:
            return replace(run, verdict=Verdict.NOT_COMING, verdict_reason=VerdictReason.CANCELLED)
        skipped = list_skipped(notice, self._tables, pattern, run.next_position)
        return replace(run, skipped=tuple(sorted({*run.skipped, *skipped}))) if skipped else run

    def _run(self, text: VehicleText, row: "tuple[Any, ...]") -> RunForecast:
        (_, pattern, _, _, _, progress_m, valid_until, position, calls, delay_s, lag_s, held_s, _, observed_at,
         occupied_at, latitude, longitude, bearing_deg, speed_mps, percentage, status, relationship, onward, _, _,
         stands, basis, verdict, reason, revision, due, _) = row  # fmt: skip
        return RunForecast(
            text.next_line_id if onward else text.line_id,
            text.next_trip_id if onward else text.trip_id,
            text.service_date,
            None if onward else text.start_time_s,
            self._pattern_rows[pattern],
            self._directions[pattern],
            text.vehicle_id,
            text.label,
            _STATES[stands],
            _BASES[basis],
            _VERDICTS[verdict],
            _REASONS[reason],
            _REVISIONS[revision],
            observed_at,
            valid_until,
            None if latitude != latitude else latitude,
            None if longitude != longitude else longitude,
            None if bearing_deg != bearing_deg else bearing_deg,
            None if speed_mps != speed_mps else speed_mps,
            progress_m,
            position,
            calls,
            tuple([p for p in text.left_out if p >= position]) if text.left_out and not onward else (),
            status if 0 <= status != _NO_DATA else None,
            percentage if percentage >= 0 else None,
            occupied_at or None,
            text.carriages,
            relationship,
            None if delay_s == NO_DELAY else delay_s,
            due == 1,
            lag_s,
            held_s,
            feed=text.feed,
        )

    def list_passages(self, state: LineState, passed: Rows) -> tuple[Passage, ...]:
        """Passages under the words of their run."""
        return tuple([self._passage(state, row) for row in _PASSED_ROW.iter_unpack(passed.tobytes())])

    def _passage(self, state: LineState, row: "tuple[Any, ...]") -> Passage:
        number, position, departure, pattern, at, earliest_at, latest_at = row
        text = state.texts[number]
        call = self._call_firsts[pattern] + position
        return Passage(
            text.line_id,
            text.trip_id,
            text.service_date,
            text.start_time_s,
            text.vehicle_id,
            self._stop_ids[call],
            self._sequences[call],
            position,
            "departure" if departure else "arrival",
            at,
            earliest_at,
            latest_at,
            text.feed,
        )


def tell(
    state: LineState,
    told: "tuple[tuple[RunForecast, ...], tuple[Passage, ...], bytes, bytes]",
    conditions: LineConditions,
    names: "tuple[str, str, int, str]",
) -> LineForecasts:
    """Everything a line group says; ``told`` are its runs, passages, times and loads.

    ``names`` are its key, the timetable's hash, the line's time and the feed of the message.
    """
    runs, passages, times, loads = told
    feeds = list_told(state.feeds, names[2])
    down_at = find_down_since(feeds)
    return LineForecasts(*names, down_at, runs, times, passages, conditions, loads, feeds)
