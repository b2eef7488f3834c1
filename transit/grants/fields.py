"""Groups of fields that a grant gives or withholds: a closed list, each name a thing a partner would ask for."""

from typing import Final

EXPECTED: Final = "expected"
SPREAD: Final = "spread"
DISTANCE: Final = "distance"
VEHICLE: Final = "vehicle"
POSITION: Final = "position"
OCCUPANCY: Final = "occupancy"
CROWDING: Final = "crowding"
VERDICT: Final = "verdict"
HEADWAYS: Final = "headways"
CONDITIONS: Final = "conditions"
ACCURACY: Final = "accuracy"
COVERAGE: Final = "coverage"

FIELDS: Final[dict[str, str]] = {
    EXPECTED: "when a vehicle arrives and departs, and how late it is",
    SPREAD: "the early and late bounds (p10, p90) of those times",
    DISTANCE: "metres and stops still to go, progress along the way",
    VEHICLE: "which vehicle it is: its id and what is painted on it",
    POSITION: "where a vehicle is: coordinates, bearing, speed",
    OCCUPANCY: "how full it is, as it reported",
    CROWDING: "how full it will be at a stop",
    VERDICT: "whether it will come, and why not",
    HEADWAYS: "how often a line comes at a stop",
    CONDITIONS: "how a line runs: headways, waits, speed, service level",
    ACCURACY: "how right the served times were",
    COVERAGE: "which runs are due and which are tracked",
}
"""Every group and what it holds. The timetable, ids, warnings and how fresh an answer is go with any grant."""

ALL: Final = frozenset(FIELDS)


def check_fields(names: "frozenset[str] | set[str] | list[str] | tuple[str, ...]") -> frozenset[str]:
    """The names as a set.

    Raises:
        ValueError: one names no group; the message lists those there are.
    """
    strange = sorted(set(names) - ALL)
    if strange:
        raise ValueError(f"fields: {strange[0]!r} is none of {', '.join(sorted(ALL))}")
    return frozenset(names)
