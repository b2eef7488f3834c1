"""What a grant still covers of what is about to be sent: it may have ended, or lost fields, since it was noted."""

from collections.abc import Mapping
from typing import Final

import orjson

from schemas.webhooks import Delivery, Webhook, WebhookEvent
from streams.webhooks.wishes import Wishes
from transit.grants.fields import EXPECTED, OCCUPANCY, SPREAD, VEHICLE
from transit.grants.reach import Reach
from transit.timetable.compiled import Timetable

NOTHING: Final = ""
"""No grant covers it any more."""

TOLD_BY: Final = {
    SPREAD: ("expected_early_at", "expected_late_at"),
    VEHICLE: ("vehicle_id", "vehicle_label"),
    OCCUPANCY: ("occupancy_status",),
}
"""What an approach tells only where a group of fields is granted."""


def cover(delivery: Delivery, webhook: Webhook, wishes: Wishes, timetables: Mapping[str, Timetable]) -> str | None:
    """The body to be sent, with what is granted by now and nothing else.

    ``NOTHING`` where the line, or of an approach the stop, lies within no grant; ``None`` while that is not known yet.
    """
    body = orjson.loads(delivery.body)
    told = body["data"]
    owner, _, line_id = told.get("line_id", "").partition(":")
    if not owner:
        return delivery.body
    timetable = timetables.get(owner)
    if timetable is None or not wishes.knows(webhook.partner_id):
        return None
    if delivery.type != WebhookEvent.RUN_APPROACHING:
        reach = wishes.find_reach(webhook.partner_id, timetable, line_id, frozenset())
        return NOTHING if reach is None else delivery.body
    stop = timetable.stop_id.find(told["stop_id"].partition(":")[2])
    needs = frozenset({EXPECTED})
    reach = wishes.find_reach(webhook.partner_id, timetable, line_id, needs, stop) if stop >= 0 else None
    if reach is None:
        return NOTHING
    vehicle_id = told.get("vehicle_id")
    if vehicle_id and EXPECTED not in reach.fields_of(vehicle_id.partition(":")[0]):
        return NOTHING
    fields = _fields_of(reach, vehicle_id)
    lost = [name for group, names in TOLD_BY.items() if group not in fields for name in names if name in told]
    if not lost:
        return delivery.body
    body["data"] = {name: value for name, value in told.items() if name not in lost}
    return orjson.dumps(body).decode()


def _fields_of(reach: Reach, vehicle_id: str | None) -> frozenset[str]:
    """What may be told of the feed that an event came from; where it names no vehicle, of whichever feed that was."""
    if vehicle_id:
        return reach.fields_of(vehicle_id.partition(":")[0])
    return reach.fields.difference(*reach.withheld.values())
