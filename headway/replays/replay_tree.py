"""The processes of one replay: a door, and everything behind it up to the store, in a namespace of their own."""

import asyncio
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from headway.up.deployment import make_environment
from headway.up.service import Death, Service, ServicePlan
from headway.up.supervisor import Supervisor
from runtime.settings import FeedSettings, ReplaySettings, Settings
from runtime.timetables.publish import publish_versions
from runtime.timetables.timetable_file import save_timetable
from runtime.topics.ensure import ensure_topics
from runtime.topics.remove import remove_namespaces
from schemas.feed_status import decode_feed_status
from schemas.store_keys import feed_status
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from schemas.topics import EMBEDDED_PARTITIONS
from transit.timetable.compiled import Timetable

_log = structlog.get_logger(__name__)

STOP_WITHIN_S: Final = 4.0
READERS: Final = ("tracker", "splitter", "serving", "scorer")
_KEYS_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True)
class TreePlan:
    """What one round of a replay runs on. ``feed`` names the recording, its bounds and its shift."""

    settings: Settings
    namespace: str
    feed: FeedSettings
    timetable: Timetable
    replay: ReplaySettings


def replay_timetables(settings: Settings, namespace: str) -> Path:
    """Where the timetable of the replay of ``namespace`` lies, for its own processes and every API's."""
    return settings.timetables / "replays" / namespace


class ReplayTree:
    """One round of a replay, from its topics to their end."""

    def __init__(self, plan: TreePlan) -> None:
        live = plan.settings
        self._plan = plan
        self._folder = live.data_folder / "replays" / plan.namespace
        self.settings = live.model_copy(
            update={
                "namespace": plan.namespace,
                "data_folder": self._folder,
                "timetable_folder": replay_timetables(live, plan.namespace),
                "line_partitions": EMBEDDED_PARTITIONS,
                "feeds": (plan.feed,),
                "replay": plan.replay,
            }
        )
        environment = make_environment(self.settings) | {
            "HEADWAY_REPLAY": plan.replay.model_dump_json(),
            "HEADWAY_METRICS_PORT": "0",
        }
        self._door = self._service("door", environment, may_finish=True)
        self._readers = [self._service(name, environment) for name in READERS]
        self.deaths: list[Death] = []
        self._supervisor = Supervisor(
            [[self._door], self._readers], on_death=self.deaths.append, on_change=lambda _pids: None
        )

    @property
    def has_finished(self) -> bool:
        """Whether the door has come to the recording's end."""
        return self._door.has_finished

    async def start(self) -> None:
        """Make the topics, put the timetable in force, start every process.

        Raises:
            UserError, ServiceError: something cannot be had.
        """
        timetable = self._plan.timetable
        save_timetable(timetable, self.settings.timetables)
        await ensure_topics(self.settings)
        version = TimetableVersion(
            hash=timetable.hash, from_service_date=None, activated_at=int(time.time()), source=timetable.source
        )
        await publish_versions(self.settings, TimetableVersions(name=timetable.name, versions=(version,)))
        self._supervisor.start([*self._readers, self._door])

    def look(self) -> None:
        """Start again what died.

        Raises:
            UserError: a process refuses its settings.
        """
        self._supervisor.look()

    async def find_position(self, store: Redis) -> int | None:
        """The second of the last poll that was served, as the feed's state has it; shifted like the feed.

        ``None`` before the first, and while the store is away.
        """
        try:
            packed = await store.hget(feed_status(self.settings.namespace), self._plan.feed.id)
        except (RedisError, OSError) as lost:
            _log.warning("replay_position_unknown", namespace=self.settings.namespace, error=str(lost))
            return None
        return decode_feed_status(packed).polled_at if isinstance(packed, bytes) else None

    async def stop(self, store: Redis) -> None:
        """End the processes, then take topics, keys and files away."""
        await self._supervisor.stop_all(STOP_WITHIN_S)
        try:
            await clear_namespaces(self.settings, store, self.settings.namespace)
        except (RedisError, OSError) as lost:
            # the next start of the service takes them away
            _log.warning("replay_keys_left", namespace=self.settings.namespace, error=str(lost))
        for folder in (self._folder, replay_timetables(self._plan.settings, self._plan.namespace)):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _service(self, name: str, environment: dict[str, str], *, may_finish: bool = False) -> Service:
        logs = self._folder / "logs"
        return Service(
            ServicePlan(name=name, arguments=(name,), environment=environment, log_folder=logs, may_finish=may_finish)
        )


async def clear_namespaces(settings: Settings, store: Redis, prefix: str) -> list[str]:
    """Remove all topics and store keys whose namespace begins with ``prefix``; return the topics removed."""
    removed = await remove_namespaces(settings, prefix)
    found: list[bytes] = []
    async for key in store.scan_iter(match=f"{prefix}*:*", count=_KEYS_AT_ONCE):
        found.append(key)
        if len(found) >= _KEYS_AT_ONCE:
            await store.unlink(*found)
            found.clear()
    if found:
        await store.unlink(*found)
    return removed
