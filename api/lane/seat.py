"""A key that was looked up: everything the hot path needs to let its next request through."""

from typing import Final

from api.lane.allowance import Allowance
from api.lane.metering import UsageMeter
from api.problems import KEY_EXPIRED, KEY_REVOKED, PARTNER_SUSPENDED, Problem
from runtime.ledger.keys import Credential
from transit.grants.reach import EVERYTHING, Reach

_NEVER: Final = float("inf")


class Seat:
    """One key's place in this process. ``refusal`` is set while the key opens nothing."""

    __slots__ = ("allowance", "credential", "expires_at", "policy", "refusal", "usage", "used", "weights")

    def __init__(self, credential: Credential, allowance: Allowance, meter: UsageMeter) -> None:
        self.credential = credential
        self.allowance = allowance
        self.usage = meter.partner(credential.partner_id)
        self.expires_at = _NEVER if credential.expires_at is None else float(credential.expires_at)
        self.refusal = _refusal_of(credential)
        self.weights = {kind.encode(): weight for kind, weight in credential.plan.weights.items()}
        self.policy = _policy_of(credential)
        self.used = False

    def reach_of(self, kind: bytes) -> Reach:  # noqa: ARG002 - what a grant says of a kind is not read yet
        """What requests of this kind may be told."""
        return EVERYTHING

    def check(self, at: float) -> Problem | None:
        """Why the key opens nothing at ``at`` (POSIX s), or ``None``."""
        return self.refusal or (KEY_EXPIRED if at >= self.expires_at else None)


def _refusal_of(credential: Credential) -> Problem | None:
    if credential.revoked_at is not None:
        return KEY_REVOKED
    return PARTNER_SUSPENDED if credential.suspended_at is not None else None


def _policy_of(credential: Credential) -> tuple[bytes, bytes]:
    plan = credential.plan
    window_s = max(1, round(plan.burst_size / plan.burst_per_s))
    burst = f'"burst";q={plan.burst_size};w={window_s}'
    value = f'{burst}, "day";q={plan.per_day};w=86400, "month";q={plan.per_month};w=2592000'
    return b"ratelimit-policy", value.encode()
