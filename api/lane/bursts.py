"""Burst tokens: a partner's bucket in the store, shared by processes a tenth of a second of demand at a time."""

import time
from typing import Final

import structlog
from redis.exceptions import RedisError

from api.lane.allowance import Allowance
from api.lane.store_counters import HOLDING_LIVES_MS, BurstAsk, NotSeededError, StoreCounters

_HOLDING_LIVES_S: Final = HOLDING_LIVES_MS / 1000
_RENEW_S: Final = _HOLDING_LIVES_S / 4
_LEAST_WAIT_S: Final = 0.02
_log = structlog.get_logger(__name__)


class Bursts:
    """This process's part of every partner's bucket. ``tick`` never raises."""

    def __init__(self, counters: StoreCounters, process: str) -> None:
        self._counters = counters
        self._process = process
        self._holders: dict[str, int] = {}
        self._refilled_at: dict[str, float] = {}
        self._answered_at = 0.0
        self.available = True
        self.unseeded = False
        """The store answers but lost its counters; no bucket fills until the ledger's sums are in place."""

    async def tick(self, allowances: list[Allowance]) -> None:
        """Renew, fill up and give back, all partners in one round trip."""
        sent_at = time.monotonic()
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
            if self.available:
                _log.warning("burst_store_failed", error=str(failed) or type(failed).__name__)
            self.available = False
            self._refill_alone(allowances, sent_at)
            return
        self.available = True
        self.unseeded = False
        now = time.monotonic()
        for (allowance, _, _, want, need), answer in zip(asks, answers, strict=True):
            self._holders[allowance.partner_id] = answer.holders
            allowance.burst_left += answer.granted
            allowance.burst_elsewhere = answer.left
            allowance.burst_until = sent_at + _HOLDING_LIVES_S
            if answer.granted == 0 and want and allowance.burst_left < max(1, need):
                allowance.burst_refused_until = now + max(_LEAST_WAIT_S, answer.wait_s)
        self._answered_at = now
        self._refilled_at.clear()

    def _ask(self, allowance: Allowance, now: float) -> BurstAsk | None:
        allowance.observe(now)
        if now >= allowance.burst_until:
            allowance.burst_left = 0
        target, held = allowance.burst_target(now), allowance.burst_left
        given = held - target if held > 2 * target else 0
        want = target - held if held < target and now >= allowance.burst_refused_until else 0
        renew = held > 0 and allowance.burst_until - now < _HOLDING_LIVES_S - _RENEW_S
        if not (given or renew or (want and (held * 2 <= target or held < allowance.burst_need))):
            return None
        # What is given back is gone from here before the store hears of it: it can be spent in one place only.
        allowance.burst_left -= given
        return BurstAsk(allowance, held - given, given, want, allowance.burst_need if want else 0)

    @staticmethod
    def _undo(asks: list[BurstAsk]) -> None:
        """The store took nothing, so nothing was given back."""
        for ask in asks:
            ask.allowance.burst_left += ask.given

    def _refill_alone(self, allowances: list[Allowance], now: float) -> None:
        """Without a store each process refills its share, so that the blocks it holds can still be spent."""
        for allowance in allowances:
            partner_id, plan = allowance.partner_id, allowance.plan
            holders = self._holders.get(partner_id)
            if holders is None:
                continue
            passed_s = min(now - self._refilled_at.get(partner_id, self._answered_at), _HOLDING_LIVES_S)
            refill = int(plan.burst_per_s * passed_s / holders)
            if refill < 1:
                continue
            self._refilled_at[partner_id] = now
            share = max(1, plan.burst_size // holders)
            allowance.burst_left = max(allowance.burst_left, min(share, allowance.burst_left + refill))
            allowance.burst_until = now + _HOLDING_LIVES_S
