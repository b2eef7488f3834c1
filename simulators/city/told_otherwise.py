"""Reports whose words are wrong: what they name or count is not what is. Places and times stay as they were told.

These faults are put into a message that is otherwise ready, so that they are the same whatever wrote it.
"""

from dataclasses import dataclass, fields
from typing import Final

from google.transit import gtfs_realtime_pb2 as pb

from simulators.chance import draw_uniform

_Status = pb.VehiclePosition.OccupancyStatus
SPELL_S: Final = 600
_NO_DATA: Final = -1
_ABSURD: Final = 300


@dataclass(frozen=True, slots=True)
class WordFaults:
    """Ratios are of the vehicles' ten-minute spells unless said."""

    no_start_date: float = 0.0
    """At 1, trips carry no service date: whose day they are of must be found out."""
    wrong_sequence_ratio: float = 0.0
    """Trains whose stop sequence is one more than that of the stop they name."""
    unset_load_ratio: float = 0.0
    """Loads without a class and without a percentage."""
    nought_load_ratio: float = 0.0
    """Loads of 0 percent that mean that nothing is known, of no class."""
    odd_percentage_ratio: float = 0.0
    """Percentages of 300, and of trains' first carriages of -1."""
    carriage_gap_ratio: float = 0.0
    """Trains that leave their second carriage out."""
    short_train_ratio: float = 0.0
    """Part of the trains that have two carriages fewer, and tell them from the other end."""


WORD_NAMES: Final = frozenset(each.name for each in fields(WordFaults))


def tell_otherwise(content: bytes, seed: int, faults: WordFaults, at: int) -> bytes:
    """A message of the POSIX second ``at`` with the faults in it; the same arguments spoil the same reports."""
    if not any(getattr(faults, name) for name in WORD_NAMES):
        return content
    message = pb.FeedMessage()
    message.ParseFromString(content)
    _spoil(message, seed, faults, at)
    spoilt: bytes = message.SerializeToString(deterministic=True)
    return spoilt


def _spoil(message: pb.FeedMessage, seed: int, faults: WordFaults, at: int) -> None:
    for entity in message.entity:
        vehicle = entity.vehicle
        key = _key(vehicle.vehicle.id)

        def has(ratio: float, kind: int, key: int = key) -> bool:
            return ratio > 0 and bool(draw_uniform(seed, key, at // SPELL_S, kind) < ratio)

        if faults.no_start_date:
            vehicle.trip.ClearField("start_date")
        if vehicle.HasField("current_stop_sequence") and has(faults.wrong_sequence_ratio, 151):
            vehicle.current_stop_sequence += 1
        _spoil_carriages(vehicle, faults, has_gap=has(faults.carriage_gap_ratio, 152), seed=seed, key=key)
        if not vehicle.HasField("occupancy_percentage"):
            continue
        if has(faults.odd_percentage_ratio, 153):
            vehicle.occupancy_percentage = _ABSURD
            for carriage in vehicle.multi_carriage_details[:1]:
                carriage.occupancy_percentage = _NO_DATA
        if has(faults.nought_load_ratio, 154):
            vehicle.occupancy_percentage = 0
            vehicle.ClearField("occupancy_status")
            del vehicle.multi_carriage_details[:]
        if has(faults.unset_load_ratio, 155):
            vehicle.ClearField("occupancy_percentage")
            vehicle.ClearField("occupancy_status")
            del vehicle.multi_carriage_details[:]


def _spoil_carriages(vehicle: pb.VehiclePosition, faults: WordFaults, *, has_gap: bool, seed: int, key: int) -> None:
    carriages = vehicle.multi_carriage_details
    if len(carriages) > 3 and faults.short_train_ratio > 0 and draw_uniform(seed, key, 156) < faults.short_train_ratio:
        kept = [pb.VehiclePosition.CarriageDetails.FromString(each.SerializeToString()) for each in carriages[2:]]
        del carriages[:]
        for sequence, carriage in enumerate(reversed(kept), start=1):
            carriage.carriage_sequence = sequence
            carriages.append(carriage)
    if has_gap and len(carriages) > 2:
        del carriages[1]


def _key(vehicle: str) -> int:
    """A number for a vehicle's id."""
    return int.from_bytes(vehicle.encode()[-7:], "little")
