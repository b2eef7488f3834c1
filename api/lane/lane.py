"""The lane: what happens to every request under ``/v1/`` before the application sees it, in a few microseconds.

Key, quota, rendered answer; awaits nothing as long as the key is known and tokens are here. Everything else (pages,
documentation, health) passes untouched.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from api.body_limit import told_first
from api.crosswalks.asking import translated
from api.lane.allowance import Allowance
from api.lane.answers import (
    CACHE_CONTROL,
    CORS,
    EXPOSED,
    GZIP,
    NO_STORE,
    VARY,
    Headers,
    Refusal,
    Send,
    as_denial,
    rate_limit,
    send_preflight,
    send_problem,
    with_headers,
)
from api.lane.doors import Doors, Sent, marks_for, raw_path, read_headers
from api.lane.first_step import in_task
from api.lane.kinds import OWN, PAST_ELSEWHERE, STREAM, is_past_misplaced, kind_asked, kind_of
from api.lane.metering import UsageMeter
from api.lane.quotas import Quotas
from api.lane.seat import Place, Seat, Turn
from api.lane.stream_pass import StreamPass
from api.lane.stream_seats import StreamSeats
from api.problems import INVALID_PARAMETER, NOT_FOUND, NOT_GRANTED, QUOTA_EXCEEDED, QUOTA_UNAVAILABLE, Problem
from api.refusal import Refusal as Refused
from api.rendered import Rendered, RenderedCache
from schemas.usage import NOBODY

Message = MutableMapping[str, Any]
Scope = Message
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GUARDED: Final = "/v1/"
"""Only below this path is a key needed."""

START: Final = "http.response.start"
BODY: Final = "http.response.body"

OVERLOAD: Final = 2.0
"""A partner that asks for this many times its plan's rate is answered 429 slowly."""

SLOWED_S: Final = 0.5
"""It waits so long at the least, twice as long at most: refusals that were all due at one moment would delay others."""

SLOWED_APART: Final = 64
SLOWED_MAX: Final = 1000
"""Refusals of one partner that wait at once; the rest are answered at once rather than held."""

OWN_PACE: Final = "Your own affairs are told ten times a second at most; ask again in a second."
_OURS: Final = frozenset({CORS[0], EXPOSED[0], VARY[0]})
"""Headers that are the lane's to say, whatever the application said."""
_UNAVAILABLE_RETRY_S: Final = 2


