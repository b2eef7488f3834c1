"""Renew the laptop's broker before its memory runs out, and the pipeline with it, while the API goes on serving.

Tansu keeps every record it was ever sent. So the doors stop, every group reads what is left, the last value of each
compacted key is put aside, a new Tansu takes the old one's place under a higher epoch, the values are sent to it and
everything starts again. The store is left alone: partners get what was last known, with its age.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from headway.up.service import Service
from headway.up.supervisor import Supervisor
from runtime.embedded.tansu import Tansu
from runtime.settings import Settings
from runtime.topics.carry import send_carried, write_carried
from runtime.topics.ensure import ensure_topics
from runtime.topics.epoch import find_epoch, raise_epoch
from runtime.topics.groups import list_lags
from runtime.topics.reading import Record
from schemas import topics
from schemas.scores import HOURS_KEPT, decode_scores

CARRIED: Final = (
    topics.LINE_FORECASTS,
    topics.FEED_STATUS,
    topics.SERVICE_ALERTS,
    topics.TIMETABLE_VERSIONS,
    topics.PARTNER_USAGE,
    topics.FORECAST_SCORES,
)
"""The compacted topics; usage: the API reports it at any moment, also after metering has read all; scores: serving and
scorer go on from them."""

_DRAIN_WITHIN_S: Final = 45.0
"""Readers commit every few seconds; one that needs longer is stuck, and what it has not read the next poll repeats."""
_HOUR_S: Final = 3600
_DRAIN_LOOK_S: Final = 0.5
_STOP_WITHIN_S: Final = 4.0


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """One renewal, as it went: megabytes before and after, records carried over, unread ones lost, its seconds."""

    epoch: int
    held_mb: int
    holds_mb: int
    carried: int
    unread: int
    took_s: float


@dataclass(frozen=True, kw_only=True)
class RenewalPlan:
    """What is renewed: ``doors`` feed the broker, ``readers`` live off it; the API is in neither."""

    broker: Tansu
    settings: Settings
    supervisor: Supervisor
    doors: list[Service]
    readers: list[Service]
    memory_bytes_max: int


async def renew(plan: RenewalPlan) -> Renewal:
    """Put a new broker in the old one's place.

    Raises:
        ServiceError: the broker did not answer, or the new one does not start.
    """
    began = time.monotonic()
    held = plan.broker.running().resident_bytes()
    await plan.supervisor.stop(plan.doors, _STOP_WITHIN_S)
    unread = await _drain(plan.settings)
    await plan.supervisor.stop(plan.readers, _STOP_WITHIN_S)
    before = await find_epoch(plan.settings) or 0
    carried = await write_carried(
        plan.settings, carried_file(plan.settings), CARRIED, last_of={topics.FORECAST_SCORES: name_hour}
    )
    plan.broker.stop()
    epoch = await _start_anew(plan, above=before)
    plan.supervisor.start([*plan.readers, *plan.doors])
    return Renewal(
        epoch=epoch,
        held_mb=held >> 20,
        holds_mb=plan.broker.running().resident_bytes() >> 20,
        carried=carried,
        unread=unread,
        took_s=time.monotonic() - began,
    )


async def recover(plan: RenewalPlan, refill: Callable[[Settings], Awaitable[None]]) -> int:
    """Start a broker that died in the old one's place; return the new epoch.

    It is empty but for what an unfinished renewal had put aside and what ``refill`` sends to it. Its offsets begin
    again, so readers and doors start again too.
    """
    await plan.supervisor.stop([*plan.doors, *plan.readers], _STOP_WITHIN_S)
    epoch = await _start_anew(plan, above=0)
    await refill(plan.settings)
    plan.supervisor.start([*plan.readers, *plan.doors])
    return epoch


def name_hour(record: Record) -> tuple[bytes | None, int]:
    """The line and the hour of the day that a record of scores speaks of: of each the newest day's last one counts."""
    try:
        hour_starts_at = decode_scores(record.value or b"").hour_starts_at
    except msgspec.DecodeError:
        return record.key, -1
    return record.key, hour_starts_at // _HOUR_S % HOURS_KEPT


def carried_file(settings: Settings) -> Path:
    """Where records wait between the old broker and the new."""
    return settings.data_folder / "broker-renewal"


async def _start_anew(plan: RenewalPlan, *, above: int) -> int:
    plan.broker.launch()
    await asyncio.to_thread(plan.broker.wait_ready)
    epoch = await ensure_topics(plan.settings)
    if epoch <= above:
        epoch = await raise_epoch(plan.settings, above=above)
    await send_carried(plan.settings, carried_file(plan.settings))
    return epoch


async def _drain(settings: Settings) -> int:
    """Wait until every group has read all there is; return how many records stayed unread."""
    until = time.monotonic() + _DRAIN_WITHIN_S
    while True:
        unread = sum(lag.records for lag in await list_lags(settings, topics.ALL))
        if unread == 0 or time.monotonic() > until:
            return unread
        await asyncio.sleep(_DRAIN_LOOK_S)
