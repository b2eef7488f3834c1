"""Streams that go on by themselves: opened again where they broke, after the last event, on any replica."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from headway_client.transport import ASK_AGAIN, HeadwayProblem, retry_after_s

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from headway_client.transport import AsyncTransport, Transport

PATH = "/v1/stream"
OPEN_AGAIN = (*ASK_AGAIN, 502, 504)
"""What a balancer answers while a replica is replaced is no reason to end either."""

GRANT_CHANGED = "/problems/grant-changed"
"""Ends a stream whose grant holds something else now: opened anew, it tells that."""

SILENT_S = 25.0
"""A stream says at least every ten seconds that it lives; after this long without a word it is opened anew."""

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 15.0
_TIMEOUT = httpx.Timeout(10.0, read=SILENT_S)


@dataclass(frozen=True)
class Event:
    """One event: ``name`` is snapshot, delta, static, ready or beat.

    ``data`` of the first two is a `models.StreamEvent`, of static a `models.StaticEvent`.
    """

    name: str
    id: str
    data: Any


class _Place:
    """Where a stream is, and how long to wait before it is opened again."""

    def __init__(self, last_id: str) -> None:
        self.last_id = last_id
        self.text = b""
        self.failures = 0
        self.told_wait_s = 0.0

    def headers(self) -> dict[str, str]:
        self.text = b""
        return {"last-event-id": self.last_id} if self.last_id else {}

    def take(self, chunk: bytes) -> Iterator[Event]:
        """The events that are whole now.

        Raises:
            HeadwayProblem: the stream was ended for a reason that time does not mend, such as a key revoked.
        """
        *events, self.text = (self.text + chunk).split(b"\n\n")
        for text in events:
            fields = dict(line.split(b": ", 1) for line in text.split(b"\n") if b": " in line and line[:1] != b":")
            if b"event" not in fields:
                continue
            data = httpx.Response(200, content=fields.get(b"data", b"{}")).json()
            if fields[b"event"] == b"end":
                self._take_end(data)
                continue
            self.last_id = fields[b"id"].decode() if b"id" in fields else self.last_id
            self.failures = 0
            yield Event(fields[b"event"].decode(), self.last_id, data)

    def _take_end(self, problem: dict[str, Any]) -> None:
        status = int(problem.get("status", 503))
        if status in (401, 403) and problem.get("type") != GRANT_CHANGED:
            raise HeadwayProblem(status, problem)
        self.told_wait_s = float(problem.get("retry_after_s", 0))

    def wait_s(self, answered: httpx.Response | None = None) -> float:
        """How long to wait now; longer each time that nothing was heard."""
        self.failures += 1
        asked = retry_after_s(answered, 0.0) if answered is not None else self.told_wait_s
        self.told_wait_s = 0.0
        return max(asked, min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** (self.failures - 1)))


def _query(
    *,
    stops: Iterable[str],
    lines: Iterable[str],
    vehicles: Iterable[str],
    box: str,
    everything: bool,
    datum: str,
    times: str,
) -> dict[str, str]:
    told = {"stops": ",".join(stops), "lines": ",".join(lines), "vehicles": ",".join(vehicles), "box": box}
    told |= {"all": "true" if everything else "", "datum": datum, "times": times}
    return {name: value for name, value in told.items() if value}


def _problem(status: int, body: bytes) -> HeadwayProblem:
    try:
        told = httpx.Response(status, content=body).json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {"title": body[:200].decode("utf-8", "replace")}
    return HeadwayProblem(status, told)


def follow(
    api: Transport,
    *,
    stops: Iterable[str] = (),
    lines: Iterable[str] = (),
    vehicles: Iterable[str] = (),
    box: str = "",
    everything: bool = False,
    datum: str = "",
    times: str = "",
    last_id: str = "",
) -> Iterator[Event]:
    """Events for ever, none left out and none twice as long as it is away for less than five minutes.

    Raises:
        HeadwayProblem: the stream is refused, or ended for good.
    """
    query = _query(
        stops=stops, lines=lines, vehicles=vehicles, box=box, everything=everything, datum=datum, times=times
    )
    place = _Place(last_id)
    while True:
        wait_s = None
        try:
            headers = api.headers | place.headers()
            with api.client.stream("GET", PATH, params=query, headers=headers, timeout=_TIMEOUT) as answered:
                if answered.is_success:
                    for chunk in answered.iter_bytes():
                        yield from place.take(chunk)
                elif answered.status_code in OPEN_AGAIN:
                    wait_s = place.wait_s(answered)
                else:
                    raise _problem(answered.status_code, answered.read())
        except httpx.TransportError:
            pass
        time.sleep(place.wait_s() if wait_s is None else wait_s)


async def follow_async(
    api: AsyncTransport,
    *,
    stops: Iterable[str] = (),
    lines: Iterable[str] = (),
    vehicles: Iterable[str] = (),
    box: str = "",
    everything: bool = False,
    datum: str = "",
    times: str = "",
    last_id: str = "",
) -> AsyncIterator[Event]:
    """The same for asyncio."""
    query = _query(
        stops=stops, lines=lines, vehicles=vehicles, box=box, everything=everything, datum=datum, times=times
    )
    place = _Place(last_id)
    while True:
        wait_s = None
        try:
            headers = api.headers | place.headers()
            async with api.client.stream("GET", PATH, params=query, headers=headers, timeout=_TIMEOUT) as answered:
                if answered.is_success:
                    async for chunk in answered.aiter_bytes():
                        for event in place.take(chunk):
                            yield event
                elif answered.status_code in OPEN_AGAIN:
                    wait_s = place.wait_s(answered)
                else:
                    raise _problem(answered.status_code, await answered.aread())
        except httpx.TransportError:
            pass
        await asyncio.sleep(place.wait_s() if wait_s is None else wait_s)
