"""The agent's stream, read straight from its queue and answered for without what Faust does around each message.

Faust yields to the loop before every message, keeps a context of the one in hand, asks for processors and joins, and
tells its sensors twice. It also counts a message as answered whose answering was cut short; here only one whose
answer was given.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import faust

TURN_AFTER: Final = 8
"""Messages answered in a row before the rest of the process gets its turn: some four milliseconds."""


class OrderedStream(faust.Stream[bytes]):
    """Events in the order of their queue; one counts as answered once the next is asked for."""

    async def events(self) -> AsyncIterator[Any]:
        """Each message that was fetched since partitions last moved."""
        app: Any = self.app
        channel: Any = self.channel
        queue, unacked, monitor = channel.queue, app.consumer.unacked, app.monitor
        await self.maybe_start()
        taken = 0
        while not self.should_stop:
            taken += 1
            if taken % TURN_AFTER == 0:
                await asyncio.sleep(0)
            try:
                event = await queue.get() if queue.empty() else queue.get_nowait()
            except StopAsyncIteration:  # so Faust tells who waits that the stream ends
                return
            message = event.message
            if message.generation_id != app.consumer_generation_id or not app.flow_control.is_active():
                continue
            message.tracked = True
            unacked.add(message)
            monitor.on_stream_event_in(message.tp, message.offset, self, event)
            yield event
            event.ack()
