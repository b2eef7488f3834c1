"""What a line is before it becomes GTFS rows: its stops, its ways over the streets and how often it runs."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

HOME_ZONE = "Asia/Shanghai"
Metres = npt.NDArray[np.float64]
Mode = Literal["bus", "subway"]
Service = Literal["all_night", "day", "late", "frequency"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name in both of the city's languages."""

    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop or platform at ``east_m``, ``north_m`` from the city's centre; ``station`` is its parent's id."""

    id: str
    name: Name
    east_m: float
    north_m: float
    station: str | None = None
    is_station: bool = False
    platform: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPattern:
    """One way of running a line: stop ids with their metres along ``shape`` (points x (east, north))."""

    direction: int
    stops: tuple[str, ...]
    progress_m: tuple[float, ...]
    shape: Metres
    headsign: Name
    is_short: bool = False
    is_depot_in: bool = False
    """The last vehicles of a loop: they do not go round, but leave it where the depot is."""

    @property
    def key(self) -> str:
        """Tells the line's patterns apart."""
        return f"{self.direction}{'s' if self.is_short else 'd' if self.is_depot_in else ''}"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line with its patterns; ``pool`` names the depot whose vehicles it shares with other lines."""

    id: str
    short_name: str
    name: Name
    mode: Mode
    color: str
    service: Service
    peak_headway_s: int
    patterns: tuple[PlannedPattern, ...]
    pool: str
    is_loop: bool = False


@dataclass(frozen=True, slots=True)
class Through:
    """Two lines that meet end to end: in direction 0 some vehicles of the near one go on as the far one, in 1 back."""

    near: str
    far: str


@dataclass(slots=True)
class Network:
    """A whole city: stops by id, and lines in the order riders know them; ``zone`` is whose clock it keeps."""

    name: Name
    latitude: float
    longitude: float
    zone: str
    stops: dict[str, PlannedStop] = field(default_factory=dict)
    lines: list[PlannedLine] = field(default_factory=list)
    through: list[Through] = field(default_factory=list)

    def add_stop(self, stop: PlannedStop) -> str:
        """Keep ``stop`` if its id is new; the id either way, so that lines share stops."""
        self.stops.setdefault(stop.id, stop)
        return stop.id
