"""Day and month tokens, leased ahead in blocks: from the store, noted in the ledger, then spent without asking.

While the store is away the ledger leases them alone. It judges every lease in any case, so nothing is over-run; it is
only slower, which is why it is asked for many partners at once and seldom.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from math import ceil
from typing import Final

import structlog
from redis.exceptions import RedisError

from api.lane.allowance import BLOCK_IDLE_S, Allowance
from api.lane.count_file import CountFile, CountFileFullError
from api.lane.reach import StoreReach
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
    Wish,
    give_back,
    lease_alone,
    leased_tokens,
    note_grants,
)

LEASE = "lease|"
"""Prefix of a lease's slot in the count file; partner and day follow."""

RETRY_S: Final = 0.5
"""A window found empty is asked again after this long: tokens may have come back from another process."""

ALONE_EVERY_S: Final = 0.2
"""The ledger leases no oftener than this by itself."""

ALONE_AHEAD_S: Final = 1.0
"""A block that the ledger leases alone lasts this long at a plan's full rate, at the least."""

RETURNED_AT_ONCE: Final = 64
"""Leases that end in one transaction, once a tick: at midnight everybody's do, while everybody wants new tokens."""

_RECOUNT_S: Final = 2.0
_log = structlog.get_logger(__name__)


def lease_slot(partner_id: str, day: str) -> str:
    """Name of a lease's slot in the count file; its first count is the tokens spent of it."""
    return f"{LEASE}{partner_id}|{day}"


