"""The counts that this process knows, by timetable, and the demand that a history tells."""

from collections import Counter
from typing import TYPE_CHECKING, Final

from transit.crowding.station_counts import StationCount

if TYPE_CHECKING:
    from transit.history.boarding import BoardingHabits

OLD_S: Final = 300
"""Who was counted longer ago than this may have left: it is told no more."""


class StationShelf:
    """What station crowding is told from."""

    ahead_s: float = OLD_S
    """A count whose clock runs so far ahead of ours is still believed."""

    def __init__(self) -> None:
        self.habits: BoardingHabits | None = None
        self.counts: dict[str, dict[str, dict[str, StationCount]]] = {}
        """By timetable and source."""
        self.failures: Counter[str] = Counter()
        """How often each source's counts could not be fetched or read."""

    def find_count(self, timetable: str, stop_id: str, now: float) -> StationCount | None:
        """The newest count of a stop (GTFS id) that is still good at ``now`` (POSIX s)."""
        told = (counts[stop_id] for counts in self.counts.get(timetable, {}).values() if stop_id in counts)
        fresh = [count for count in told if -self.ahead_s <= now - count.observed_at.timestamp() <= OLD_S]
        return max(fresh, key=lambda count: count.observed_at, default=None)


class LateStationShelf(StationShelf):
    """The same for a view whose clock runs behind: no count that was taken after the view's own time is told."""

    ahead_s = 0.0

    def __init__(self, live: StationShelf) -> None:
        super().__init__()
        self.habits, self.counts = live.habits, live.counts
