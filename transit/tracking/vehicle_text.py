"""What is known of a vehicle in words: its ids, the trip it names, its carriages. Numbers stand in arrays."""

import msgspec

from schemas.line_forecasts import Carriage


class Descriptor(msgspec.Struct, array_like=True, frozen=True):
    """A trip as a report names it; empty texts and -1 where it does not."""

    trip_id: str = ""
    start_date: str = ""
    start_time: str = ""
    route_id: str = ""
    direction_id: int = -1
    relationship: int = 0


class Search(msgspec.Struct, array_like=True, frozen=True):
    """What tells the run of a vehicle whose feed names no trip.

    ``phase`` is what it does (transit.tracking.unnamed_phases.Phase). On its way it was first seen at ``seen_at``
    (POSIX s), ``along_m`` along its pattern, or left its first stop then; waiting, it came at ``came_at``.
    ``before`` are the runs that it may have made before (trip id, service day) and what each of them cost beyond the
    likeliest; ``along`` counts movements along its pattern, less those against it.
    """

    phase: int = 0
    seen_at: int = 0
    along_m: float = 0.0
    came_at: int = 0
    before: tuple[tuple[str, int, float], ...] = ()
    along: int = 0


class VehicleText(msgspec.Struct, array_like=True):
    """One vehicle in words. Its id is that of its ``feed``: another feed's vehicle of the same id is another vehicle.

    ``named`` is the trip as last reported; ``pending`` one that it named before its present run was over. The run's own
    words (``line_id`` to ``start_time_s``) are what passages and forecasts are told under. ``left_out`` are
    positions of the pattern lent to it at which the trip's own plan has no call.
    """

    vehicle_id: str
    label: str | None = None
    named: Descriptor = Descriptor()
    pending: Descriptor | None = None
    line_id: str = ""
    trip_id: str = ""
    service_date: int = 0
    start_time_s: int | None = None
    next_trip_id: str = ""
    next_line_id: str = ""
    carriages: tuple[Carriage, ...] = ()
    left_out: tuple[int, ...] = ()
    feed: str = ""
    search: Search | None = None


_encoder = msgspec.msgpack.Encoder()


def encode_text(text: VehicleText) -> bytes:
    """Pack one vehicle's words."""
    return _encoder.encode(text)
