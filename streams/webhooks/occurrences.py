"""Each time a disruption comes is an occurrence of its own: a nightly alert is told every night.

The ledger says which were told and which are over; what is noted here is only what was last read of it.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.webhook_deliveries import ASKED_AT_ONCE
from runtime.ledger.webhook_models import DeliveryRow
from schemas.webhooks import LINE_RECOVERED, WebhookEvent

_MARK: Final = "#"
_MINUTE_S: Final = 60


class Occurrences:
    """The disruptions that were told, by webhook and name, as the numbers of their occurrences."""

    def __init__(self) -> None:
        self.is_read = False
        self._last: dict[str, dict[str, int]] = {}
        self._open: dict[str, dict[str, str]] = {}

    async def load(self, session: AsyncSession, webhooks: Collection[str] = ()) -> None:
        """Read what was told to webhooks (ids), or to all."""
        of_disruptions = DeliveryRow.type.in_((WebhookEvent.LINE_DISRUPTED, LINE_RECOVERED))
        query = select(DeliveryRow.webhook_id, DeliveryRow.subject, DeliveryRow.type).where(of_disruptions)
        ids = list(webhooks)
        rows: list[Row[str, str, str]] = []
        if not ids:
            self._last, self._open = {}, {}
            rows += (await session.execute(query)).all()
        for first in range(0, len(ids), ASKED_AT_ONCE):
            asked = DeliveryRow.webhook_id.in_(ids[first : first + ASKED_AT_ONCE])
            rows += (await session.execute(query.where(asked))).all()
        for webhook in ids:
            self._last.pop(webhook, None)
            self._open.pop(webhook, None)
        over = {(webhook, subject) for webhook, subject, kind in rows if kind == LINE_RECOVERED}
        for webhook, subject, _ in rows:
            name, number = _split(subject)
            last = self._last.setdefault(webhook, {})
            last[name] = max(number, last.get(name, 0))
            if (webhook, subject) not in over:
                self._open.setdefault(webhook, {})[name] = subject
        self.is_read = True

    def list_open(self, webhook: str) -> dict[str, str]:
        """The disruptions that a webhook (id) was told of and that are not over: subjects by name."""
        return self._open.get(webhook, {})

    def name_next(self, webhook: str, name: str, now: float) -> str:
        """The subject of a disruption that comes at ``now`` (POSIX s), for the first time or again.

        Numbers go up from the minute in which it first came, so that none comes again when the ledger has forgotten it.
        """
        number = max(self._last.get(webhook, {}).get(name, 0) + 1, int(now) // _MINUTE_S)
        return f"{name}{_MARK}{number}"


def _split(subject: str) -> tuple[str, int]:
    """The name and the number; a subject noted before occurrences were numbered is the name itself."""
    name, _, number = subject.rpartition(_MARK)
    return (name, int(number)) if number.isdecimal() and name else (subject, 0)
