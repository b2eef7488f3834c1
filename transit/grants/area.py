"""Which part of the network a grant is about: timetables, lines, modes of transport, a box on the map."""

from dataclasses import dataclass
from typing import Final

TRAM, SUBWAY, RAIL, BUS, FERRY, CABLE, OTHER = "tram", "subway", "rail", "bus", "ferry", "cable", "other"
MODES: Final = (TRAM, SUBWAY, RAIL, BUS, FERRY, CABLE, OTHER)

_BASIC: Final = {0: TRAM, 1: SUBWAY, 2: RAIL, 3: BUS, 4: FERRY, 5: TRAM, 6: CABLE, 7: CABLE, 11: BUS, 12: RAIL}
_HUNDREDS: Final = {1: RAIL, 2: BUS, 4: SUBWAY, 7: BUS, 8: BUS, 9: TRAM, 10: FERRY, 12: FERRY, 13: CABLE, 14: CABLE}


def mode_of(route_type: int) -> str:
    """The mode of GTFS's basic or extended route type."""
    if route_type in _BASIC:
        return _BASIC[route_type]
    return _HUNDREDS.get(route_type // 100, OTHER)


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map, WGS-84 degrees; it may lie across the date line (``west`` > ``east``)."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float | None, longitude: float | None) -> bool:
        """Whether a place lies inside; a place that is not known does not."""
        if latitude is None or longitude is None or not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of the network; every part that is set must hold. ``lines`` are public ids, ``modes`` of ``MODES``."""

    timetables: frozenset[str] | None = None
    lines: frozenset[str] | None = None
    modes: frozenset[str] | None = None
    box: Box | None = None

    def has_timetable(self, name: str) -> bool:
        """Whether anything of a timetable lies inside."""
        if self.timetables is not None and name not in self.timetables:
            return False
        return self.lines is None or any(line.startswith(f"{name}:") for line in self.lines)

    def has_line(self, timetable: str, line_id: str, route_type: int) -> bool:
        """Whether a line (its GTFS id and route type) lies inside, wherever it runs."""
        return (
            (self.timetables is None or timetable in self.timetables)
            and (self.lines is None or f"{timetable}:{line_id}" in self.lines)
            and (self.modes is None or mode_of(route_type) in self.modes)
        )


EVERYWHERE: Final = Area()
