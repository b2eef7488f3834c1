"""The lane: what happens to every request under ``/v1/`` before the application sees it, in a few microseconds.

Key, quota, rendered answer; awaits nothing as long as the key is known and tokens are here. Everything else (pages,
documentation, health) passes untouched.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

from api.lane.answers import (
    CACHE_CONTROL,
    CORS,
    EXPOSED,
    GZIP,
    VARY,
    Headers,
    Refusal,
    Send,
    rate_limit,
    send_preflight,
    send_problem,
)
from api.lane.keyring import KeyRing
from api.lane.kinds import kind_of
from api.lane.quotas import Quotas
from api.lane.seat import Seat
from api.lane.standing import Standing
from api.lane.targets import target_of
from api.negotiation import accepts_gzip
from api.problems import CONFLICTING_KEYS, MISSING_KEY, QUOTA_EXCEEDED, QUOTA_UNAVAILABLE, Problem
from api.rendered import Rendered, RenderedCache

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GUARDED: Final = "/v1/"
"""Only below this path is a key needed."""

_BEARER: Final = b"bearer "
_OURS: Final = frozenset({CORS[0], EXPOSED[0], VARY[0]})
"""Headers that are the lane's to say, whatever the application said."""
_UNAVAILABLE_RETRY_S: Final = 2


class Lane:
    """One process's lane. ``ring`` and ``quotas`` must have been started."""

    def __init__(self, app: App, *, ring: KeyRing, quotas: Quotas, rendered: RenderedCache) -> None:
        self._app = app
        self._ring = ring
        self._quotas = quotas
        self._rendered = rendered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the application."""
        if scope["type"] == "lifespan" or not scope["path"].startswith(GUARDED):
            await self._app(scope, receive, send)
            return
        if scope.get("method") == "OPTIONS":
            await send_preflight(send)
            return
        key, etag, takes_gzip, shared = _read_headers(scope["headers"])
        if isinstance(key, Problem):
            await _refuse(send, key)
            return
        now = time.monotonic()
        seat = self._ring.find(key, now) or await self._ring.look_up(key)
        if isinstance(seat, Problem):
            await _refuse(send, seat)
            return
        if (problem := seat.check(time.time())) is not None:
            await _refuse(send, problem)
            return
        path = scope.get("raw_path") or scope["path"].encode()
        kind = kind_of(path)
        tokens = seat.weights.get(kind, 1) if seat.weights else 1
        if not seat.allowance.take(tokens, now) and not await self._obtain(seat, tokens, now):
            await self._refuse_quota(send, seat, kind, tokens)
            return
        seat.used = True
        reach = seat.reach_of(kind)
        if scope["method"] == "GET":
            found = self._rendered.find(reach.target(target_of(path, scope["query_string"])), now)
            if found is not None:
                unchanged = etag is not None and (found.etag.removeprefix(b"W/") in etag or etag == b"*")
                if unchanged:
                    seat.allowance.refund(tokens, seat.allowance.day)
                    tokens = 0
                seat.usage.count(kind, tokens, now)
                limits = rate_limit(seat.allowance, self._quotas.blocks, now)
                headers = [(b"etag", found.etag), CACHE_CONTROL, VARY, seat.policy, (b"ratelimit", limits)]
                if shared:
                    headers += (CORS, EXPOSED)
                status, body = _body_of(found, headers, unchanged=unchanged, takes_gzip=takes_gzip)
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                return
        state = scope.setdefault("state", {})
        state["partner"] = seat.credential
        state["reach"] = reach
        state["standing"] = Standing(self._ring, key, kind)
        await self._pass_on(scope, receive, send, seat=seat, kind=kind, tokens=tokens)

    async def _obtain(self, seat: Seat, tokens: int, now: float) -> bool:
        allowance = seat.allowance
        if now < allowance.block_refused_until or now < allowance.burst_refused_until:
            allowance.refused += tokens
            return False
        return await self._quotas.obtain(allowance, tokens)

    def _limits(self, seat: Seat, now: float) -> Headers:
        return [
            seat.policy,
            (b"ratelimit", rate_limit(seat.allowance, self._quotas.blocks, now)),
        ]

    async def _refuse_quota(self, send: Send, seat: Seat, kind: bytes, tokens: int) -> None:
        now = time.monotonic()
        allowance = seat.allowance
        told_empty = now < allowance.block_refused_until or now < allowance.burst_refused_until
        if not told_empty and not self._quotas.available:
            await _refuse(send, QUOTA_UNAVAILABLE)
            return
        seat.usage.count_refused(kind, now)
        refusal = Refusal(allowance, self._quotas.blocks, tokens, now)
        headers = [*self._limits(seat, now), (b"retry-after", b"%d" % refusal.retry_after_s)]
        await send_problem(
            send,
            QUOTA_EXCEEDED,
            refusal.detail,
            headers,
            window=refusal.window,
            limit=refusal.limit,
            retry_after_s=refusal.retry_after_s,
        )

    async def _pass_on(
        self, scope: Scope, receive: Receive, send: Send, *, seat: Seat, kind: bytes, tokens: int
    ) -> None:
        """Let the application answer, for the partner in its state; what costs nothing is taken back."""
        allowance, day = seat.allowance, seat.allowance.day
        cost = tokens

        async def send_on(message: MutableMapping[str, Any]) -> None:
            nonlocal cost
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == 304 or status >= 500:
                    # Any query makes a target of its own: without a pace, 304s would have us render for nothing.
                    allowance.refund(tokens, day, paced=status == 304)
                    cost = 0
                kept = [each for each in message["headers"] if each[0].lower() not in _OURS]
                limits = self._limits(seat, time.monotonic())
                message = {**message, "headers": [*kept, CORS, EXPOSED, VARY, *limits]}
            await send(message)

        answered = False
        try:
            await self._app(scope, receive, send_on)
            answered = True
        finally:
            if not answered and cost:
                allowance.refund(tokens, day)
                cost = 0
            seat.usage.count(kind, cost, time.monotonic())


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes | Problem, bytes | None, bool, bool]:
    """The key, the validators a client holds, whether it takes gzip, whether a page of another origin asks."""
    key: bytes | Problem = MISSING_KEY
    etag = None
    takes_gzip = shared = False
    for name, value in headers:
        given = b""
        if name == b"x-api-key":
            given = value
        elif name == b"if-none-match":
            etag = value
        elif name == b"accept-encoding":
            takes_gzip = accepts_gzip(value.decode("latin-1")) if b";" in value else b"gzip" in value
        elif name == b"authorization" and value[:7].lower() == _BEARER:
            given = value[7:].strip()
        elif name == b"origin":
            shared = True
        if given:
            key = given if key in (MISSING_KEY, given) else CONFLICTING_KEYS
    return key, etag, takes_gzip, shared


def _body_of(found: Rendered, headers: Headers, *, unchanged: bool, takes_gzip: bool) -> tuple[int, bytes]:
    """Status and body of a rendered answer; headers that describe the body are added."""
    if unchanged:
        return 304, b""
    body = found.body
    if takes_gzip and found.gzip is not None:
        body = found.gzip
        headers.append(GZIP)
    headers += ((b"content-type", found.media), (b"content-length", b"%d" % len(body)))
    return 200, body


async def _refuse(send: Send, problem: Problem) -> None:
    headers = [(b"retry-after", b"%d" % _UNAVAILABLE_RETRY_S)] if problem.status == 503 else []
    await send_problem(send, problem, problem.mending, headers)