class Blocks:
    """Leases of this process. ``tick`` renews what runs low and returns what lies idle; it never raises."""

    def __init__(
        self, *, reach: StoreReach, counters: StoreCounters, ledger: Ledger, file: CountFile, namespace: str
    ) -> None:
        self._reach = reach
        self._counters = counters
        self._ledger = ledger
        self._file = file
        self._namespace = namespace
        self._ended: dict[tuple[str, str], None] = {}
        """Leases (partner, day) that nobody spends from any more and the ledger still has."""
        self._owed: list[tuple[str, Windows, int]] = []
        self._recounted_at = 0.0
        self._leased_alone_at = 0.0
        self._drifted = False
        self.span: Span = span_at(time.time())
        self.day_ends = 0.0
        self.month_ends = 0.0
        self.available = True

    async def tick(self, allowances: list[Allowance], *, unseeded: bool = False) -> None:
        """Return idle blocks, lease what is wanted, then return what is left of a day that is over.

        ``unseeded``: the store was seen to have lost its counters. They are seeded though no block is wanted: a process
        that holds enough would never meet the loss itself, and its buckets would stay empty.
        """
        now = time.monotonic()
        self.span = span_at(time.time())
        self.day_ends = now + self.span.day_ends_at - time.time()
        self.month_ends = now + self.span.month_ends_at - time.time()
        day = self.span.windows.day
        for each in allowances:
            if each.day and (each.day != day or (each.block_left and now - each.used_at > BLOCK_IDLE_S)):
                self.end_lease(each)
        try:
            await self._return(each for each in self._ended if each[1] == day)
            if self._reach.is_lost or not await self._tick_with_store(allowances, unseeded=unseeded):
                await self._lease_alone(allowances)
            await self._return(self._ended)
            self.available = True
        except (ServiceError, CountFileFullError) as failed:
            if self.available:
                _log.warning("quota_leases_failed", error=str(failed) or type(failed).__name__)
            self.available = False

    async def _tick_with_store(self, allowances: list[Allowance], *, unseeded: bool) -> bool:
        """Whether the store did its part; what it may not know of is told first."""
        now = time.monotonic()
        wanted = [
            each
            for each in allowances
            if each.wants_block() and not each.is_block_refused(max(1, each.asked_need), now)
        ]
        try:
            if self._drifted:
                self._drifted = not await self._seed(wrong=await self._counters.generation())
            elif unseeded:
                await self._seed()
            await self.settle_debts()
            if wanted:
                await self._lease(wanted)
        except (RedisError, OSError) as lost:
            # What it granted in vain, and what is leased without it from now on, is only in the ledger.
            self._drifted = True
            self._reach.lose(lost)
            return False
        return True

    async def _lease_alone(self, allowances: list[Allowance]) -> None:
        """Lease from the ledger, all partners that run low in one transaction."""
        now = time.monotonic()
        wanted = [
            each
            for each in allowances
            if (each.wants_block() or (each.waiting and not each.holders))
            and not each.is_block_refused(max(1, each.asked_need), now)
        ]
        if not wanted or now - self._leased_alone_at < ALONE_EVERY_S:
            return
        self._leased_alone_at = now
        self._drifted = True
        wishes = [
            Wish(
                each.partner_id,
                max(1, ceil(each.plan.burst_per_s * ALONE_AHEAD_S), each.block_target() - each.block_left),
                max(1, each.asked_need - each.block_left),
                each.plan.per_day,
                each.plan.per_month,
            )
            for each in wanted
        ]
        try:
            async with self._ledger.write() as session:
                leased = await lease_alone(session, self._file.process, self.span.windows, wishes)
        except OverQuotaError:
            # Another process made the partner's first lease of the day at this very moment: its row is there now.
            return
        for allowance, wish, lease in zip(wanted, wishes, leased, strict=True):
            allowance.holders = allowance.holders or lease.holders
            answer = BlockAnswer(lease.granted, lease.day_left, lease.month_left)
            self._apply(BlockAsk(allowance, wish.want, wish.need), answer, time.monotonic())

    def end_lease(self, allowance: Allowance) -> None:
        """Spend no more from a partner's lease; a tick to come returns it to the ledger, or ``return_ended`` does."""
        self._ended[allowance.partner_id, allowance.day] = None
        allowance.block_left = 0
        allowance.day = ""

    async def return_ended(self) -> None:
        """End in the ledger every lease that is over; ``settle_debts`` tells the store that the rest may be leased.

        Raises:
            ServiceError: the ledger did not answer; what it was not told of is still to be returned.
        """
        while self._ended:
            await self._return(self._ended)

    async def _return(self, ended: Iterable[tuple[str, str]]) -> None:
        # sorted as leases are, so that two processes' transactions cannot wait for each other
        some = sorted(ended)[:RETURNED_AT_ONCE]
        if not some:
            return
        unspent = []
        async with self._ledger.write() as session:
            for partner_id, day in some:
                spent = self._file.counts(lease_slot(partner_id, day))[0]
                windows = windows_of_day(day)
                unspent.append(await give_back(session, self._file.process, partner_id, windows, spent=spent))
        for (partner_id, day), tokens in zip(some, unspent, strict=True):
            del self._ended[partner_id, day]
            self._file.free(lease_slot(partner_id, day))
            if tokens:
                self._owed.append((partner_id, windows_of_day(day), tokens))

    async def settle_debts(self) -> None:
        """Tell the store what was given back; the errors of its client pass through."""
        while self._owed:
            partner_id, windows, tokens = self._owed[-1]
            try:
                await self._counters.give_back(partner_id, windows, tokens)
            except NotSeededError:
                # The ledger has these tokens back, and the counters will be seeded from it.
                await self._seed()
            if self._owed:
                self._owed.pop()

    async def _lease(self, wanted: list[Allowance]) -> None:
        asks = [
            BlockAsk(each, max(1, each.block_target() - each.block_left), max(1, each.asked_need - each.block_left))
            for each in wanted
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
            # counters that were lost meanwhile are seeded from the ledger, which knows nothing of these grants
            with contextlib.suppress(NotSeededError):
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
                # one that was to be returned goes on: the ledger has what was leased in it as one
                self._ended.pop((allowance.partner_id, day), None)
                allowance.lease_base = self._file.slot(lease_slot(allowance.partner_id, day))
            allowance.block_left += answer.granted
            allowance.block_until = self.day_ends
            allowance.block_refused_until = 0.0
        elif allowance.block_left < (need := max(1, allowance.asked_need)):
            allowance.block_refused_until = now + RETRY_S
            allowance.block_refused_need = need

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

    async def _seed(self, *, wrong: int | None = None) -> bool:
        """Fill the counters from the ledger, which knows of every debt; ``False`` while another process is at it."""
        done = await seed_counters(
            self._reach.store, self._counters, self._ledger, self.span, namespace=self._namespace, wrong=wrong
        )
        if done:
            self._owed.clear()
        else:
            await asyncio.sleep(0.02)
        return done
