"""Keys and values as the bytes that they are: Faust asks its serializers and its settings of each message."""

from collections.abc import Awaitable, Callable
from typing import Any

import faust


class RawSchema(faust.Schema[bytes, bytes]):
    """What feed topics hold is read by the tracker itself."""

    def compile(self, app: Any, **_handlers: Any) -> Callable[..., Awaitable[Any]]:
        """The function that makes an event of a message; nothing about bytes can go wrong."""
        make_event: Any = app.conf.Event

        async def decode(message: Any, *, propagate: bool = False) -> Any:
            del propagate
            return make_event(app, message.key, message.value, message.headers, message)

        return decode
