"""State carried to another timetable: runs by trip and progress, hops by their stops, the rest dropped and counted."""

from typing import Final, NamedTuple

import numpy as np

from transit.tracking.carry_left_runs import carry_left_runs
from transit.tracking.carry_notices import Base, carry_notices
from transit.tracking.line_state import LineState
from transit.tracking.pattern_places import Sighting
from transit.tracking.run_finder import Run, RunFinder
from transit.tracking.run_keeper import RunKeeper
from transit.tracking.state import NONE, Row
from transit.tracking.vehicle_text import Descriptor

_SCHEDULED: Final = 0
_DUPLICATED: Final = 6
_OF_THE_PLACE: Final = ("beam_count", "matched_m", "matched_time", "jump_count", "jump_m")
_OF_THE_RUN: Final = ("run_key", "pattern", "trip", "service_day", "service_start", "start_s", "scheduled", "next_trip")


class RebaseCounts(NamedTuple):
    """What became of a tracker's state under a new timetable."""

    runs_kept: int
    runs_dropped: int
    hops_kept: int
    hops_dropped: int
    notices_kept: int
    notices_dropped: int
    memories_dropped: int
    """Vehicles whose run came along on another way: what was promised of it counts for nothing, and who is aboard is
    learned anew."""


def rebase_state(old: LineState, old_base: Base, new: LineState, new_base: Base) -> RebaseCounts:
    """Fill ``new`` with what of ``old`` has a name under the new timetable.

    A run whose trip the new timetable lacks goes on where its pattern is known there, without times of its own.
    """
    hops_kept = _carry_hops(old, old_base, new, new_base)
    new.last_poll_s = old.last_poll_s
    new.feeds = dict(old.feeds)
    new.line[:], new.lags[:] = old.line, old.lags
    new.left_runs[:] = carry_left_runs(old.left_runs, old_base, new_base)
    new.line_load[:] = old.line_load
    new.errors[:] = old.errors
    if len(old.places) == len(new.places):
        # spots of hops are named by what every timetable calls alike
        new.places[:] = old.places
    new.notices = carry_notices(old.notices, old_base, new_base)
    _carry_seen(old, old_base, new, new_base)
    kept = dropped = forgotten = 0
    carrier = _Carrier(old_base, new_base)
    for row in range(old.count):
        had_run = old.vehicles["pattern"][row] >= 0
        has_run = carrier.carry(old, row, new)
        kept += has_run
        dropped += bool(had_run) and not has_run
        forgotten += has_run and new.memories["run_key"][row] != old.memories["run_key"][row]
    notices_dropped = len(old.notices) - len(new.notices)
    hops_dropped = len(old.hops) - hops_kept
    return RebaseCounts(kept, dropped, hops_kept, hops_dropped, len(new.notices), notices_dropped, forgotten)


def _carry_hops(old: LineState, old_base: Base, new: LineState, new_base: Base) -> int:
    known = {stops: hop for hop, stops in enumerate(_hop_stops(new_base))}
    kept = 0
    for hop, stops in enumerate(_hop_stops(old_base)):
        there = known.get(stops)
        if there is not None:
            new.hops[there] = old.hops[hop]
            if hop < len(old.passings) and there < len(new.passings):
                new.passings[there] = old.passings[hop]
            if hop < len(old.spots) and there < len(new.spots):
                new.spots[there] = old.spots[hop]
            new.hop_loads[there] = old.hop_loads[hop]
            kept += 1
    return kept


def _hop_stops(base: Base) -> list[tuple[str, str]]:
    timetable = base.timetable
    return [
        (timetable.stop_id[int(timetable.hop_from_stop[hop])], timetable.stop_id[int(timetable.hop_to_stop[hop])])
        for hop in base.tables.hop_rows.tolist()
    ]


def _carry_seen(old: LineState, old_base: Base, new: LineState, new_base: Base) -> None:
    for trip in np.flatnonzero(np.unpackbits(old.seen, bitorder="little")).tolist():
        trip_id = old_base.timetable.trip_id[int(old_base.tables.trips["row"][trip])]
        there = new_base.tables.trip_rows.get(new_base.timetable.trip_id.find(trip_id))
        if there is not None:
            new.seen[there >> 3] |= np.uint8(1 << (there & 7))


