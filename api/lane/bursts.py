"""Burst tokens: a partner's bucket in the store, shared by processes a tenth of a second of demand at a time."""

import time
from typing import Final

from redis.exceptions import RedisError

from api.lane.allowance import Allowance
from api.lane.reach import StoreReach
from api.lane.store_counters import HOLDING_LIVES_MS, BurstAsk, NotSeededError, StoreCounters

_HOLDING_LIVES_S: Final = HOLDING_LIVES_MS / 1000
_RENEW_S: Final = _HOLDING_LIVES_S / 4
_LEAST_WAIT_S: Final = 0.02


class Bursts:
    """This process's part of every partner's bucket. ``tick`` never raises."""

    def __init__(self, reach: StoreReach, counters: StoreCounters, process: str) -> None:
        self._reach = reach
        self._counters = counters
        self._process = process
        self._refilled_at: dict[str, float] = {}
        self.unseeded = False
        """The store answers but lost its counters; no bucket fills until the ledger's sums are in place."""

    async def tick(self, allowances: list[Allowance]) -> None:
        """Renew, fill up and give back, all partners in one round trip; without a store refill alone."""
        sent_at = time.monotonic()
        if self._reach.is_lost:
            self._refill_alone(allowances, sent_at)
            return
        self._refilled_at.clear()
        asks = [ask for each in allowances if (ask := self._ask(each, sent_at)) is not None]
        if not asks:
            return
        try:
            answers = await self._counters.share_bursts(self._process, asks)
        except NotSeededError:
            self._undo(asks)
            self.unseeded = True
            return
        except (RedisError, OSError) as failed:
            # What was given back may have arrived, so it is not spent here any more.
            self._reach.lose(failed)
            self._refill_alone(allowances, time.monotonic())
            return
        self.unseeded = False
        now = time.monotonic()
        for ask, answer in zip(asks, answers, strict=True):
            allowance = ask.allowance
            allowance.holders = answer.holders
            allowance.burst_left += allowance.repay(answer.granted)
            allowance.burst_elsewhere = answer.left
            allowance.burst_until = sent_at + _HOLDING_LIVES_S
            if allowance.burst_owed:
                missing = allowance.burst_owed + max(1, allowance.burst_need) - answer.left
                _refuse(allowance, 1, now + missing / allowance.plan.burst_per_s)
            elif answer.granted == 0 and ask.want and allowance.burst_left < max(1, ask.held + ask.need):
                _refuse(allowance, max(1, ask.held + ask.need), now + answer.wait_s)

    def _ask(self, allowance: Allowance, now: float) -> BurstAsk | None:
        allowance.observe(now)
        if now >= allowance.burst_until:
            allowance.burst_left = 0
        target, held = allowance.burst_target(now), allowance.burst_left
        given = held - target if held > 2 * target else 0
        owed = allowance.burst_owed
        may_want = not allowance.is_burst_refused(max(1, allowance.burst_need), now)
        want = max(0, target + owed - held) if may_want else 0
        renew = held > 0 and allowance.burst_until - now < _HOLDING_LIVES_S - _RENEW_S
        if not (given or renew or (want and (owed or held * 2 <= target or held < allowance.burst_need))):
            return None
        # What is given back is gone from here before the store hears of it: it can be spent in one place only.
        allowance.burst_left -= given
        # debts are paid by whatever there is; else what is needed is of use only as a whole
        need = max(0, allowance.burst_need - held) if want and not owed else 0
        return BurstAsk(allowance, held - given, given, want, need)

    @staticmethod
    def _undo(asks: list[BurstAsk]) -> None:
        """The store took nothing, so nothing was given back."""
        for ask in asks:
            ask.allowance.burst_left += ask.given

    def _refill_alone(self, allowances: list[Allowance], now: float) -> None:
        """Without a store each process refills its last known share; a partner idle here for long finds it full."""
        for allowance in allowances:
            allowance.observe(now)
            if not allowance.holders:
                continue
            per_s = allowance.plan.burst_per_s / allowance.holders
            share = max(1, allowance.plan.burst_size // allowance.holders)
            # from when it last spent, not from when it last asked: who asks now has been idle until now
            since = self._refilled_at.setdefault(allowance.partner_id, allowance.spent_at)
            # what was left in the bucket when the store was last heard, and which nobody can take from it now
            room = max(0, share - allowance.burst_left)
            allowance.burst_left += allowance.repay(min(room, allowance.burst_elsewhere // allowance.holders))
            refill = int(per_s * (now - since))
            if refill:
                self._refilled_at[allowance.partner_id] = since + refill / per_s
                rest = allowance.repay(refill)
                allowance.burst_left = max(allowance.burst_left, min(share, allowance.burst_left + rest))
            allowance.burst_elsewhere = 0
            allowance.burst_until = now + _HOLDING_LIVES_S
            need = max(1, allowance.burst_need)
            missing = need + allowance.burst_owed - allowance.burst_left
            if allowance.waiting and missing > 0:
                _refuse(allowance, 1 if allowance.burst_owed else need, now + missing / per_s)


def _refuse(allowance: Allowance, need: int, until: float) -> None:
    """Note that so many tokens are not there before ``until`` (monotonic, s)."""
    allowance.burst_refused_until = max(until, time.monotonic() + _LEAST_WAIT_S)
    allowance.burst_refused_need = need
