"""Crowding at the stop asked about as JSON."""

from schemas.line_forecasts import OCCUPANCY_STATUS
from transit.crowding.ahead import Crowding
from transit.crowding.scale import Level

Fields = dict[str, object]

_DIGITS = 3


def crowding_fields(crowding: Crowding | None) -> Fields | None:
    """A vehicle's crowding on arrival; ``None`` where nothing is known of it."""
    if crowding is None:
        return None
    return {
        **level_fields(crowding.level),
        "probabilities": {
            name: round(share, _DIGITS) for name, share in zip(OCCUPANCY_STATUS, crowding.probabilities, strict=False)
        },
        "load_percentage": round(100 * crowding.load),
        "basis": "observed" if crowding.is_observed else "estimated",
        "age_s": crowding.age_s,
        "carriages": [
            {**level_fields(carriage.level), "sequence": carriage.sequence} for carriage in crowding.carriages
        ],
        "board_at": crowding.board_at,
    }


def level_fields(level: Level) -> Fields:
    """A level's number, name and colour."""
    return {"crowding_level": level.number, "name": level.name, "color": level.color}
