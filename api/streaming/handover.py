"""A stream lasts for hours; what opened it need not: it is served out here, when the framework has been let go."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
GoOn = Callable[[Receive, Send], Awaitable[None]]

_KEPT: Final = "goes_on"


def hand_over(scope: Message, go_on: GoOn) -> None:
    """From within an application that ``Handover`` wraps: answer with ``go_on`` when the application has returned."""
    scope["state"][_KEPT] = go_on


class Handover:
    """Wraps an application."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand the request on, then go on with what it has left."""
        state = scope.setdefault("state", {})
        await self._app(scope, receive, send)
        go_on: GoOn | None = state.pop(_KEPT, None)
        if go_on is not None:
            del state, scope
            await go_on(receive, send)
