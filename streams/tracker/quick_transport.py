"""Faust's way of handing a message to its stream, without four asyncio tasks for each.

Faust starts every message's hand-over as a task beside three others that wait for the flow to stop. A hand-over nearly
always ends at its first step, for a place in a queue is free: then nothing has to be waited for, and no task is needed.
One that does wait goes on under Faust's own rules.
"""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, Final

from faust.transport.drivers.aiokafka import Consumer, Transport
from mode.services import Service, WaitResults

_HAND_OVER_AND_STOP: Final = 2
"""What ``Consumer`` waits for with a message in hand: its hand-over, and the flow's stop."""


TURN_AFTER: Final = 32
"""Messages handed over before their stream gets its turn: the producer's buffer holds a hundred."""


class QuickHandOver(Service):
    """Takes the first step of a message's hand-over itself."""

    _handed_over = 0

    async def wait_first(self, *coros: Any, timeout: Any = None) -> WaitResults:  # noqa: ASYNC109 - mode names it so
        """Wait for the first of ``coros``; see ``mode.Service.wait_first``."""
        if timeout is not None or len(coros) != _HAND_OVER_AND_STOP or not all(map(asyncio.iscoroutine, coros)):
            return await super().wait_first(*coros, timeout=timeout)
        hand_over, stop = coros
        try:
            awaited = hand_over.send(None)
        except StopIteration as ended:
            stop.close()
            self._handed_over += 1
            if self._handed_over % TURN_AFTER == 0:
                await asyncio.sleep(0)
            return WaitResults([hand_over], [ended.value], self.should_stop)
        except BaseException:
            stop.close()
            raise
        return await super().wait_first(_finish(hand_over, awaited), stop)


async def _finish(begun: Coroutine[Any, Any, Any], awaited: Any) -> Any:
    return await _go_on(begun, awaited)


@coroutine
def _go_on(begun: Coroutine[Any, Any, Any], awaited: Any) -> Generator[Any, Any, Any]:
    """Carry a coroutine on from where it first waits, for ``awaited``."""
    while True:
        ended_by: BaseException | None = None
        try:
            yield awaited
        except BaseException as thrown:  # noqa: BLE001 - whatever ends the waiting is the coroutine's to answer
            ended_by = thrown
        try:
            awaited = begun.send(None) if ended_by is None else begun.throw(ended_by)
        except StopIteration as ended:
            return ended.value


class QuickConsumer(QuickHandOver, Consumer):
    """Faust's consumer with a quick hand-over."""


class QuickTransport(Transport):
    """Faust's transport with ``QuickConsumer``."""

    Consumer = QuickConsumer
