"""All that the API has, once more for each replay: another view in memory, and never a drop into the live one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from api.lane.kinds import OWN
from api.problems import NO_SUCH_REPLAY, NOT_FOUND, NOT_READY, problem_response
from api.raw_paths import App, Message, Receive, Send
from api.replays.list_replays import ReplayList
from runtime.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX: Final = "/v1/replays/"
_SOME: Final = ("http", "websocket")
NOT_REPLAYED: Final = OWN | {b"replays"}
"""A partner's own affairs, and replays themselves, are the live service's alone."""


class ReplayApi(Protocol):
    """An application over the view of one replay."""

    @property
    def app(self) -> App:
        """What answers."""
        ...

    @property
    def application(self) -> "FastAPI":
        """What has the lifespan."""
        ...


@dataclass(frozen=True, slots=True)
class _Opened:
    namespace: str
    app: App
    life: AsyncExitStack


def replay_settings(settings: Settings, namespace: str) -> Settings:
    """The settings of an API over the replay of ``namespace``: it is given the live one's history, and reads none."""
    folder = settings.timetables / "replays" / namespace
    return settings.model_copy(update={"namespace": namespace, "timetable_folder": folder, "history": None})


class ReplayViews:
    """Stands before the live application and answers what lies below ``/v1/replays/{id}/`` from that replay's view.

    A view is opened with the first request to it and closed when its replay ends or begins anew.
    """

    def __init__(
        self, live: App, settings: Settings, listed: ReplayList, make: Callable[[Settings], ReplayApi]
    ) -> None:
        self._live = live
        self._settings = settings
        self._listed = listed
        self._make = make
        self._opened: dict[str, _Opened] = {}
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand the request to the replay that its path names, or to the live application."""
        if scope["type"] not in _SOME or not scope["path"].startswith(PREFIX):
            await self._live(scope, receive, send)
            return
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw.partition(b"?")[0].removeprefix(PREFIX.encode()).decode("ascii", "replace")
        name, _, rest = path.partition("/")
        state = self._listed.states.get(name)
        if rest.partition("/")[0].encode() in NOT_REPLAYED:
            detail = f"/v1/{rest} is no part of a replay: ask for it without {PREFIX}{name}."
            await problem_response(NOT_FOUND, detail)(scope, receive, send)
            return
        if state is None:
            detail = f"There is no replay {name!r}; /v1/replays lists those that run."
            await problem_response(NO_SUCH_REPLAY, detail)(scope, receive, send)
        elif not state.namespace:
            detail = state.error or f"Replay {name} is starting; ask again in a few seconds."
            await problem_response(NOT_READY, detail, headers={"retry-after": "2"})(scope, receive, send)
        else:
            app = await self._open(name, state.namespace)
            inner = f"/v1/{rest}"
            await app({**scope, "path": inner, "raw_path": inner.encode()}, receive, send)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """While the block runs, follow which replays there are."""
        tasks = [asyncio.create_task(self._listed.watch()), asyncio.create_task(self._close_ended())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for name in list(self._opened):
                await self._close(name)

    async def _open(self, name: str, namespace: str) -> App:
        opened = self._opened.get(name)
        if opened is not None and opened.namespace == namespace:
            return opened.app
        async with self._opening:
            opened = self._opened.get(name)
            if opened is not None and opened.namespace == namespace:
                return opened.app
            await self._close(name)
            made = self._make(replay_settings(self._settings, namespace))
            life = AsyncExitStack()
            await life.enter_async_context(made.application.router.lifespan_context(made.application))
            self._opened[name] = _Opened(namespace, made.app, life)
            return made.app

    async def _close(self, name: str) -> None:
        opened = self._opened.pop(name, None)
        if opened is not None:
            await opened.life.aclose()

    async def _close_ended(self) -> None:
        while True:
            await self._listed.changed.wait()
            self._listed.changed.clear()
            for name in [name for name in self._opened if name not in self._listed.states]:
                await self._close(name)
