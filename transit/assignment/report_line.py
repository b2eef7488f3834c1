"""The line group of one vehicle report: by its trip, its line, the vehicle's last line or its place."""

import math
from functools import cached_property
from typing import Any, NamedTuple

from schemas.rejects import RejectReason
from transit.assignment.line_lookup import LineLookup
from transit.assignment.place_index import PlaceIndex
from transit.timetable.compiled import Timetable


class Refusal(NamedTuple):
    """Why no line group was found."""

    reason: RejectReason
    detail: str


class Assigned(NamedTuple):
    """The line group of a report and how it was found; ``candidates`` are those still possible by place."""

    group: int
    trip: int | None
    by_place: bool
    candidates: frozenset[int]


class Undecided(NamedTuple):
    """Several line groups pass here; the next report may tell them apart."""

    refusal: Refusal
    candidates: frozenset[int]


class ReportLines:
    """Finds the line group of vehicle reports under one timetable."""

    def __init__(self, timetable: Timetable, lookup: LineLookup) -> None:
        self._timetable = timetable
        self._lookup = lookup

    @cached_property
    def _places(self) -> PlaceIndex:
        return PlaceIndex(self._timetable)

    def assign(
        self, vehicle: Any, last_group: int | None, candidates: frozenset[int]
    ) -> Assigned | Undecided | Refusal:
        """Give a VehiclePosition its line group.

        Args:
            vehicle: the decoded VehiclePosition.
            last_group: where this vehicle's last report went.
            candidates: the line groups that its reports so far have left possible.
        """
        named = vehicle.trip
        trip_id, line_id = named.trip_id, named.route_id
        trip = self._lookup.find_trip(trip_id)
        if trip is not None:
            return Assigned(self._lookup.trip_group(trip), trip, False, frozenset())
        group = self._lookup.find_line_group(line_id)
        if group is not None:
            return Assigned(group, None, False, frozenset())
        if not vehicle.HasField("position"):
            if last_group is not None and not trip_id and not line_id:
                return Assigned(last_group, None, False, candidates)
            return _name_unknown(trip_id, line_id) or Refusal(
                RejectReason.NO_POSITION, "it names no trip and no line and has no position to find one by"
            )
        return self._assign_by_place(vehicle, candidates)

    def _assign_by_place(self, vehicle: Any, candidates: frozenset[int]) -> Assigned | Undecided | Refusal:
        latitude, longitude = vehicle.position.latitude, vehicle.position.longitude
        if not (math.isfinite(latitude) and math.isfinite(longitude)) or abs(latitude) > 90 or abs(longitude) > 180:
            return Refusal(RejectReason.BAD_POSITION, f"latitude {latitude}, longitude {longitude} is no place")
        here = self._places.find_groups(latitude, longitude)
        if not here:
            if not self._places.is_in_area(latitude, longitude):
                return Refusal(RejectReason.OUT_OF_AREA, "it is more than 10 km from every line of the timetable")
            unknown = _name_unknown(vehicle.trip.trip_id, vehicle.trip.route_id)
            return unknown or Refusal(RejectReason.UNKNOWN_LINE, "it names no line and is on none")
        left = (here & candidates) or here
        if len(left) > 1:
            some = ", ".join(sorted(self._lookup.group_ids[group] for group in left)[:5])
            detail = f"it names no line and is on {len(left)}: {some}"
            return Undecided(Refusal(RejectReason.AMBIGUOUS_LINE, detail), left)
        return Assigned(next(iter(left)), None, True, left)


def _name_unknown(trip_id: str, line_id: str) -> Refusal | None:
    if line_id:
        return Refusal(RejectReason.UNKNOWN_LINE, f"the timetable has no line {line_id!r}")
    if trip_id:
        return Refusal(RejectReason.UNKNOWN_TRIP, f"the timetable has no trip {trip_id!r}")
    return None
