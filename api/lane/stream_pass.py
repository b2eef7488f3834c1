"""What lets a stream stay open: its key and grant still open, its partner has a place and a token for each minute."""

import time
from typing import TYPE_CHECKING, Final

from api.lane.quotas import Quotas
from api.lane.seat import Place
from api.lane.standing import Standing
from api.lane.stream_seats import StreamSeats
from api.problems import GRANT_CHANGED, TOO_MANY_STREAMS, Problem
from api.refusal import Refusal

if TYPE_CHECKING:
    from transit.grants.reach import Reach

MINUTE_S: Final = 60.0


class StreamPass:
    """A key's right, under a grant, to one open stream."""

    __slots__ = ("_is_open", "_kind", "_place", "_quotas", "_seats", "_standing", "due_at")

    def __init__(self, standing: Standing, quotas: Quotas, seats: StreamSeats, *, place: Place, kind: bytes) -> None:
        self._standing = standing
        self._quotas = quotas
        self._seats = seats
        self._place = place
        self._kind = kind
        self._is_open = False
        self.due_at = time.monotonic() + MINUTE_S
        """When the next minute must be paid for (monotonic, s)."""

    @property
    def reach(self) -> "Reach":
        """What the stream was opened for."""
        return self._place.reach

    async def open(self) -> Problem | None:
        """Take a place among the plan's streams, or say why there is none."""
        if not await self._seats.open(self._standing.partner_id, self._place.allowance.plan.streams):
            return TOO_MANY_STREAMS
        self._is_open = True
        return None

    def close(self) -> None:
        """Give the place back."""
        if self._is_open:
            self._seats.close(self._standing.partner_id)
            self._is_open = False

    async def check(self) -> Problem | None:
        """Why the stream may not go on; ``None`` while it may. Awaits nothing as long as keys are believed."""
        try:
            reach = await self._standing.reach()
        except Refusal as refused:
            # while neither the change channel nor the ledger can be heard, what was last known holds:
            # nobody can have been told of a change then either
            return None if refused.problem.status >= 500 else refused.problem
        return None if reach.digest == self._place.reach.digest else GRANT_CHANGED

    async def pay_minute(self) -> Problem | None:
        """Spend the tokens of the next minute, or say why there are none."""
        self.due_at = time.monotonic() + MINUTE_S
        place, now = self._place, time.monotonic()
        tokens = place.weights.get(self._kind, 1) if place.weights else 1
        if not place.allowance.take(tokens, now) and not await self._quotas.obtain(place.allowance, tokens):
            problem = self._quotas.why_refused(place.allowance, tokens, now)
            if problem.status < 500:
                place.usage.count_refused(self._kind, now)
            return problem
        place.usage.count(self._kind, tokens, now)
        return None
