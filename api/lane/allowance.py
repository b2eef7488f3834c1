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
    """

    __slots__ = (
        "asked_need",
        "block_left",
        "block_refused_until",
        "block_until",
        "burst_elsewhere",
        "burst_left",
        "burst_need",
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
        self.burst_refused_until = 0.0
        self.block_left = 0
        self.block_until = 0.0
        self.block_refused_until = 0.0
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

    def refund(self, tokens: int, day: str, *, paced: bool = False) -> None:
        """Take back what was spent in ``day`` on an answer that costs nothing. A lease given back since keeps them.

        ``paced``: the burst keeps its tokens, because the answer cost us work.
        """
        if day != self.day or self.cells[self.lease_base] < tokens:
            return
        self.cells[self.lease_base] -= tokens
        self.block_left += tokens
        self.burst_left += 0 if paced else tokens
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
