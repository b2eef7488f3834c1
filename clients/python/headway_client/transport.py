"""How requests travel: the key, validators, patience where the API asks for it, and problems as exceptions."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

KEPT = 512
"""Answers kept with their validators: an unchanged one is 304, and costs nothing of the quota."""

ASK_AGAIN = (429, 503)
PATIENCE_S = 10.0
"""The longest wait before one more try; what asks for more is raised."""


class HeadwayProblem(Exception):  # noqa: N818 - the API's own word
    """The API's problem (RFC 9457): ``type`` is stable, ``detail`` says how to mend it."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem
        self.type = str(problem.get("type", ""))


def path_of(template: str, **placed: object) -> str:
    """A path with its ids percent-encoded."""
    return template.format(**{name: quote(str(value), safe="") for name, value in placed.items()})


class _Memory:
    """What was answered last to each question, by its validator."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def validator(self, asked: str) -> dict[str, str]:
        kept = self._kept.get(asked)
        return {"if-none-match": kept[0]} if kept else {}

    def take(self, asked: str, answered: httpx.Response) -> bytes:
        if answered.status_code == httpx.codes.NOT_MODIFIED:
            return self._kept[asked][1]
        if "etag" in answered.headers:
            self._kept[asked] = (answered.headers["etag"], answered.content)
            self._kept.move_to_end(asked)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answered.content


def _query(query: Mapping[str, object]) -> dict[str, str]:
    told = {name: value for name, value in query.items() if value is not None}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in told.items()}


def _wait_s(answered: httpx.Response, tries: int) -> float | None:
    """How long to wait before asking again; ``None`` where the answer stands."""
    if answered.status_code not in ASK_AGAIN or tries:
        return None
    wait_s = retry_after_s(answered, 1.0)
    return wait_s if wait_s <= PATIENCE_S else None


def retry_after_s(answered: httpx.Response, otherwise_s: float) -> float:
    """What the answer asks to be waited; a balancer in between may write a date there, which the API never does."""
    try:
        return max(0.0, float(answered.headers.get("retry-after", otherwise_s)))
    except ValueError:
        return otherwise_s


def _check(answered: httpx.Response) -> None:
    if answered.status_code < httpx.codes.BAD_REQUEST:
        return
    try:
        problem = answered.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {"title": answered.reason_phrase, "detail": answered.text[:200]}
    raise HeadwayProblem(answered.status_code, problem)


def _loads(body: bytes) -> Any:
    return httpx.Response(200, content=body).json() if body else None


class Transport:
    """One partner's connection. Raises `HeadwayProblem` for what the API refuses, `httpx.HTTPError` for the network."""

    def __init__(self, base_url: str, key: str, *, timeout_s: float = 10.0, client: httpx.Client | None = None) -> None:
        self.client = client or httpx.Client(base_url=base_url, timeout=timeout_s)
        self.headers = {"x-api-key": key, "accept-encoding": "gzip"}
        self._memory = _Memory()

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def fetch(self, method: str, path: str, query: Mapping[str, object], body: object = None) -> Any:
        """Ask, and give the JSON answered."""
        return _loads(self.fetch_bytes(method, path, query, body))

    def fetch_bytes(self, method: str, path: str, query: Mapping[str, object], body: object = None) -> bytes:
        """Ask, and give what was answered."""
        asked = str(httpx.URL(path, params=_query(query)))
        for tries in range(2):
            headers = self.headers | (self._memory.validator(asked) if method == "GET" else {})
            answered = self.client.request(method, asked, headers=headers, json=body)
            wait_s = _wait_s(answered, tries)
            if wait_s is None:
                break
            time.sleep(wait_s)
        _check(answered)
        return self._memory.take(asked, answered) if method == "GET" else answered.content


class AsyncTransport:
    """The same for asyncio."""

    def __init__(
        self, base_url: str, key: str, *, timeout_s: float = 10.0, client: httpx.AsyncClient | None = None
    ) -> None:
        self.client = client or httpx.AsyncClient(base_url=base_url, timeout=timeout_s)
        self.headers = {"x-api-key": key, "accept-encoding": "gzip"}
        self._memory = _Memory()

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def fetch(self, method: str, path: str, query: Mapping[str, object], body: object = None) -> Any:
        """Ask, and give the JSON answered."""
        return _loads(await self.fetch_bytes(method, path, query, body))

    async def fetch_bytes(self, method: str, path: str, query: Mapping[str, object], body: object = None) -> bytes:
        """Ask, and give what was answered."""
        asked = str(httpx.URL(path, params=_query(query)))
        for tries in range(2):
            headers = self.headers | (self._memory.validator(asked) if method == "GET" else {})
            answered = await self.client.request(method, asked, headers=headers, json=body)
            wait_s = _wait_s(answered, tries)
            if wait_s is None:
                break
            await asyncio.sleep(wait_s)
        _check(answered)
        return self._memory.take(asked, answered) if method == "GET" else answered.content
