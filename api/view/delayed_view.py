"""The view as it was a while ago, for those who are granted nothing fresh."""

from typing import TYPE_CHECKING, Final, NamedTuple

from api.station_crowding.shelf import LateStationShelf
from api.view.compiled_view import CompiledView
from api.view.memory import View
from api.view.said import Said

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from api.bikes.shelf import BikeSystem
    from schemas.feed_status import FeedStatus
    from transit.answers.line_view import LineView
    from transit.timetable.compiled import Timetable

DELAYS_S: Final = (15, 30, 60, 120, 300, 600)
"""Delays there are views of; what is asked for is rounded up, so that few are kept."""

SNAPSHOTS_A_DELAY: Final = 2
"""A snapshot each half of the delay: what is told is between one and one and a half delays old."""


def rounded_delay_s(asked_s: int) -> int:
    """The delay of the view that serves ``asked_s``: that or the next longer one."""
    return next((each for each in DELAYS_S if each >= asked_s), DELAYS_S[-1])


class _Snapshot(NamedTuple):
    at: float
    said: Said
    bikes: "dict[str, BikeSystem]"
    lines: "Mapping[str, LineView]"
    vehicles: "Mapping[str, str]"
    feeds: "Mapping[str, FeedStatus]"
    told_until: "Mapping[str, int]"
    hashes: "dict[str, Counter[str]]"


class DelayedView(View):
    """A view whose clock runs ``delay_s`` behind and that knows nothing newer.

    Values are not copied: a snapshot holds on to those that stood. Until it is as old as its delay it knows no vehicle
    and answers by the timetable.
    """

    def __init__(self, view: View, delay_s: int) -> None:
        super().__init__(_load_nothing, view.rendered, now=view.wall_clock)
        self._live = view
        self._delay_s = delay_s
        self.shelf = view.shelf
        self.board = view.board
        self.freshness = view.freshness
        self.crowding = view.crowding
        # about hours that are over already
        self.scores = view.scores
        self.stations = LateStationShelf(view.stations)
        self._snapshots: list[_Snapshot] = []
        self.note()

    def now(self, timetable: str) -> float:
        """What time it is (POSIX s) in this view."""
        return self._live.now(timetable) - self._delay_s

    def told_until(self, timetable: str) -> int:
        """The newest poll (POSIX s) that any line of that timetable answers; 0 where none does."""
        return self._told_until.get(timetable, 0)

    def today(self, compiled: CompiledView) -> int:
        """The calendar day in the timetable's city."""
        return self._live.today(compiled)

    def note(self) -> None:
        """Remember how things stand, where that is due, and tell what is old enough by now."""
        at = self._live.wall_clock()
        if not self._snapshots or at - self._snapshots[-1].at >= self._delay_s / SNAPSHOTS_A_DELAY:
            said = Said()
            said.take_over(self._live.said)
            self._snapshots.append(_Snapshot(at, said, dict(self._live.bikes.systems), *self._live.copied()))
        old = [snapshot for snapshot in self._snapshots if at - snapshot.at >= self._delay_s]
        if old and old[-1].lines is not self.lines:
            del self._snapshots[: len(old) - 1]
            _, said, bikes, self.lines, self.vehicles, self.feeds, told_until, self._hashes = old[-1]
            self._told_until = dict(told_until)
            self.said.take_over(said)
            self.bikes.systems = bikes


def _load_nothing(timetable_hash: str) -> "Timetable":
    raise LookupError(timetable_hash)
