"""What a webhook is told: the event in JSON, with what its partner's grant holds and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Final
from zoneinfo import ZoneInfo

import orjson

from schemas.line_forecasts import NO_TIME, OCCUPANCY_STATUS, TIME_COLUMNS
from schemas.webhooks import Delivery, Webhook, WebhookEvent
from transit.answers.line_view import LineView, run_key
from transit.answers.run_ids import format_run_id
from transit.grants.fields import OCCUPANCY, SPREAD, VEHICLE
from transit.grants.reach import Reach
from transit.timetable.compiled import Timetable
from transit.webhooks.approaching import Near
from transit.webhooks.disruptions import Disruption

APPROACHING_LIVES_MS: Final = 15 * 60_000
"""That a run comes is no news a quarter of an hour later."""

DISRUPTED_LIVES_MS: Final = 24 * 3600_000


def delivery_id(*parts: str) -> str:
    """The id of an event, the same however often it is seen to happen: from what makes it this one."""
    return "evt_" + blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def write_approaching(
    webhook: Webhook, line: LineView, timetable: Timetable, near: Near, reach: Reach
) -> tuple[str, dict[str, object]]:
    """The subject of the event and what is told of it."""
    run, computed_at = line.forecasts.runs[near.run], line.forecasts.computed_at
    name, fields = timetable.name, reach.fields_of(line.forecasts.feed_of(run))
    call = int(timetable.pattern_call_offset[run.pattern]) + near.position
    run_id = format_run_id(name, run_key(run))
    sequence = int(timetable.call_sequence[call])
    told: dict[str, object] = {
        "run_id": run_id,
        "line_id": f"{name}:{run.line_id}",
        "direction_id": None if run.direction_id < 0 else run.direction_id,
        "stop_id": f"{name}:{timetable.stop_id[int(timetable.call_stop[call])]}",
        "stop_sequence": sequence,
        "minutes": webhook.minutes,
        "expected_at": write_moment(near.at, timetable),
        "computed_at": write_moment(computed_at, timetable),
    }
    if SPREAD in fields:
        first = near.row * TIME_COLUMNS
        early, _, late = line.times[first : first + 3].tolist()
        told["expected_early_at"] = None if early == NO_TIME else write_moment(computed_at + early, timetable)
        told["expected_late_at"] = None if late == NO_TIME else write_moment(computed_at + late, timetable)
    if VEHICLE in fields:
        told["vehicle_id"] = line.forecasts.name_vehicle(run) if run.vehicle_id else None
        told["vehicle_label"] = run.vehicle_label
    if OCCUPANCY in fields:
        status = run.occupancy_status
        told["occupancy_status"] = None if status is None else OCCUPANCY_STATUS[status]
    return f"{run_id}:{sequence}", told


def write_disrupted(webhook: Webhook, disruption: Disruption, subject: str, timetable: Timetable) -> dict[str, object]:
    """What is told of a line that is disrupted, or no longer; ``subject`` is this occurrence of the disruption."""
    return {
        "line_id": webhook.line,
        "disruption_id": subject,
        "source": disruption.source,
        "effect": disruption.effect,
        "texts": {language or "und": words for language, words in disruption.texts},
        "began_at": write_moment(disruption.began_at, timetable),
    }


def make_delivery(
    webhook: Webhook, kind: str, subject: str, told: dict[str, object], times_ms: Sequence[int]
) -> Delivery:
    """An event to be delivered; ``times_ms`` are when it happened and when it may be told (POSIX ms)."""
    happened_ms, told_ms = times_ms
    lives_ms = APPROACHING_LIVES_MS if kind == WebhookEvent.RUN_APPROACHING else DISRUPTED_LIVES_MS
    at = datetime.fromtimestamp(happened_ms / 1000, ZoneInfo("UTC")).isoformat(timespec="seconds")
    body = {"type": kind, "timestamp": at, "data": {"webhook_id": webhook.id, **told}}
    return Delivery(
        id=delivery_id(webhook.id, kind, subject),
        webhook_id=webhook.id,
        type=kind,
        subject=subject,
        body=orjson.dumps(body).decode(),
        made_at_ms=happened_ms,
        gives_up_at_ms=told_ms + lives_ms,
        next_at_ms=told_ms,
    )


def write_moment(at: int, timetable: Timetable) -> str:
    """A moment (POSIX s) with the city's offset."""
    return datetime.fromtimestamp(at, ZoneInfo(timetable.timezone)).isoformat(timespec="seconds")
