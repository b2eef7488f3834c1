"""Who may send at once: endpoints that answer share some places, slow ones others, and cannot fill the first."""

from collections import Counter
from typing import Final

AT_ONCE: Final = 64
"""Requests under way at once to endpoints that answer."""

AT_ONCE_SLOW: Final = 64
"""Requests that may be under way when one more is begun to an endpoint known to be slow."""

SLOW_KEPT: Final = 5000
"""Slow endpoints remembered; the one that was slow longest ago is forgotten first."""


class Places:
    """Counts what is under way. An endpoint that lags once is slow from then on, until it has answered in time."""

    def __init__(self) -> None:
        self.under_way: Counter[str] = Counter()
        self._slow: dict[str, None] = {}

    @property
    def free(self) -> int:
        """Places for endpoints that answer."""
        return AT_ONCE - sum(count for webhook, count in self.under_way.items() if webhook not in self._slow)

    @property
    def free_slow(self) -> int:
        """Places for slow endpoints."""
        return AT_ONCE_SLOW - sum(count for webhook, count in self.under_way.items() if webhook in self._slow)

    def slow(self) -> frozenset[str]:
        """The webhooks (ids) whose endpoints are slow."""
        return frozenset(self._slow)

    def take(self, webhook_id: str) -> None:
        """A request is under way."""
        self.under_way[webhook_id] += 1

    def lag(self, webhook_id: str) -> None:
        """A request is under way for too long: all of its endpoint's move to the places of slow ones."""
        self._slow.pop(webhook_id, None)
        self._slow[webhook_id] = None
        while len(self._slow) > SLOW_KEPT:
            del self._slow[next(iter(self._slow))]

    def give_back(self, webhook_id: str, *, was_quick: bool) -> None:
        """A request is over."""
        self.under_way[webhook_id] -= 1
        if not self.under_way[webhook_id]:
            del self.under_way[webhook_id]
        if was_quick:
            self._slow.pop(webhook_id, None)
