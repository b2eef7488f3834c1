"""What a vehicle does whose feed names no trip: it waits to begin a run, is under way on one, or is done with it.

When it is seen to do another thing than before is when its run may be another.
"""

from enum import IntEnum
from typing import Final

from msgspec.structs import replace

from transit.tracking.beginnings import has_turned_back
from transit.tracking.line_tables import LineTables
from transit.tracking.pattern_places import Sighting, find_nearest
from transit.tracking.state import NEVER, Row
from transit.tracking.vehicle_text import Search

OFF_S: Final = 60
OFF_GAPS: Final = 2
"""Who has been off its way for so long, and for so many usual gaps between its reports, may be on another run."""

OFF_M: Final = 60.0
"""Nearer to its way than this a vehicle's movement is along it or against it."""

AGAINST: Final = -2
"""Movements along its way, less those against it, at which a vehicle drives the other way."""

BEGINNING_M: Final = 900.0
"""Within this of a run's first stop a vehicle may still be waiting to begin it."""

WAITS_S: Final = 180
"""Who stands there for so long after it set out had driven to where it waits."""

ENDING_M: Final = 150.0
ENDED_S: Final = 90
"""A bus that stands for so long this near its last stop, having made all calls before it, is at its end."""


class Phase(IntEnum):
    """What a vehicle does."""

    UNKNOWN = 0
    WAITING = 1
    UNDER_WAY = 2
    OPEN = 3
    """It is done with its run, has left its way, or was never on one: any run may be its next."""


def find_phase(vehicle: Row, search: Search, tables: LineTables, now: int) -> Phase:
    """What a vehicle does, as far as its reports have been followed."""
    if is_open(vehicle, tables, now) or search.along <= AGAINST:
        return Phase.OPEN
    if not vehicle["departed_origin"] or _stands_at_start(vehicle, tables):
        return Phase.WAITING
    return Phase.UNDER_WAY


def is_open(vehicle: Row, tables: LineTables, now: int) -> bool:
    """Whether a vehicle is on no run, or not on the one it was on."""
    if vehicle["pattern"] < 0 or vehicle["finished"]:
        return True
    if vehicle["arrived"] >= tables.patterns["call_count"][vehicle["pattern"]] - 1:
        return True
    if vehicle["departed_origin"] and vehicle["off_since"] != NEVER:
        return bool(now - vehicle["off_since"] >= max(OFF_S, OFF_GAPS * vehicle["gap_s"]))
    return has_turned_back(vehicle, tables)


def may_go_on(vehicle: Row, search: Search, tables: LineTables) -> bool:
    """Whether a vehicle that has left its way may come back to it: it was seen under way and did not turn."""
    if vehicle["pattern"] < 0 or vehicle["finished"] or search.along <= AGAINST or not search.seen_at:
        return False
    is_at_end = vehicle["arrived"] >= tables.patterns["call_count"][vehicle["pattern"]] - 1
    return not is_at_end and not has_turned_back(vehicle, tables)


def enter(vehicle: Row, search: Search, phase: Phase, tables: LineTables, now: int) -> Search:
    """What is known of a vehicle that begins to do another thing."""
    if phase is Phase.OPEN:
        goes_on = may_go_on(vehicle, search, tables)
        return replace(search, phase=phase, came_at=now, seen_at=search.seen_at if goes_on else 0)
    if phase is Phase.WAITING and vehicle["departed_origin"]:
        return replace(search, phase=phase, came_at=int(vehicle["still_since"]))
    if phase is Phase.WAITING:
        return replace(search, phase=phase, came_at=search.came_at or now, seen_at=0)
    if search.seen_at:
        return replace(search, phase=phase, came_at=0)
    seen_at, along_m = int(vehicle["matched_time"]), float(vehicle["progress_m"])
    if vehicle["departed"] == 0 and vehicle["departed_time"] != NEVER:
        seen_at, along_m = int(vehicle["departed_time"]), _start_m(vehicle, tables)
    return replace(search, phase=phase, came_at=0, seen_at=seen_at, along_m=along_m)


def count_way(vehicle: Row, search: Search, tables: LineTables, seen: Sighting) -> int:
    """Movements of a vehicle under way along its pattern less those against it, with that to where it is ``seen``.

    What lies off the way, or is no movement, counts nothing; nor does anything once the way is sure.
    """
    if search.phase != Phase.UNDER_WAY or search.along in (AGAINST, -AGAINST) or seen.heading == (0.0, 0.0):
        return search.along
    pattern = int(vehicle["pattern"])
    if vehicle["off_since"] != NEVER or find_nearest(tables, pattern, replace(seen, heading=(0.0, 0.0)))[0] > OFF_M:
        return search.along
    return search.along + (1 if find_nearest(tables, pattern, seen)[0] <= OFF_M else -1)


def is_sure(search: Search) -> bool:
    """Whether a vehicle was seen to drive along its pattern often enough that it drives no other way."""
    return search.along >= -AGAINST


def has_ended(vehicle: Row, search: Search, tables: LineTables) -> bool:
    """Whether a bus stands just short of its last stop, as where there is no room at it."""
    if search.phase != Phase.UNDER_WAY or vehicle["finished"] or vehicle["pattern"] < 0:
        return False
    pattern = tables.patterns[vehicle["pattern"]]
    last = int(pattern["call_count"]) - 1
    left_m = float(tables.calls["progress_m"][pattern["call_first"] + last] - vehicle["progress_m"])
    near = vehicle["arrived"] >= last - 1 and left_m <= ENDING_M and not pattern["by_status"]
    return bool(near and _stood_s(vehicle) >= ENDED_S)


def _stands_at_start(vehicle: Row, tables: LineTables) -> bool:
    come_m = float(vehicle["progress_m"]) - _start_m(vehicle, tables)
    on_rails = tables.patterns["by_status"][vehicle["pattern"]]
    return bool(not on_rails and come_m <= BEGINNING_M and _stood_s(vehicle) >= WAITS_S)


def _start_m(vehicle: Row, tables: LineTables) -> float:
    return float(tables.calls["progress_m"][tables.patterns["call_first"][vehicle["pattern"]]])


def _stood_s(vehicle: Row) -> int:
    return int(vehicle["fix_time"] - vehicle["still_since"]) if vehicle["still_since"] != NEVER else 0
