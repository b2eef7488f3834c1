"""One replay under the service's care: its rounds, its stage, its place in the recording."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog
from redis.asyncio import Redis

from headway.replays.replay_tree import ReplayTree, TreePlan
from runtime.errors import UserError
from runtime.recordings.reading import Recording
from runtime.settings import FeedSettings, ReplaySettings, Settings
from runtime.timetables import TimetableFolder
from runtime.timetables.publish import read_published_versions
from schemas.namespace import replay_namespace
from schemas.replays import ReplayAction, ReplayCommand, ReplayPlan, ReplayStage, ReplayState
from transit.timetable.compiled import Timetable
from transit.timetable.shifted import Shift, plan_shift, shift_timetable

FINISHED_KEPT_S: Final = 900
"""A replay that has come to its end answers for so long; then it makes room."""

_log = structlog.get_logger(__name__)


class RunningReplay:
    """``state`` is what the world is told of it."""

    def __init__(
        self, settings: Settings, replay: str, plan: ReplayPlan, on_move: Callable[[], None] = lambda: None
    ) -> None:
        """Look at the recording. ``on_move`` is told of each step of a round's begin.

        Raises:
            UserError: it cannot be read, or holds nothing between the times asked for.
        """
        self._settings = settings
        self._on_move = on_move
        self._times = Recording(Path(plan.recording)).between(plan.from_s, plan.to_s)
        if not self._times:
            raise UserError(f"the recording {plan.recording} holds no poll between the times asked for")
        self._tree: ReplayTree | None = None
        self._finished_at: float | None = None
        self.state = ReplayState(
            replay=replay, plan=plan, stage=ReplayStage.STARTING, namespace="", round=0, speed=plan.speed,
            first_s=self._times[0], last_s=self._times[-1], position_s=self._times[0], shift_s=0,
            updated_at=int(time.time()),
        )  # fmt: skip

    @property
    def is_over(self) -> bool:
        """Whether it has finished so long ago that it must make room."""
        return self._finished_at is not None and time.monotonic() - self._finished_at > FINISHED_KEPT_S

    async def begin(self, store: Redis, *, at_s: int, next_offset: int) -> None:
        """Start a round at the recorded second ``at_s``, in place of the one that runs; nothing is carried over.

        Raises:
            UserError: the timetable is not known, or the recording holds nothing from there on.
        """
        plan, paused = self.state.plan, self.state.stage is ReplayStage.PAUSED
        round_ = self.state.round + 1
        namespace = replay_namespace(self.state.replay, round_, self._settings.namespace)
        timetable, shift = await self._prepare(at_s)
        self._on_move()
        feed = FeedSettings(
            id=plan.feed, timetable=timetable.name, source=plan.recording, speed=self.state.speed, from_s=at_s,
            to_s=plan.to_s, shift_s=shift.total_s, shift_days=shift.days,
        )  # fmt: skip
        control = ReplaySettings(
            id=self.state.replay, service_namespace=self._settings.namespace, from_offset=next_offset, paused=paused
        )
        before = self._tree
        self._tree = ReplayTree(
            TreePlan(settings=self._settings, namespace=namespace, feed=feed, timetable=timetable, replay=control)
        )
        self._finished_at = None
        await self._tree.start()
        self._on_move()
        self._tell(namespace=namespace, round=round_, position_s=at_s, shift_s=shift.total_s)
        if not paused:
            self._tell(stage=ReplayStage.RUNNING)
        if before is not None:
            await before.stop(store)

    async def apply(self, store: Redis, command: ReplayCommand, next_offset: int) -> None:
        """Do what a command asks, so far as it is not the door's to do.

        Raises:
            UserError: it cannot be done.
        """
        match command.action:
            case ReplayAction.PAUSE if self.state.stage is ReplayStage.RUNNING:
                self._tell(stage=ReplayStage.PAUSED)
            case ReplayAction.RESUME if self.state.stage is ReplayStage.PAUSED:
                self._tell(stage=ReplayStage.RUNNING)
            case ReplayAction.SPEED if command.speed is not None:
                self._tell(speed=command.speed)
            case ReplayAction.SEEK if command.to_s is not None:
                if not self.state.first_s <= command.to_s <= self.state.last_s:
                    raise UserError(f"{command.to_s} lies outside the recording")
                if self.state.stage is ReplayStage.FINISHED:
                    self._tell(stage=ReplayStage.RUNNING)
                await self.begin(store, at_s=command.to_s, next_offset=next_offset)

    async def look(self, store: Redis, next_offset: int) -> None:
        """Note how far it has come; begin again where it loops.

        Raises:
            UserError: one of its processes refuses to run.
        """
        if self._tree is None or self.state.stage is ReplayStage.FAILED:
            return
        self._tree.look()
        position = await self._tree.find_position(store)
        if position is not None:
            self._tell(position_s=position - self.state.shift_s)
        if not self._tree.has_finished or self.state.stage is ReplayStage.FINISHED:
            return
        if self.state.plan.loop and self.state.position_s >= self.state.last_s:
            await self.begin(store, at_s=self.state.first_s, next_offset=next_offset)
        elif self.state.position_s >= self.state.last_s:
            self._finished_at = time.monotonic()
            self._tell(stage=ReplayStage.FINISHED)

    def fail(self, reason: str) -> None:
        """Say why it cannot go on."""
        self._tell(stage=ReplayStage.FAILED, error=reason)
        self._finished_at = time.monotonic()

    async def stop(self, store: Redis) -> None:
        """End its processes and take away all that it left."""
        if self._tree is not None:
            await self._tree.stop(store)
            self._tree = None

    async def _prepare(self, at_s: int) -> tuple[Timetable, Shift]:
        name = self.state.plan.timetable
        versions = (await read_published_versions(self._settings)).get(name)
        if versions is None:
            raise UserError(f"no timetable {name} is in force; compile and activate it first")
        folder = TimetableFolder(self._settings.timetables)
        timetable = await asyncio.to_thread(folder.get, versions.versions[-1].hash)
        if not self.state.plan.shift_to_now:
            return timetable, Shift(0, 0, 0, timetable.timezone)
        shift = plan_shift(timetable.timezone, at_s, int(time.time()))
        return await asyncio.to_thread(shift_timetable, timetable, shift), shift

    def _tell(self, **changes: object) -> None:
        stage = self.state.stage
        self.state = msgspec.structs.replace(self.state, **changes, updated_at=int(time.time()))
        if self.state.stage is not stage:
            _log.info("replay_turned", replay=self.state.replay, stage=self.state.stage.value, error=self.state.error)
