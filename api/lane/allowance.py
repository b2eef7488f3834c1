"""What one process may let a partner spend right now, without asking anyone."""

from math import ceil, exp
from typing import Final

from runtime.ledger.plans import Plan

AHEAD_BURST_S: Final = 0.1
"""Burst tokens are held for this much demand: the smaller, the more is left for other processes."""

AHEAD_BLOCK_S: Final = 5.0
"""Day and month tokens are held for this much demand. A lost process gives them back exactly, so more costs nothing."""

BURST_IDLE_S: Final = 0.3
BLOCK_IDLE_S: Final = 2.5
"""Unused for this long, tokens go back for other processes to spend."""

KEPT_IDLE_RATIO: Final = 1 / 16
"""This share of a bucket a process may keep through a partner's pauses, so that a slow poller does not wait."""

_QUICK_S: Final = 0.2
_STEADY_S: Final = 0.4
"""Memory of the two estimates: of demand for bursts, of what is spent for blocks."""


class Allowance:
    """A partner's tokens in this process: ``burst_left`` of the bucket, ``block_left`` of its day and month.

    ``until`` (monotonic, s) is when they lapse unless renewed. ``spent`` counts every token since ``day`` began here.
    ``spent_at`` is when that was last seen to rise.
    ``holders`` is how many processes shared the partner's bucket when that was last known, 0 where it never was.
    ``burst_owed`` is what a large request took beyond the bucket: it is repaid before anything else is spent.
    ``refused_need`` is what was refused until ``refused_until``: who needs less may ask.
    """

    __slots__ = (
        "asked_need",
        "block_left",
        "block_refused_need",
        "block_refused_until",
        "block_until",
        "burst_elsewhere",
        "burst_left",
        "burst_need",
        "burst_owed",
        "burst_refused_need",
        "burst_refused_until",
        "burst_until",
        "cells",
        "day",
        "day_elsewhere",
        "demand_per_s",
        "holders",
        "lease_base",
        "month_elsewhere",
        "partner_id",
        "plan",
        "refused",
        "seen",
        "seen_at",
        "seen_spent",
        "slowed",
        "spent",
        "spent_at",
        "spent_per_s",
        "used_at",
        "waiting",
    )

    def __init__(self, partner_id: str, plan: Plan, cells: "memoryview[int]") -> None:
        self.partner_id = partner_id
        self.plan = plan
        self.cells = cells
        self.lease_base = 0
        self.day = ""
        self.burst_left = 0
        self.burst_until = 0.0
        self.burst_elsewhere = 0
        self.burst_owed = 0
        self.burst_refused_until = 0.0
        self.burst_refused_need = 1
        self.block_left = 0
        self.block_until = 0.0
        self.block_refused_until = 0.0
        self.block_refused_need = 1
        self.day_elsewhere = plan.per_day
        self.month_elsewhere = plan.per_month
        self.holders = 0
        self.burst_need = 0
        self.asked_need = 0
        self.waiting = 0
        self.spent = 0
        self.spent_at = 0.0
        self.refused = 0
        self.slowed = 0
        self.seen = 0
        self.seen_spent = 0
        self.seen_at = 0.0
        self.used_at = 0.0
        self.demand_per_s = 0.0
        self.spent_per_s = 0.0

    def take(self, tokens: int, now: float) -> bool:
        """Spend tokens at ``now`` (monotonic, s) if they are all here. The count is on file before the answer."""
        if self.burst_left < tokens or self.block_left < tokens or now >= self.burst_until or now >= self.block_until:
            return False
        self.cells[self.lease_base] += tokens
        self.burst_left -= tokens
        self.block_left -= tokens
        self.spent += tokens
        return True

    def burst_part(self, tokens: int) -> int:
        """How many of ``tokens`` the bucket must hold: half of it, or of this process's share, is enough for any.

        So a request of any size that a plan's day allows can be made, and its price is paid all the same.
        """
        return min(tokens, max(1, self.plan.burst_size // (2 * max(1, self.holders))))

    def take_owing(self, tokens: int, now: float, *, paid: int = 0) -> bool:
        """Spend tokens as ``take`` does, owing what the bucket lacks once it holds their part.

        ``paid`` is what the same request has spent already.
        """
        part = self.burst_part(tokens + paid) - paid
        if self.burst_owed or self.burst_left < part or self.block_left < tokens:
            return False
        if now >= self.burst_until or now >= self.block_until:
            return False
        here = min(tokens, self.burst_left)
        self.cells[self.lease_base] += tokens
        self.burst_left -= here
        self.burst_owed = tokens - here
        if self.burst_owed:
            # what was said of the bucket before is true no more
            self.burst_refused_until = 0.0
        self.block_left -= tokens
        self.spent += tokens
        return True

    def repay(self, tokens: int) -> int:
        """Pay what is owed out of new burst tokens; what is left of them."""
        paid = min(self.burst_owed, tokens)
        self.burst_owed -= paid
        return tokens - paid

    def is_block_refused(self, need: int, now: float) -> bool:
        """Whether so many day and month tokens were refused a moment ago."""
        return now < self.block_refused_until and need >= self.block_refused_need

    def is_burst_refused(self, need: int, now: float) -> bool:
        """Whether so many burst tokens were refused, and cannot be there yet."""
        return now < self.burst_refused_until and need >= self.burst_refused_need

    def is_refused(self, tokens: int, now: float, *, paid: int = 0) -> bool:
        """Whether it is known that a request for these tokens finds too few."""
        part = self.burst_part(tokens + paid) - paid
        return self.is_block_refused(tokens, now) or self.is_burst_refused(part, now)

    def refund(self, tokens: int, day: str, *, paced: bool = False) -> None:
        """Take back what was spent in ``day`` on an answer that costs nothing. A lease given back since keeps them.

        ``paced``: the burst keeps its tokens, because the answer cost us work.
        """
        if day != self.day or self.cells[self.lease_base] < tokens:
            return
        self.cells[self.lease_base] -= tokens
        self.block_left += tokens
        self.burst_left += 0 if paced else self.repay(tokens)
        self.spent -= tokens

    def observe(self, now: float) -> None:
        """Renew the estimates from what came since the last look: of demand, refused too, and of what was spent."""
        asked = self.spent + self.refused
        passed_s = now - self.seen_at
        if asked != self.seen:
            self.used_at = now
        if self.spent != self.seen_spent:
            self.spent_at = now
        if self.seen_at and passed_s > 0:
            keep = exp(-passed_s / _QUICK_S)
            self.demand_per_s = keep * self.demand_per_s + (1 - keep) * max(0, asked - self.seen) / passed_s
            keep = exp(-passed_s / _STEADY_S)
            self.spent_per_s = keep * self.spent_per_s + (1 - keep) * max(0, self.spent - self.seen_spent) / passed_s
        self.seen, self.seen_spent, self.seen_at = asked, self.spent, now

    def burst_target(self, now: float) -> int:
        """How many burst tokens to hold: demand a little ahead; a few through a pause; none when idle."""
        idle_s = now - self.used_at
        few = max(1, int(self.plan.burst_size * KEPT_IDLE_RATIO))
        if idle_s > BLOCK_IDLE_S:
            return self.waiting
        ahead = ceil(self.demand_per_s * AHEAD_BURST_S) + self.waiting
        if idle_s > BURST_IDLE_S:
            ahead = min(ahead, few)
        return min(self.plan.burst_size, max(ahead, self.burst_need))

    def block_target(self) -> int:
        """How many day and month tokens to hold."""
        return max(ceil(self.spent_per_s * AHEAD_BLOCK_S), 4 * self.waiting if self.waiting > 1 else 0, self.asked_need)

    def wants_block(self) -> bool:
        """Whether the block runs low, or somebody waits for it."""
        return self.block_left < max(self.asked_need, ceil(self.spent_per_s * AHEAD_BLOCK_S / 2))
