"""The bike stations that this process knows, and how old that is."""

from collections import Counter
from typing import Final, NamedTuple

from transit.other_modes.gbfs import BikeStation

OLD_S: Final = 300
"""What was fetched longer ago than this is no longer live."""

GONE_S: Final = 1800
"""After this long no count is told any more."""


class BikeSystem(NamedTuple):
    """One system's stations as they were fetched at ``fetched_at`` (POSIX s)."""

    stations: tuple[BikeStation, ...]
    fetched_at: float

    def basis(self, now: float) -> str:
        """How far its counts can be trusted at ``now`` (POSIX s), on the ladder of every answer."""
        age_s = now - self.fetched_at
        return "live" if age_s <= OLD_S else "extrapolated" if age_s <= GONE_S else "withheld"


class BikeShelf:
    """Every system by its id."""

    def __init__(self) -> None:
        self.systems: dict[str, BikeSystem] = {}
        self.failures: Counter[str] = Counter()
        """How often each system could not be fetched or read."""
