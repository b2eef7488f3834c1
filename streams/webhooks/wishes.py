"""What partners' webhooks wait for, and what each partner may be told: read from the ledger once a second."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.grants import list_grants
from runtime.ledger.models import PartnerRow
from runtime.ledger.owners import list_owners
from runtime.ledger.products import list_versions
from runtime.ledger.webhooks import list_webhooks
from schemas.webhooks import Webhook, WebhookEvent
from transit.answers.run_ids import parse_run_id
from transit.grants.agreements import LIVE
from transit.grants.openings import Opening, list_openings
from transit.grants.reach import Reach
from transit.timetable.compiled import Timetable
from transit.webhooks.approaching import Wanted


class Approach(NamedTuple):
    """A webhook that waits for runs at a stop, and what in GTFS ids."""

    webhook: Webhook
    wanted: Wanted


class Wishes:
    """Every enabled webhook, found by the line group that it waits for."""

    def __init__(self) -> None:
        self.webhooks: list[Webhook] = []
        self._openings: dict[str, tuple[Opening, ...]] = {}
        self._by_group: dict[str, dict[str, list[Approach]]] = {}

    async def load(self, session: AsyncSession, now: float) -> None:
        """Read webhooks, grants and owners' terms as they hold at ``now`` (POSIX s)."""
        suspended = await session.scalars(select(PartnerRow.id).where(PartnerRow.suspended_at.is_not(None)))
        shut_out = set(suspended)
        served = [webhook for webhook in await list_webhooks(session) if webhook.partner_id not in shut_out]
        found = [webhook for webhook in served if webhook.disabled_at_ms is None]
        grants = await list_grants(session)
        products = {(product.id, product.version): product for product in await list_versions(session)}
        owners = tuple(await list_owners(session))
        openings = {}
        for partner in {webhook.partner_id for webhook in served}:
            own = [grant for grant in grants if grant.partner_id == partner]
            openings[partner] = list_openings(partner, own, products, owners, now).found
        self._openings = openings
        if found != self.webhooks:
            self.webhooks = found
            self._by_group.clear()

    def list_disruptions(self) -> Iterator[Webhook]:
        """Webhooks that wait for a line to be disrupted."""
        return (webhook for webhook in self.webhooks if webhook.event is WebhookEvent.LINE_DISRUPTED)

    def of_group(self, group: str, timetable: Timetable) -> list[Approach]:
        """Webhooks that wait for runs of a line group (its id)."""
        by_group = self._by_group.get(timetable.hash)
        if by_group is None:
            by_group = self._by_group[timetable.hash] = {}
            for webhook in self.webhooks:
                if webhook.event is WebhookEvent.RUN_APPROACHING:
                    for found, approach in _approaches(webhook, timetable):
                        by_group.setdefault(found, []).append(approach)
        return by_group.get(group, [])

    def knows(self, partner_id: str) -> bool:
        """Whether a partner's grants were read: those of one that is new, or enabled again, are within a second."""
        return partner_id in self._openings

    def find_reach(
        self, partner_id: str, timetable: Timetable, line_id: str, needs: frozenset[str], stop: int | None = None
    ) -> Reach | None:
        """What a partner may be told of a line (GTFS id): by the first grant that holds it and the fields needed.

        Where a stop (row) is told of, its place lies within the grant's box too.
        Open products, which need no grant, speak only for partners who have none.
        """
        row = timetable.line_id.find(line_id)
        if row < 0:
            return None
        kind = int(timetable.line_route_type[row])
        openings = self._openings.get(partner_id, ())
        for opening in [each for each in openings if each.grant_id] or openings:
            reach = opening.reach
            if stop is not None and not reach.has_place(*_place(timetable, stop)):
                continue
            if LIVE in opening.kinds and needs <= reach.fields and reach.has_line(timetable.name, line_id, kind):
                return reach
        return None


def _place(timetable: Timetable, stop: int) -> tuple[float, float]:
    return float(timetable.stop_latitude[stop]), float(timetable.stop_longitude[stop])


def _approaches(webhook: Webhook, timetable: Timetable) -> Iterator[tuple[str, Approach]]:
    """The line groups (ids) whose runs a webhook waits for under a timetable."""
    owner, _, stop = webhook.stop.partition(":")
    if owner != timetable.name:
        return
    if webhook.line:
        line_owner, _, line_id = webhook.line.partition(":")
        row = timetable.line_id.find(line_id) if line_owner == owner else -1
        if row >= 0:
            group = timetable.group_id[int(timetable.line_group[row])]
            yield group, Approach(webhook, Wanted(stop, webhook.minutes, line_id=line_id))
        return
    run_owner, key = parse_run_id(webhook.run)
    if run_owner != owner:
        return
    wanted = Wanted(stop, webhook.minutes, run=key)
    trip = timetable.trip_id.find(key.trip_id)
    if trip >= 0:
        line = int(timetable.pattern_line[timetable.trip_pattern[trip]])
        yield timetable.group_id[int(timetable.line_group[line])], Approach(webhook, wanted)
        return
    # a run that the agency added: it may be any line's
    for group in timetable.group_id:
        yield group, Approach(webhook, wanted)
