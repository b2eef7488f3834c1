"""One line group's news as JSON, each run and call written once for all streams that want it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson


class RunFrame(NamedTuple):
    """A run's news: ``head`` is its JSON without the closing brace, ``calls`` the JSON of each changed call by stop.

    ``ahead`` and ``passed`` are the stops it has still to serve, and those it has left behind since the last value.
    ``was`` is the vehicle that was on it before, where another is now.
    """

    id: str
    line: str
    vehicle: str
    was: str
    head: bytes
    calls: tuple[tuple[str, bytes], ...]
    ahead: frozenset[str]
    passed: frozenset[str]

    def write(self, calls: Sequence[bytes] | None = None) -> bytes:
        """Its JSON, with all changed calls or only those given."""
        told = [call for _, call in self.calls] if calls is None else calls
        return b'%b,"calls":[%b]}' % (self.head, b",".join(told))


class GoneRun(NamedTuple):
    """A run that is no longer told: its id, line and vehicle, and the stops it had ahead."""

    id: str
    line: str
    vehicle: str
    stops: frozenset[str]


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
    _whole: bytes | None = field(default=None)
    _vehicles: frozenset[str] | None = field(default=None)

    def vehicles(self) -> frozenset[str]:
        """The vehicles it bears on: those it tells, and those that it tells no longer."""
        if self._vehicles is None:
            told = {run.vehicle for run in self.runs} | {run.was for run in self.runs}
            self._vehicles = frozenset(told | {run.vehicle for run in self.gone})
        return self._vehicles

    def whole(self) -> bytes:
        """Everything in it."""
        if self._whole is None:
            self._whole = self.write([run.write() for run in self.runs], [run.id for run in self.gone])
        return self._whole

    def write(self, runs: Sequence[bytes], gone: Sequence[str]) -> bytes:
        """The frame with these runs, written, and these run ids gone."""
        return b'{%b,"runs":[%b],"gone":%b}' % (self.head, b",".join(runs), orjson.dumps(gone))
