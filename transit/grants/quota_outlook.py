"""When a quota will be used up at the present rate, and what to change."""

from collections.abc import Mapping
from typing import Final, NamedTuple

_SHARE_REFUSED: Final = 0.01
_SHARE_UNCHANGED: Final = 0.05
_FEW: Final = 100
"""Below so many requests nothing is advised: too little to judge by."""

ADVICE: Final = {
    "send_etags": "send If-None-Match with the last ETag: an unchanged answer costs nothing, and few of yours do",
    "smooth_bursts": "spread requests over the second, or ask for a plan with a larger burst: gusts are refused",
    "larger_plan": "ask for a larger plan: at this rate the quota ends before its window does",
    "mend_requests": "look at what is refused: requests that no grant covers, or malformed keys, help nobody",
}


class Window(NamedTuple):
    """A day or month: its quota, the tokens spent of it, when it began and ends (POSIX s)."""

    limit: int
    used: int
    starts_at: float
    ends_at: float


class Outlook(NamedTuple):
    """When the window's quota ends at the present rate (POSIX s); ``None``: not before the window does."""

    used_up_at: float | None
    tokens_per_day: float


def foresee(window: Window, recent_tokens_per_s: float, now: float) -> Outlook:
    """``recent_tokens_per_s``: what was spent lately, over a day where one is known."""
    per_day = recent_tokens_per_s * 86_400
    left = window.limit - window.used
    if left <= 0:
        return Outlook(now, per_day)
    if recent_tokens_per_s <= 0:
        return Outlook(None, per_day)
    at = now + left / recent_tokens_per_s
    return Outlook(at if at < window.ends_at else None, per_day)


class Sums(NamedTuple):
    """Requests answered, tokens they cost, requests refused for want of quota, and for other reasons."""

    requests: int
    tokens: int
    over_quota: int
    turned_away: int


def advise(month: Sums, outlooks: Mapping[str, Outlook]) -> list[str]:
    """What to change: names of ``ADVICE``, the most telling first."""
    found = []
    if any(outlook.used_up_at is not None for outlook in outlooks.values()):
        found.append("larger_plan")
    asked = month.requests + month.over_quota + month.turned_away
    if asked < _FEW:
        return found
    if month.requests and month.tokens > (1 - _SHARE_UNCHANGED) * month.requests:
        found.append("send_etags")
    if month.over_quota > _SHARE_REFUSED * asked:
        found.append("smooth_bursts")
    if month.turned_away > _SHARE_REFUSED * asked:
        found.append("mend_requests")
    return found
