"""An agency's own predictions on one line: kept as they are said, measured against passages, told as far as trusted."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from schemas.headers import AGENCY
from schemas.line_forecasts import TIME_COLUMNS, Passage, PredictedBy, Revision, RunForecast
from transit.agency.fused_times import Fused, SaidTimes, fuse_times
from transit.agency.measured_accuracy import (
    Measured,
    Promise,
    bin_of_horizon,
    forget_promises,
    keep_promises,
    list_trusts,
    make_promise,
    new_measured,
)
from transit.timetable.compiled import Timetable
from transit.tracking.line_tables import LineTables
from transit.tracking.said_times import HEARD_FOR_S, Said, name_run, name_update, read_said

SAID_MAX: Final = 512
WAITS_S: Final = 7200
KEPT_S: Final = 600
"""So long after the last message of a feed that is not set to ``own`` a line still knows its agency."""


class AgencyState(msgspec.Struct, array_like=True):
    """What one line remembers of its agency's predictions: by run (``name_run``), and how right they were.

    ``heard_at`` is the last message of a feed that is not set to ``own``, ``predictions`` what that one is set to.
    """

    said: dict[str, Said]
    measured: Measured
    heard_at: int = 0
    predictions: str = AGENCY


def new_agency_state() -> AgencyState:
    """Nothing said yet."""
    return AgencyState({}, new_measured())


class AgencyTimes:
    """Mixes the agency's times into what one line group tells."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables
        self._local = {int(row): number for number, row in enumerate(tables.patterns["row"].tolist())}
        self._positions: dict[int, tuple[dict[int, int], list[int]]] = {}

    def note(self, state: AgencyState, updates: Iterable[Any], now: int) -> frozenset[str]:
        """Keep what a message's trip updates foretell; the runs (``name_run``) of which something else is said now."""
        changed = set()
        for name, update in {name_update(each.trip, self._timetable): each for each in updates}.items():
            known = state.said.get(name)
            said = read_said(update, known, self._timetable, now)
            if said is None or (known is None and len(state.said) >= SAID_MAX):
                continue
            if known is None or known.calls != said.calls:
                changed.add(name)
            state.said[name] = said
        self.forget(state, now)
        return frozenset(changed)

    def forget(self, state: AgencyState, now: int) -> None:
        """Drop what was said long ago."""
        for name in [each for each, said in state.said.items() if now - max(said.at, said.heard_at) > HEARD_FOR_S]:
            del state.said[name]
        forget_promises(state.measured, now - WAITS_S)

    def learn(self, state: AgencyState, passages: Iterable[Passage]) -> None:
        """Count how right both were about calls that were made."""
        for passage in passages:
            if passage.kind == "arrival" or passage.position == 0:
                run = f"{name_run(passage.trip_id, passage.start_time_s)}@{passage.service_date}"
                keep_promises(state.measured, run, passage.position, passage.at)

    def tell(
        self,
        state: AgencyState,
        told: tuple[Sequence[RunForecast], bytes],
        moment: tuple[int, str, frozenset[str]],
    ) -> tuple[tuple[RunForecast, ...], bytes]:
        """Runs and times with the agency's mixed in; ``moment`` is the poll, how, and the runs newly spoken of."""
        runs, packed = told
        now, predictions, changed = moment
        trusts = list_trusts(state.measured, fixed_weight=1.0 if predictions == AGENCY else None)
        source = PredictedBy.AGENCY if predictions == AGENCY else PredictedBy.BOTH
        times, out, first = array("h", packed), list(runs), 0
        for number, run in enumerate(runs):
            rows = slice(first * TIME_COLUMNS, (first + run.call_count) * TIME_COLUMNS)
            first += run.call_count
            name = name_run(run.trip_id, run.start_time_s)
            said = state.said.get(name)
            if said is None or now - said.at > HEARD_FOR_S or said.date not in (0, run.service_date):
                continue
            if run.pattern < 0 or not run.vehicle_id:
                continue
            fused = fuse_times(times[rows].tolist(), run.next_position, self._by_position(run, said), now, trusts)
            if not fused.compared:
                continue
            times[rows] = array("h", fused.times)
            moved = Revision.TRAFFIC if run.revision is Revision.NONE and name in changed else run.revision
            delay_s = None if run.delay_s is None else run.delay_s + fused.shift_s
            out[number] = replace(run, predicted_by=source, revision=moved, delay_s=delay_s)
            _promise(state.measured, run, fused, now)
        return tuple(out), times.tobytes()

    def _by_position(self, run: RunForecast, said: Said) -> dict[int, SaidTimes]:
        by_sequence, stops = self._places_of(self._local[run.pattern])
        found, last = {}, -1
        for sequence, stop, arrival, departure in said.calls:
            position = by_sequence.get(sequence, -1)
            if stop >= 0 and (position < 0 or not self._is_same_place(stop, stops[position])):
                # added trips count their calls in their own way: the stop decides, as it comes next
                position = next((p for p in range(last + 1, len(stops)) if stops[p] == stop), -1)
            if position > last:
                last = position
                if position >= run.next_position:
                    found[position] = SaidTimes(arrival, departure)
        return found

    def _is_same_place(self, stop: int, called: int) -> bool:
        """Whether two stops (rows) are one, or platforms of one station."""
        parents = self._timetable.stop_parent
        return stop == called or 0 <= int(parents[stop]) == int(parents[called])

    def _places_of(self, pattern: int) -> tuple[dict[int, int], list[int]]:
        """A pattern's positions by sequence, and its stops (rows)."""
        found = self._positions.get(pattern)
        if found is None:
            row = self._tables.patterns[pattern]
            span = slice(int(row["call_first"]), int(row["call_first"] + row["call_count"]))
            sequences = self._tables.calls["sequence"][span].tolist()
            by_sequence = {each: position for position, each in enumerate(sequences)}
            found = self._positions[pattern] = (by_sequence, self._tables.calls["stop"][span].tolist())
        return found


def _promise(measured: Measured, run: RunForecast, fused: Fused, now: int) -> None:
    for position, own_s, agency_s, (early, middle, late) in fused.compared:
        if own_s >= 0:
            name = name_run(run.trip_id, run.start_time_s)
            made = (now, now + own_s, now + agency_s, now + middle, now + early, now + late)
            make_promise(measured, f"{name}@{run.service_date}", Promise(bin_of_horizon(own_s), position, *made))
