"""Every partner's allowance in this process, and the tasks that keep them filled while requests spend."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from api.fate import Fate
from api.lane.allowance import Allowance
from api.lane.blocks import Blocks
from api.lane.bursts import Bursts
from api.lane.count_file import CountFile
from api.lane.orphans import settle_orphans
from api.lane.reach import PROBE_EVERY_S, StoreReach
from api.lane.store_counters import StoreCounters
from api.problems import QUOTA_EXCEEDED, QUOTA_UNAVAILABLE, Problem
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.plans import Plan

BURST_TICK_S: Final = 0.025
BLOCK_TICK_S: Final = 0.1
ORPHAN_TICK_S: Final = 1.0
IDLE_TICK_S: Final = 0.25
ROUND_WITHIN_S: Final = 1.5
"""At the end a round under way may take this long; what it leaves undone its successor settles."""

WAIT_S: Final = 1.0
"""A request that finds no tokens waits no longer than this for the store's word."""

_log = structlog.get_logger(__name__)


class _Round:
    """A task's next round, which requests can wait for."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._next: asyncio.Future[None] | None = None
        self.ended_at = 0.0

    def begin(self) -> "asyncio.Future[None] | None":
        """Start a round: who asks from now on waits for the one after."""
        self._wanted.clear()
        begun, self._next = self._next, None
        return begun

    async def joined(self) -> None:
        """Ask for a round now and wait until it is over."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        self._wanted.set()
        await asyncio.shield(self._next)

    def hurry(self) -> None:
        """End the rest before the next round."""
        self._wanted.set()

    async def sleep(self, seconds: float) -> None:
        """Rest for ``seconds``, or until somebody asks for a round."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wanted.wait()


class Quotas:
    """Allowances by partner. ``start`` and ``stop`` frame its life; ``obtain`` is for requests that found none."""

    def __init__(
        self, *, store: redis.Redis, ledger: Ledger, file: CountFile, namespace: str, fate: Fate | None = None
    ) -> None:
        self._fate = fate or Fate()
        self._reach = StoreReach(store)
        self._counters = StoreCounters(store, namespace)
        self._ledger = ledger
        self.file = file
        self.blocks = Blocks(reach=self._reach, counters=self._counters, ledger=ledger, file=file, namespace=namespace)
        self.bursts = Bursts(self._reach, self._counters, file.process)
        self._allowances: dict[str, Allowance] = {}
        self._block_round, self._burst_round = _Round(), _Round()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def allowance(self, partner_id: str, plan: Plan) -> Allowance:
        """The partner's allowance under this plan, from now on."""
        found = self._allowances.get(partner_id)
        if found is None:
            found = self._allowances[partner_id] = Allowance(partner_id, plan, self.file.cells)
        if found.plan != plan:
            found.plan = plan
            found.block_refused_until = found.burst_refused_until = 0.0
            found.burst_left = min(found.burst_left, plan.burst_size)
        return found

    async def obtain(self, allowance: Allowance, tokens: int, *, paid: int = 0) -> bool:
        """Spend tokens as soon as the store grants them; ``False`` when it has none, or says nothing for a second.

        ``paid`` is what the same request has spent already.
        """
        part = allowance.burst_part(tokens + paid) - paid
        allowance.used_at = time.monotonic()
        deadline = allowance.used_at + WAIT_S
        allowance.waiting += tokens
        try:
            while (now := time.monotonic()) < deadline:
                if allowance.take_owing(tokens, now, paid=paid):
                    return True
                if allowance.is_refused(tokens, now, paid=paid):
                    break
                if allowance.block_left < tokens or now >= allowance.block_until:
                    allowance.asked_need = max(allowance.asked_need, tokens)
                    await self._wait(self._block_round, deadline)
                else:
                    allowance.burst_need = max(allowance.burst_need, part)
                    await self._wait(self._burst_round, deadline)
        finally:
            allowance.waiting -= tokens
            # who waits on says anew what it needs; one that asked for much must not be in the way of small ones
            if not allowance.waiting or part >= allowance.burst_need:
                allowance.burst_need = 0
            if not allowance.waiting or tokens >= allowance.asked_need:
                allowance.asked_need = 0
        allowance.refused += tokens
        return False

    @property
    def available(self) -> bool:
        """Whether the ledger, and the store where it is not lost, answered when they were last asked for tokens."""
        return self.blocks.available

    def is_silent_since(self, at: float) -> bool:
        """Whether store or ledger was waited for in vain since ``at`` (monotonic, s): nobody said a quota ended."""
        said_at = min(self._block_round.ended_at, self._burst_round.ended_at)
        return said_at < at < time.monotonic() - WAIT_S / 2

    def why_refused(self, allowance: Allowance, tokens: int, since: float) -> Problem:
        """Whether tokens that were asked for at ``since`` (monotonic, s) are used up, or nobody could be asked."""
        told = allowance.is_refused(tokens, time.monotonic())
        is_ours = not told and (not self.available or self.is_silent_since(since))
        return QUOTA_UNAVAILABLE if is_ours else QUOTA_EXCEEDED

    async def start(self, data_folder: Path, report_usage: Callable[[CountFile], Awaitable[bool]]) -> None:
        """Begin to lease, and to look for what killed processes left."""

        async def settle() -> None:
            await settle_orphans(
                data_folder,
                self.file.process,
                ledger=self._ledger,
                counters=self._counters,
                report_usage=report_usage,
            )

        def lease() -> Coroutine[Any, Any, None]:
            return self.blocks.tick(self._active(), unseeded=self.bursts.unseeded)

        self._spawn("quota blocks", self._repeat(self._block_round, BLOCK_TICK_S, lease))
        share = self._repeat(self._burst_round, BURST_TICK_S, lambda: self.bursts.tick(self._active()))
        self._spawn("quota bursts", share)
        self._spawn("orphans' settlement", self._every(ORPHAN_TICK_S, settle))
        self._spawn("store probe", self._every(PROBE_EVERY_S, self._reach.probe))

    async def stop(self) -> bool:
        """End the tasks and give every unspent token back; ``False`` where store or ledger did not answer."""
        returned = True
        await self._end_tasks()
        for allowance in self._active():
            if allowance.day:
                self.blocks.end_lease(allowance)
        try:
            await self.blocks.return_ended()
        except ServiceError as failed:
            # The file stays, and whoever comes next settles it.
            _log.warning("leases_not_returned", error=str(failed))
            returned = False
        try:
            await self.blocks.settle_debts()
        except (RedisError, OSError, ServiceError) as failed:
            # The ledger has them back; the store's counters are too high until somebody finds them empty and recounts.
            _log.warning("store_not_told", error=str(failed) or type(failed).__name__)
        return returned

    async def _end_tasks(self) -> None:
        """Let every task finish its round: a transaction cut in two would keep SQLite's lock for seconds."""
        self._stopping.set()
        for each in (self._block_round, self._burst_round):
            each.hurry()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=ROUND_WITHIN_S)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    def _active(self) -> list[Allowance]:
        return list(self._allowances.values())

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        self._fate.hang_on(task)
        self._tasks.append(task)

    @staticmethod
    async def _wait(awaited: _Round, deadline: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                await awaited.joined()

    async def _repeat(self, awaited: _Round, seconds: float, tick: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            begun = awaited.begin()
            try:
                await tick()
            finally:
                awaited.ended_at = time.monotonic()
                if begun is not None and not begun.done():
                    begun.set_result(None)
            busy = any(each.burst_left or each.block_left or each.waiting for each in self._allowances.values())
            await awaited.sleep(seconds if busy else IDLE_TICK_S)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            try:
                await work()
            except (RedisError, OSError, ServiceError) as failed:
                _log.warning("quota_task_failed", error=str(failed) or type(failed).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
