"""What a share of a vehicle's capacity is called: GTFS-realtime's classes, and four levels with names and colours."""

from bisect import bisect_right
from typing import Final, NamedTuple

CLASS_CUTS: Final = (0.05, 0.2, 0.5, 0.7, 0.9)
"""Load (share of the capacity, seated and standing) at which each class begins after ``empty``: many seats, few seats,
standing room, crushed standing, full. GTFS-realtime leaves the bounds to producers; these are in service at an agency
that publishes its own."""

CLASSES: Final = len(CLASS_CUTS) + 1
"""``empty`` to ``full``; the other statuses say nothing of how many are aboard."""

FULL_LOAD_MAX: Final = 1.2
"""A full vehicle is taken to hold no more than this."""


LEVEL_NAMES: Final = ("comfortable", "moderate", "crowded", "severe")


class Level(NamedTuple):
    """A level of crowding as riders see it: 1 to 4. ``color`` is six hexadecimal digits."""

    number: int
    name: str
    color: str


class CrowdingScale(NamedTuple):
    """Loads at which ``moderate``, ``crowded`` and ``severe`` begin, and each level's colour."""

    cuts: tuple[float, float, float]
    colors: tuple[str, str, str, str]

    def level_of(self, load: float) -> Level:
        """The level of a load (share of the capacity)."""
        place = bisect_right(self.cuts, load)
        return Level(place + 1, LEVEL_NAMES[place], self.colors[place])


def class_bounds(status: int) -> tuple[float, float]:
    """The loads between which a class (0 ``empty`` to 5 ``full``) lies.

    Raises:
        ValueError: the status is none that tells how many are aboard.
    """
    if not 0 <= status < CLASSES:
        raise ValueError(f"occupancy status {status} tells nothing of the load")
    low = 0.0 if status == 0 else CLASS_CUTS[status - 1]
    return low, FULL_LOAD_MAX if status == CLASSES - 1 else CLASS_CUTS[status]
