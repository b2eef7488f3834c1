"""Whether a grant still covers what is about to be sent: it may have ended since the event was noted."""

from collections.abc import Mapping

import orjson

from schemas.webhooks import Delivery, Webhook, WebhookEvent
from streams.webhooks.wishes import Wishes
from transit.grants.fields import EXPECTED
from transit.timetable.compiled import Timetable


def is_covered(
    delivery: Delivery, webhook: Webhook, wishes: Wishes, timetables: Mapping[str, Timetable]
) -> bool | None:
    """Whether the line, and of an approach the stop, lies within a grant; ``None`` while that is not known yet."""
    told = orjson.loads(delivery.body)["data"]
    owner, _, line_id = told.get("line_id", "").partition(":")
    if not owner:
        return True
    timetable = timetables.get(owner)
    if timetable is None or not wishes.knows(webhook.partner_id):
        return None
    if delivery.type != WebhookEvent.RUN_APPROACHING:
        return wishes.find_reach(webhook.partner_id, timetable, line_id, frozenset()) is not None
    stop = timetable.stop_id.find(told["stop_id"].partition(":")[2])
    needs = frozenset({EXPECTED})
    return stop >= 0 and wishes.find_reach(webhook.partner_id, timetable, line_id, needs, stop) is not None