class _Carrier:
    """Carries one vehicle after another."""

    def __init__(self, old_base: Base, new_base: Base) -> None:
        self._old = old_base
        self._new = new_base
        self._finder = RunFinder(new_base.timetable, new_base.tables)
        self._keeper = RunKeeper(new_base.timetable, new_base.tables)

    def carry(self, old: LineState, row: int, new: LineState) -> bool:
        """Copy a vehicle to the new state; whether its run came along."""
        text = old.texts[row]
        there = new.add_vehicle(text.feed, text.vehicle_id)
        new.vehicles[there], new.beams[there] = old.vehicles[row], old.beams[row]
        new.texts[there], new.last[there] = text, old.last[row]
        vehicle = new.vehicles[there]
        if vehicle["stop_row"] >= 0:
            vehicle["stop_row"] = self._new.timetable.stop_id.find(self._old.timetable.stop_id[vehicle["stop_row"]])
        has_position = bool(np.isfinite(vehicle["latitude"]))
        if has_position:
            place = self._new.tables.place(float(vehicle["latitude"]), float(vehicle["longitude"]))
            vehicle["x_m"], vehicle["y_m"] = place
        run = self._find_run(old, row) if vehicle["pattern"] >= 0 else None
        if run is None:
            vehicle["pattern"], vehicle["trip"], vehicle["next_trip"], vehicle["run_key"] = NONE, NONE, NONE, 0
        else:
            key = int(vehicle["run_key"])
            same_shape = self._old.pattern_id(int(vehicle["pattern"])) == self._new.pattern_id(run.pattern)
            old_calls = self._call_stops(self._old, int(vehicle["pattern"]))
            values = (key, run.pattern, run.trip, run.service_day, run.service_start, run.start_s, run.is_scheduled)
            for name, value in zip(_OF_THE_RUN, (*values, run.next_trip), strict=True):
                vehicle[name] = value
            self._keeper.name_run(new, there, run)
            if same_shape:
                new.memories[there], new.riders[there] = old.memories[row], old.riders[row]
            else:
                self._move_place(vehicle, old_calls, run.pattern)
        new.pack_text(there)
        return run is not None

    def _find_run(self, old: LineState, row: int) -> Run | None:
        vehicle, text = old.vehicles[row], old.texts[row]
        seen = Sighting(0.0, 0.0, has_position=False, stop=NONE, at=int(vehicle["fix_time"]))
        if self._new.timetable.trip_id.find(text.trip_id) in self._new.tables.trip_rows:
            written, start_s = f"{text.service_date:08d}", text.start_time_s
            relationship = _SCHEDULED
            if (
                not vehicle["scheduled"]
                and self._old.timetable.trip_id.find(text.trip_id) in self._old.tables.trip_rows
            ):
                # the timetable had the trip, and this was not it
                relationship, start_s = _DUPLICATED, int(vehicle["start_s"])
            start_time = "" if start_s is None else _clock(start_s)
            return self._finder.find_run(Descriptor(text.trip_id, written, start_time, relationship=relationship), seen)
        return self._finder.lend_run(
            text.trip_id,
            (int(vehicle["service_day"]), int(vehicle["start_s"])),
            self._old.pattern_id(int(vehicle["pattern"])),
        )

    @staticmethod
    def _call_stops(base: Base, pattern: int) -> list[str]:
        return [base.timetable.stop_id[stop] for stop in base.tables.list_stops(pattern)]

    def _move_place(self, vehicle: Row, old_calls: list[str], pattern: int) -> None:
        """Find the vehicle's last call on the changed pattern; its reports will place it from there."""
        new_calls = self._call_stops(self._new, pattern)
        for name in _OF_THE_PLACE:
            vehicle[name] = NONE if name in ("matched_m", "jump_m") else 0
        for name in ("arrived", "departed"):
            position = int(vehicle[name])
            stop = old_calls[position] if position >= 0 else None
            vehicle[name] = new_calls.index(stop) if stop in new_calls else NONE
        first = int(self._new.tables.patterns["call_first"][pattern])
        reached = max(0, int(vehicle["arrived"]))
        vehicle["progress_m"] = self._new.tables.calls["progress_m"][first + reached]
        vehicle["arrived_time"] = vehicle["departed_time"] = 0


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
