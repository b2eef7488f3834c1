"""Streams served when the framework that opened them has been let go."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from api.streaming.handover import Handover, hand_over

Message = MutableMapping[str, Any]


async def _receive() -> Message:
    return {"type": "http.disconnect"}


async def test_what_is_handed_over_is_served_after_the_application_has_returned() -> None:
    happened: list[str] = []

    async def go_on(_receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        happened.append("goes on")
        await send({"type": "http.response.start"})

    async def app(scope: Message, _receive: Any, _send: Any) -> None:
        hand_over(scope, go_on)
        happened.append("returns")

    async def send(message: Message) -> None:
        happened.append(message["type"])

    await Handover(app)({"type": "http"}, _receive, send)
    assert happened == ["returns", "goes on", "http.response.start"]


async def test_an_application_that_answers_by_itself_is_left_alone() -> None:
    sent: list[Message] = []

    async def app(_scope: Message, _receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        await send({"type": "http.response.start"})

    async def send(message: Message) -> None:
        sent.append(message)

    await Handover(app)({"type": "http", "state": {}}, _receive, send)
    assert sent == [{"type": "http.response.start"}]
