"""Day and month tokens, leased ahead in blocks: from the store, noted in the ledger, then spent without asking."""

import asyncio
import time
from typing import Final

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from api.lane.allowance import BLOCK_IDLE_S, Allowance
from api.lane.count_file import CountFile, CountFileFullError
from api.lane.seeding import seed_counters
from api.lane.store_counters import BlockAnswer, BlockAsk, NotSeededError, StoreCounters
from api.lane.windows import Span, span_at, windows_of_day
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.quotas import (
    Grant,
    OverQuotaError,
    StaleGenerationError,
    Windows,
    give_back,
    leased_tokens,
    note_grants,
)

LEASE = "lease|"
"""Prefix of a lease's slot in the count file; partner and day follow."""

RETRY_S: Final = 0.5
"""A window found empty is asked again after this long: tokens may have come back from another process."""

_RECOUNT_S: Final = 2.0
_log = structlog.get_logger(__name__)


def lease_slot(partner_id: str, day: str) -> str:
    """Name of a lease's slot in the count file; its first count is the tokens spent of it."""
    return f"{LEASE}{partner_id}|{day}"


class Blocks:
    """Leases of this process. ``tick`` renews what runs low and returns what lies idle; it never raises."""

    def __init__(
        self, *, store: redis.Redis, counters: StoreCounters, ledger: Ledger, file: CountFile, namespace: str
    ) -> None:
        self._store = store
        self._counters = counters
        self._ledger = ledger
        self._file = file
        self._namespace = namespace
        self._owed: list[tuple[str, Windows, int]] = []
        self._recounted_at = 0.0
        self.span: Span = span_at(time.time())
        self.day_ends = 0.0
        self.month_ends = 0.0
        self.available = True

    async def tick(self, allowances: list[Allowance], *, unseeded: bool = False) -> None:
        """Return idle blocks and those of a day that is over, then lease what is wanted.

        ``unseeded``: the store was seen to have lost its counters. They are seeded though no block is wanted: a process
        that holds enough would never meet the loss itself, and its buckets would stay empty.
        """
        now = time.monotonic()
        self.span = span_at(time.time())
        self.day_ends = now + self.span.day_ends_at - time.time()
        self.month_ends = now + self.span.month_ends_at - time.time()
        day = self.span.windows.day
        idle = [
            each
            for each in allowances
            if each.day and (each.day != day or (each.block_left and now - each.used_at > BLOCK_IDLE_S))
        ]
        wanted = [each for each in allowances if each.wants_block() and now >= each.block_refused_until]
        try:
            if unseeded:
                await self._seed()
            await self._settle_debts()
            for allowance in idle:
                await self.give_back(allowance)
            if wanted:
                await self._lease(wanted)
            self.available = True
        except (RedisError, OSError, ServiceError, CountFileFullError) as failed:
            if self.available:
                _log.warning("quota_leases_failed", error=str(failed) or type(failed).__name__)
            self.available = False

    async def give_back(self, allowance: Allowance) -> None:
        """End a partner's lease; what is unspent of it can be leased by any process again."""
        windows, name = windows_of_day(allowance.day), lease_slot(allowance.partner_id, allowance.day)
        allowance.block_left = 0
        allowance.day = ""
        spent = self._file.counts(name)[0]
        async with self._ledger.write() as session:
            unspent = await give_back(session, self._file.process, allowance.partner_id, windows, spent=spent)
        self._file.free(name)
        if unspent:
            self._owed.append((allowance.partner_id, windows, unspent))
            await self._settle_debts()

    async def _settle_debts(self) -> None:
        while self._owed:
            partner_id, windows, tokens = self._owed[-1]
            try:
                await self._counters.give_back(partner_id, windows, tokens)
            except NotSeededError:
                # The ledger has these tokens back, and the counters will be seeded from it.
                await self._seed()
            self._owed.pop()

    async def _lease(self, wanted: list[Allowance]) -> None:
        asks = [
            BlockAsk(each, max(1, each.block_target() - each.block_left), max(1, each.asked_need)) for each in wanted
        ]
        windows = self.span.windows
        for _attempt in range(3):
            try:
                generation, answers = await self._counters.lease(asks, windows)
            except NotSeededError:
                await self._seed()
                continue
            if await self._note(generation, asks, answers):
                break
        else:
            return
        now = time.monotonic()
        for ask, answer in zip(asks, answers, strict=True):
            self._apply(ask, answer, now)
        empty = [ask for ask, answer in zip(asks, answers, strict=True) if not answer.granted]
        if empty and now - self._recounted_at > _RECOUNT_S:
            self._recounted_at = now
            await self._recount(generation, empty)

    async def _note(self, generation: int, asks: list[BlockAsk], answers: list[BlockAnswer]) -> bool:
        process, windows = self._file.process, self.span.windows
        grants = [
            Grant(process, each.partner_id, windows, answer.granted, each.plan.per_day, each.plan.per_month)
            for (each, _, _), answer in zip(asks, answers, strict=True)
            if answer.granted
        ]
        if not grants:
            return True
        try:
            async with self._ledger.write() as session:
                await note_grants(session, grants, generation=generation)
        except (StaleGenerationError, OverQuotaError) as wrong:
            _log.warning("quota_counters_wrong", reason=type(wrong).__name__, generation=generation)
            await self._seed(wrong=generation)
            return False
        except ServiceError:
            for grant in grants:
                await self._counters.give_back(grant.partner_id, windows, grant.tokens)
            raise
        return True

    def _apply(self, ask: BlockAsk, answer: BlockAnswer, now: float) -> None:
        allowance, day = ask.allowance, self.span.windows.day
        allowance.day_elsewhere, allowance.month_elsewhere = max(0, answer.day_left), max(0, answer.month_left)
        if answer.granted:
            if allowance.day != day:
                allowance.day, allowance.block_left = day, 0
                allowance.lease_base = self._file.slot(lease_slot(allowance.partner_id, day))
            allowance.block_left += answer.granted
            allowance.block_until = self.day_ends
            allowance.block_refused_until = 0.0
        elif allowance.block_left < ask.need:
            allowance.block_refused_until = now + RETRY_S

    async def _recount(self, generation: int, asks: list[BlockAsk]) -> None:
        """Ask the ledger whether an empty window is empty: a counter that drifted up is seeded again."""
        windows = self.span.windows
        async with self._ledger.read() as session:
            leased = await leased_tokens(session, list(windows))
        for allowance, _, need in asks:
            day = leased.get((allowance.partner_id, windows.day), 0)
            month = leased.get((allowance.partner_id, windows.month), 0)
            if min(allowance.plan.per_day - day, allowance.plan.per_month - month) >= need:
                _log.info("quota_counters_drifted", partner=allowance.partner_id)
                await self._seed(wrong=generation)
                return

    async def _seed(self, *, wrong: int | None = None) -> None:
        done = await seed_counters(
            self._store, self._counters, self._ledger, self.span, namespace=self._namespace, wrong=wrong
        )
        if not done:
            await asyncio.sleep(0.02)
