"""One line group's news as JSON, each run and call written once for all streams that want it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from api.streaming.events import PackedLine


class StopsAhead(NamedTuple):
    """Where a run's pattern calls (each stop's last position in it), and where the run is.

    ``next`` is the next position; those from ``first`` up to it were ahead in the value before.
    """

    places: Mapping[str, int]
    first: int
    next: int

    def has_ahead(self, stops: AbstractSet[str]) -> bool:
        """Whether any of these stops is still to be served."""
        return any(place >= self.next for place in self._of(stops))

    def has_passed(self, stops: AbstractSet[str]) -> bool:
        """Whether any of these stops has been left behind since the value before."""
        return any(self.first <= place < self.next for place in self._of(stops))

    def _of(self, stops: AbstractSet[str]) -> list[int]:
        places = self.places
        if len(stops) < len(places):
            return [places[stop] for stop in stops if stop in places]
        return [place for stop, place in places.items() if stop in stops]


class RunFrame(NamedTuple):
    """A run's news: ``head`` is its JSON without the closing brace, ``calls`` the JSON of each changed call by stop.

    ``was`` is the vehicle that was on it before, where another is now.
    """

    id: str
    line: str
    vehicle: str
    was: str
    head: bytes
    calls: tuple[tuple[str, bytes], ...]
    stops: StopsAhead

    def write(self, calls: Sequence[bytes] | None = None) -> bytes:
        """Its JSON, with all changed calls or only those given."""
        told = [call for _, call in self.calls] if calls is None else calls
        return b'%b,"calls":[%b]}' % (self.head, b",".join(told))


class GoneRun(NamedTuple):
    """A run that is no longer told: its id, line and vehicle, and the stops it had ahead."""

    id: str
    line: str
    vehicle: str
    stops: StopsAhead


@dataclass(slots=True)
class LineFrame:
    """What one value of a line group changed, or (``is_full``) all that it says.

    ``lines`` are the public ids of all lines of the group. ``head`` is the JSON of everything but the runs, without
    its braces.
    """

    key: str
    offset: int
    is_full: bool
    lines: frozenset[str]
    head: bytes
    runs: tuple[RunFrame, ...]
    gone: tuple[GoneRun, ...]
    _whole: PackedLine | None = field(default=None)
    _vehicles: frozenset[str] | None = field(default=None)

    def vehicles(self) -> frozenset[str]:
        """The vehicles it bears on: those it tells, and those that it tells no longer."""
        if self._vehicles is None:
            told = {run.vehicle for run in self.runs} | {run.was for run in self.runs}
            self._vehicles = frozenset(told | {run.vehicle for run in self.gone})
        return self._vehicles

    def whole(self) -> PackedLine:
        """Everything in it."""
        if self._whole is None:
            text = self.write([run.write() for run in self.runs], [run.id for run in self.gone])
            self._whole = PackedLine(text)
        return self._whole

    def write(self, runs: Sequence[bytes], gone: Sequence[str]) -> bytes:
        """The frame with these runs, written, and these run ids gone."""
        return b'{%b,"runs":[%b],"gone":%b}' % (self.head, b",".join(runs), orjson.dumps(gone))

    def count_bytes(self) -> int:
        """Memory it takes, roughly."""
        return 1_000 + sum(1_500 + len(run.head) + sum(100 + len(call) for _, call in run.calls) for run in self.runs)
