"""What a door remembers of each vehicle between polls: its last report and the line groups that have it."""

from dataclasses import dataclass, field
from typing import Final

from transit.assignment.block_outlook import Ahead

FORGET_S: Final = 30 * 60
"""A vehicle that left the feed is forgotten after this long."""

VEHICLES_MAX: Final = 200_000
"""More than any city's fleet; a feed that names its vehicles anew at each poll fills no more than this."""

SWEEP_S: Final = 60


@dataclass(slots=True)
class KnownVehicle:
    """A vehicle's last report (its packed entity field) and where it went; refused reports went nowhere.

    ``trip_id`` is that of a vehicle that has no id of its own: it is told apart by its trip alone.
    """

    content: bytes
    entity_id: str
    observed_at: int
    seen_at: int
    group: int | None = None
    told: list[int] = field(default_factory=list)
    ahead: tuple[Ahead, ...] = ()
    candidates: frozenset[int] = frozenset()
    trip_id: str = ""


class KnownVehicles:
    """The vehicles of one feed, by vehicle and by their last report's very bytes."""

    def __init__(self) -> None:
        self._by_vehicle: dict[str, KnownVehicle] = {}
        self._by_content: dict[bytes, KnownVehicle] = {}
        self._by_trip: dict[str, KnownVehicle] = {}
        self._sweep_at = 0

    def __len__(self) -> int:
        return len(self._by_vehicle)

    def find_report(self, content: bytes) -> KnownVehicle | None:
        """The vehicle whose last report had these very bytes."""
        return self._by_content.get(content)

    def find(self, vehicle: str) -> KnownVehicle | None:
        """What is known of a vehicle."""
        return self._by_vehicle.get(vehicle)

    def keep(self, vehicle: str, known: KnownVehicle) -> None:
        """Put a vehicle's new report in place of its last."""
        last = self._by_vehicle.get(vehicle)
        if last is not None:
            self._by_content.pop(last.content, None)
        elif len(self._by_vehicle) >= VEHICLES_MAX:
            self._forget(next(iter(self._by_vehicle)))
        self._by_vehicle[vehicle] = known
        self._by_content[known.content] = known
        if known.trip_id:
            self._by_trip[vehicle] = known

    def list_seen_since(self, time_s: int) -> list[KnownVehicle]:
        """Vehicles that stood in the feed at ``time_s`` or later."""
        return [known for known in self._by_vehicle.values() if known.seen_at >= time_s]

    def list_gone(self, time_s: int) -> list[KnownVehicle]:
        """Vehicles known by their trip alone that stood in the feed at ``time_s`` and not since."""
        return [known for known in self._by_trip.values() if known.seen_at == time_s]

    def sweep(self, time_s: int) -> None:
        """Forget vehicles long gone, so that memory is bounded by the fleet and not by time."""
        if time_s < self._sweep_at:
            return
        self._sweep_at = time_s + SWEEP_S
        gone = [vehicle for vehicle, known in self._by_vehicle.items() if known.seen_at < time_s - FORGET_S]
        for vehicle in gone:
            self._forget(vehicle)

    def _forget(self, vehicle: str) -> None:
        self._by_content.pop(self._by_vehicle.pop(vehicle).content, None)
        self._by_trip.pop(vehicle, None)
