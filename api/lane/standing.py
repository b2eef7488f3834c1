"""Whether a request that stays open, such as a stream, may go on, and what it may be told by now."""

import time

from api.lane.keyring import KeyRing
from api.problems import Problem
from api.refusal import Refusal
from transit.grants.reach import Reach


class Standing:
    """One open request's key and kind, asked about again and again: in ``scope["state"]["standing"]``."""

    def __init__(self, ring: KeyRing, key: bytes, kind: bytes) -> None:
        self._ring = ring
        self._key = key
        self._kind = kind

    async def reach(self) -> Reach:
        """What the request may be told at this moment; another one after an owner withdrew, say.

        Awaits nothing as long as keys are believed. Ask before each thing sent, or twice a second.

        Raises:
            Refusal: the key was revoked or expired, its partner suspended, or its grant is over: close the stream.
        """
        seat = self._ring.find(self._key, time.monotonic()) or await self._ring.look_up(self._key)
        if isinstance(seat, Problem):
            raise Refusal(seat, seat.mending)
        problem = seat.check(time.time())
        if problem is not None:
            raise Refusal(problem, problem.mending)
        return seat.reach_of(self._kind)
