"""Whose tokens requests under a grant spend: the partner's, or those of a quota that the grant has of its own."""

from collections.abc import Mapping

import msgspec

from runtime.ledger.plans import Plan


def plan_of_grant(named: str | None, rate_per_s: float | None, partners: Plan, plans: Mapping[str, Plan]) -> Plan:
    """The grant's own plan and pace; ``partners``, the partner's plan itself, where it has neither.

    Where the plan is not the partner's, the grant's id is the account that its tokens are counted under.
    """
    plan = partners if named is None else plans.get(named, partners)
    if rate_per_s is not None and rate_per_s < plan.burst_per_s:
        heaviest = max(plan.weights.values(), default=1)
        size = min(plan.burst_size, max(heaviest, int(2 * rate_per_s)))
        plan = msgspec.structs.replace(plan, burst_per_s=rate_per_s, burst_size=size)
    return plan
