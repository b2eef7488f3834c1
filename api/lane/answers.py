"""What the lane sends itself: headers every answer carries, and whole answers that never reach the application."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from math import ceil
from typing import Any, Final

from api.lane.allowance import Allowance
from api.lane.blocks import Blocks
from api.problems import MEDIA_TYPE, Problem, problem_body

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

CORS: Final = (b"access-control-allow-origin", b"*")
EXPOSED: Final = (
    b"access-control-expose-headers",
    b"Content-Language, Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset, Unknown-Parameters",
)
VARY: Final = (b"vary", b"accept-encoding, accept-language, authorization, x-api-key, x-product")
CACHE_CONTROL: Final = (b"cache-control", b"private, max-age=1")
NO_STORE: Final = (b"cache-control", b"no-store")
GZIP: Final = (b"content-encoding", b"gzip")
_PREFLIGHT: Final = [
    CORS,
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"authorization, x-api-key, x-product, content-type, if-none-match, accept, accept-language",
    ),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


def rate_limit(allowance: Allowance, blocks: Blocks, now: float) -> bytes:
    """The RateLimit field of the IETF draft of that name: what is left of the bucket and of the tighter window.

    Left of a window is what this process holds and what the store had when it was last asked.
    """
    plan = allowance.plan
    held = allowance.block_left
    burst = min(plan.burst_size, allowance.burst_left + allowance.burst_elsewhere)
    full_in_s = int((plan.burst_size - burst) / plan.burst_per_s) + 1
    if allowance.month_elsewhere < allowance.day_elsewhere:
        left, resets_in_s = allowance.month_elsewhere, blocks.month_ends - now
        return b'"burst";r=%d;t=%d, "month";r=%d;t=%d' % (burst, full_in_s, left + held, resets_in_s)
    left, resets_in_s = allowance.day_elsewhere, blocks.day_ends - now
    return b'"burst";r=%d;t=%d, "day";r=%d;t=%d' % (burst, full_in_s, left + held, resets_in_s)


class Refusal:
    """Why a request found no tokens: the window that is empty, its size, and when to ask again (s)."""

    __slots__ = ("limit", "retry_after_s", "window")

    def __init__(self, allowance: Allowance, blocks: Blocks, tokens: int, now: float) -> None:
        plan, part = allowance.plan, allowance.burst_part(tokens)
        if allowance.month_elsewhere + allowance.block_left < tokens:
            self.window, self.limit, resets_in_s = "month", plan.per_month, blocks.month_ends - now
        elif allowance.day_elsewhere + allowance.block_left < tokens:
            self.window, self.limit, resets_in_s = "day", plan.per_day, blocks.day_ends - now
        else:
            self.window, self.limit = "burst", plan.burst_size
            missing = part + allowance.burst_owed - allowance.burst_left - allowance.burst_elsewhere
            told = allowance.is_burst_refused(part, now)
            resets_in_s = allowance.burst_refused_until - now if told else missing / plan.burst_per_s
        self.retry_after_s = max(1, ceil(resets_in_s))

    @property
    def detail(self) -> str:
        """A sentence that says what is used up and when there will be more."""
        if self.window == "burst":
            return f"More came at once than the plan's burst of {self.limit}; ask again in {self.retry_after_s} s."
        return f"The plan's {self.limit} tokens of this {self.window} are used up; more in {self.retry_after_s} s."


def with_headers(send: Send, headers: Sequence[tuple[bytes, bytes]]) -> Send:
    """``send``, with headers put to those of whatever is answered."""
    if not headers:
        return send

    async def send_on(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers]}
        await send(message)

    return send_on


def as_denial(send: Send) -> Send:
    """``send``, for an answer to who asked for a WebSocket and gets none (ASGI's WebSocket Denial Response)."""

    async def send_on(message: MutableMapping[str, Any]) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    return send_on


async def send_problem(send: Send, problem: Problem, detail: str, headers: Headers, **members: object) -> None:
    """Answer with a problem."""
    body = problem_body(problem, detail, **members)
    fixed = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body)), NO_STORE, CORS, EXPOSED]
    if problem.status == 401:
        fixed.append((b"www-authenticate", b'Bearer realm="headway"'))
    await send({"type": "http.response.start", "status": problem.status, "headers": fixed + headers})
    await send({"type": "http.response.body", "body": body})


async def send_preflight(send: Send) -> None:
    """Tell a browser that any page may ask."""
    await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
    await send({"type": "http.response.body", "body": b""})