class Lane:
    """One process's lane. Key ring and ``quotas`` must have been started."""

    def __init__(
        self,
        app: App,
        *,
        doors: Doors,
        quotas: Quotas,
        rendered: RenderedCache,
        meter: UsageMeter,
        stream_seats: StreamSeats,
    ) -> None:
        self._app = app
        self._stream_seats = stream_seats
        self._doors = doors
        self._quotas = quotas
        self._rendered = rendered
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the application."""
        if scope["type"] != "http" or not scope["path"].startswith(GUARDED):
            await in_task()
            await (self._open_socket if scope["type"] == "websocket" else self._app)(scope, receive, send)
            return
        if scope.get("method") == "OPTIONS":
            await send_preflight(send)
            return
        sent = read_headers(scope["headers"])
        now = time.monotonic()
        seat = None if sent.signature or isinstance(sent.key, Problem) else self._doors.ring.find(sent.key, now)
        if seat is None:
            await in_task()
            found, receive = await self._doors.look_up(sent, scope, receive)
            if isinstance(found, Problem):
                await self._turn_away(send, found, NOBODY)
                return
            seat = found
        at = time.time()
        if (problem := self._doors.check(seat, sent, scope, at)) is not None:
            await self._turn_away(send, problem, seat.credential.partner_id)
            return
        seat.used = True
        turn = self._doors.find_turn(seat, sent, scope, at)
        if turn is None:
            turn = await self._begin(scope, receive, send, seat=seat, sent=sent, at=at)
            if turn is None:
                return
        kind, place, tokens, target, _, own = turn
        if not place.allowance.take(tokens, now) and not await self._obtain(place.allowance, tokens, now):
            await self._refuse_quota(send, place, kind, tokens, since=now)
            return
        if scope["method"] == "GET":
            found_answer = self._rendered.find(target, now)
            if found_answer is not None:
                start, body = self._answer(found_answer, sent, turn, now)
                await send(start)
                await send(body)
                return
        await in_task()
        scope = translated(scope, own)
        send = with_headers(send, marks_for(scope["method"], raw_path(scope), scope["query_string"]))
        if kind == STREAM:
            await self._stream_on(scope, receive, send, seat=seat, place=place, product_id=sent.product_id)
            return
        state = scope.setdefault("state", {})
        state["partner"] = seat.credential
        state["reach"] = place.reach
        state["product"] = (place.product_id, place.product_version)
        state["standing"] = self._doors.standing(seat, kind, sent.product_id, scope)
        await self._pass_on(scope, receive, send, place=place, kind=kind, tokens=tokens)

    async def _begin(
        self, scope: Scope, receive: Receive, send: Send, *, seat: Seat, sent: Sent, at: float
    ) -> Turn | None:
        """What a target that was not asked for before leads to; ``None`` where the request is answered herewith."""
        kind = kind_asked(raw_path(scope), scope["query_string"])
        if kind in OWN:
            await in_task()
            await self._answer_own(scope, receive, send, seat=seat, kind=kind)
            return None
        if is_past_misplaced(raw_path(scope), scope["query_string"]):
            self._meter.count_refusal(seat.credential.partner_id, INVALID_PARAMETER.slug, time.monotonic())
            await send_problem(send, INVALID_PARAMETER, PAST_ELSEWHERE, [])
            return None
        turn = self._doors.make_turn(seat, kind, sent, scope, at)
        if turn is NOT_GRANTED:
            # a grant given a moment ago, by another process perhaps, opens at once
            await in_task()
            seat, at = await self._doors.ring.renew(seat), time.time()
            turn = self._doors.check(seat, sent, scope, at) or self._doors.make_turn(seat, kind, sent, scope, at)
        if turn is NOT_GRANTED and not await self._pay_for_guess(send, seat, kind):
            return None
        if isinstance(turn, Problem):
            await self._turn_away(send, turn, seat.credential.partner_id)
            return None
        return turn

    async def _pay_for_guess(self, send: Send, seat: Seat, kind: bytes) -> bool:
        """Take a token for telling that no grant holds what is asked, or refuse to tell: guessing has a price."""
        place, now = seat.own_place(), time.monotonic()
        if not place.allowance.take(1, now) and not await self._obtain(place.allowance, 1, now):
            await self._refuse_quota(send, place, kind, 1, since=now)
            return False
        place.usage.count(kind, 1, now)
        return True

    def _answer(self, found: Rendered, sent: Sent, turn: Turn, now: float) -> tuple[Message, Message]:
        """What was rendered before, as it is sent. How long the body is the server says itself."""
        kind, place, tokens, _, marks, _ = turn
        unchanged = sent.etag is not None and (found.etag.removeprefix(b"W/") in sent.etag or sent.etag == b"*")
        allowance = place.allowance
        if unchanged:
            allowance.refund(tokens, allowance.day, paced=True)
            tokens = 0
        place.usage.count(kind, tokens, now)
        limits = rate_limit(allowance, self._quotas.blocks, now)
        headers = [(b"etag", found.etag), CACHE_CONTROL, VARY, place.policy, (b"ratelimit", limits), *marks]
        if sent.shared:
            headers += (CORS, EXPOSED)
        if unchanged:
            return {"type": START, "status": 304, "headers": headers}, {"type": BODY, "body": b""}
        body = found.body
        if sent.takes_gzip and found.gzip is not None:
            body = found.gzip
            headers.append(GZIP)
        headers.append((b"content-type", found.media))
        if found.language:
            headers.append((b"content-language", found.language))
        return {"type": START, "status": 200, "headers": headers}, {"type": BODY, "body": body}

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket: one that is refused is answered as its request would be without one, problem and all."""
        sent, refuse = read_headers(scope["headers"]), as_denial(send)
        await receive()
        if kind_of(raw_path(scope)) != STREAM:
            await _refuse(refuse, NOT_FOUND)
            return
        found, _ = await self._doors.look_up(sent, {**scope, "method": "GET"}, receive)
        if isinstance(found, Problem):
            await self._turn_away(refuse, found, NOBODY)
            return
        at, now = time.time(), time.monotonic()
        if (problem := self._doors.check(found, sent, scope, at)) is not None:
            await self._turn_away(refuse, problem, found.credential.partner_id)
            return
        turn = await self._begin(scope, receive, refuse, seat=found, sent=sent, at=at)
        if turn is None:
            return
        _, place, tokens, _, _, own = turn
        if not place.allowance.take(tokens, now) and not await self._obtain(place.allowance, tokens, now):
            await self._refuse_quota(refuse, place, STREAM, tokens, since=now)
            return
        found.used = True
        scope, again = translated(scope, own), told_first({"type": "websocket.connect"}, receive)
        await self._stream_on(scope, again, send, seat=found, place=place, product_id=sent.product_id)

    async def _stream_on(
        self, scope: Scope, receive: Receive, send: Send, *, seat: Seat, place: Place, product_id: str
    ) -> None:
        """Let the application stream; its first minute is paid for, the pass pays the others.

        What is refused because of us, or of the plan's streams, costs nothing.
        """
        tokens, day = place.weights.get(STREAM, 1) if place.weights else 1, place.allowance.day
        is_counted = False

        def send_on(message: MutableMapping[str, Any]) -> Awaitable[None]:
            if not is_counted:
                count(is_free=_is_free(message))
            return send(message)

        def count(*, is_free: bool) -> None:
            nonlocal is_counted
            is_counted = True
            if is_free:
                place.allowance.refund(tokens, day)
            place.usage.count(STREAM, 0 if is_free else tokens, time.monotonic())

        state = scope.setdefault("state", {})
        state["partner"] = seat.credential
        state["reach"] = place.reach
        standing = self._doors.standing(seat, STREAM, product_id, scope)
        state["pass"] = StreamPass(standing, self._quotas, self._stream_seats, place=place, kind=STREAM)
        try:
            await self._app(scope, receive, send_on)
        finally:
            if not is_counted:
                count(is_free=True)

    async def _turn_away(self, send: Send, problem: Problem, partner_id: str) -> None:
        """Refuse a request, and count it for the audit."""
        if problem.status < 500:
            self._meter.count_refusal(partner_id, problem.slug, time.monotonic())
        await _refuse(send, problem)

    async def _obtain(self, allowance: Allowance, tokens: int, now: float, *, paid: int = 0) -> bool:
        await in_task()
        if allowance.is_refused(tokens, now, paid=paid):
            allowance.refused += tokens
            return False
        return await self._quotas.obtain(allowance, tokens, paid=paid)

    def _limits(self, place: Place, now: float) -> Headers:
        return [
            place.policy,
            (b"ratelimit", rate_limit(place.allowance, self._quotas.blocks, now)),
        ]

    async def _refuse_quota(self, send: Send, place: Place, kind: bytes, tokens: int, *, since: float) -> None:
        now = time.monotonic()
        allowance = place.allowance
        if self._quotas.why_refused(allowance, tokens, since) is QUOTA_UNAVAILABLE:
            await _refuse(send, QUOTA_UNAVAILABLE)
            return
        place.usage.count_refused(kind, now)
        await _slow_down(allowance)
        refusal = Refusal(allowance, self._quotas.blocks, tokens, now)
        headers = [*self._limits(place, now), (b"retry-after", b"%d" % refusal.retry_after_s)]
        await send_problem(
            send,
            QUOTA_EXCEEDED,
            refusal.detail,
            headers,
            window=refusal.window,
            limit=refusal.limit,
            retry_after_s=refusal.retry_after_s,
        )

    async def _answer_own(self, scope: Scope, receive: Receive, send: Send, *, seat: Seat, kind: bytes) -> None:
        """Let the application answer about the partner's own affairs: no quota but a pace, for it asks the ledger."""
        now = time.monotonic()
        if not seat.own_pace.allows(now):
            await send_problem(
                send, QUOTA_EXCEEDED, OWN_PACE, [(b"retry-after", b"1")], window="burst", retry_after_s=1
            )
            return
        self._meter.partner(seat.credential.partner_id).count(kind, 0, now)
        state = scope.setdefault("state", {})
        state["partner"] = seat.credential
        state["openings"] = seat.list_openings(time.time())
        state["quotas"] = self._quotas
        marks = marks_for(scope["method"], raw_path(scope), scope["query_string"])

        async def send_on(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [each for each in message["headers"] if each[0].lower() not in _OURS]
                message = {**message, "headers": [*kept, CORS, EXPOSED, VARY, NO_STORE, *marks]}
            await send(message)

        await self._app(scope, receive, send_on)

    async def _pass_on(
        self, scope: Scope, receive: Receive, send: Send, *, place: Place, kind: bytes, tokens: int
    ) -> None:
        """Let the application answer, for the partner in its state; what costs nothing is taken back."""
        allowance, day = place.allowance, place.allowance.day
        cost = tokens
        is_refused = False

        async def charge(more: int) -> None:
            """Take further tokens for a request that turns out to ask for much."""
            nonlocal cost
            since = time.monotonic()
            if allowance.take(more, since) or await self._obtain(allowance, more, since, paid=cost):
                cost += more
                return
            allowance.refund(cost, day)
            whole, cost = cost + more, 0
            problem = self._quotas.why_refused(allowance, whole, since)
            if problem is QUOTA_UNAVAILABLE:
                raise Refused(problem, problem.mending)
            why = Refusal(allowance, self._quotas.blocks, whole, time.monotonic())
            await _slow_down(allowance)
            members = {"window": why.window, "limit": why.limit, "retry_after_s": why.retry_after_s}
            raise Refused(problem, why.detail, **members)

        scope["state"]["charge"] = charge

        async def send_on(message: MutableMapping[str, Any]) -> None:
            nonlocal cost, is_refused
            if message["type"] == "http.response.start":
                status = message["status"]
                is_refused = status == 429
                if status == 304 or status >= 500:
                    # Any query makes a target of its own: without a pace, 304s would have us render for nothing.
                    allowance.refund(cost, day, paced=status == 304)
                    cost = 0
                kept = [each for each in message["headers"] if each[0].lower() not in _OURS]
                limits = self._limits(place, time.monotonic())
                message = {**message, "headers": [*kept, CORS, EXPOSED, VARY, *limits]}
            await send(message)

        answered = False
        try:
            await self._app(scope, receive, send_on)
            answered = True
        finally:
            if not answered and cost:
                allowance.refund(cost, day)
                cost = 0
            if is_refused:
                place.usage.count_refused(kind, time.monotonic())
            else:
                place.usage.count(kind, cost, time.monotonic())


def _is_free(message: Message) -> bool:
    """Whether what a stream is opened with says that it is not, for reasons that are not the request's."""
    status: int = message.get("status", 200)
    return status == 429 or status >= 500


async def _slow_down(allowance: Allowance) -> None:
    """Keep who asks far more than it may, and again at once, from taking the time of those who do not."""
    if allowance.demand_per_s > OVERLOAD * allowance.plan.burst_per_s and allowance.slowed < SLOWED_MAX:
        allowance.slowed += 1
        try:
            await asyncio.sleep(SLOWED_S * (1 + allowance.slowed % SLOWED_APART / SLOWED_APART))
        finally:
            allowance.slowed -= 1


async def _refuse(send: Send, problem: Problem) -> None:
    headers = [(b"retry-after", b"%d" % _UNAVAILABLE_RETRY_S)] if problem.status == 503 else []
    await send_problem(send, problem, problem.mending, headers)
