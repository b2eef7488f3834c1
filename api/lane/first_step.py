"""A request that awaits nothing needs no task: its first step is taken as soon as the server hands it over.

The server makes each request a task of asyncio's, whose making and scheduling take half as long as all that the lane
does. Here a request runs at once and becomes a task where it first has to wait, or where it asks to be one because what
follows looks for the task it runs in (``asyncio.timeout``, task groups).
"""

import asyncio
import types
from collections.abc import Coroutine, Generator
from contextvars import Context
from typing import Any, Final

from granian._futures import _future_watcher_wrapper  # the server's own coroutine around each request

_WATCHED: Final = _future_watcher_wrapper(None).__code__  # type: ignore[no-untyped-call]  # left without types
_TO_TASK: Final = object()

_Steps = Generator[Any, Any, None]


class _Over:
    """What the server holds of a request that was over before it could have been a task."""

    @staticmethod
    def cancel(_message: object = None) -> bool:
        """Nothing is left to cancel."""
        return False


_OVER: Final = _Over()


class _Now:
    """Whether a first step is being taken at this moment; one at most is, for nothing within it waits."""

    is_first = False


@types.coroutine
def in_task() -> _Steps:
    """From here on the request runs in a task of its own; nothing happens where it does already."""
    if _Now.is_first:
        yield _TO_TASK


def step_at_once(loop: asyncio.AbstractEventLoop) -> None:
    """Let requests that this loop's server hands over take their first step without a task."""
    loop.set_task_factory(_make_task)  # type: ignore[arg-type]  # what is over is no future, and its one holder knows


def _make_task(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None], context: Context | None = None
) -> "asyncio.Task[None] | _Over":
    if getattr(work, "cr_code", None) is not _WATCHED:
        return asyncio.Task(work, loop=loop, context=context)
    _Now.is_first = True
    try:
        waits_for = work.send(None)
    except StopIteration:
        return _OVER
    finally:
        _Now.is_first = False
    return asyncio.Task(_go_on(work, waits_for), loop=loop)


@types.coroutine
def _go_on(work: Coroutine[Any, Any, None], waits_for: Any) -> _Steps:
    """The rest of a request that has begun; ``waits_for`` is what its first step ended at."""
    sent: Any = None
    try:
        if waits_for is _TO_TASK:
            waits_for = work.send(None)
        while True:
            try:
                sent = yield waits_for
            except BaseException as thrown:  # noqa: BLE001 - cancelled, most likely: the request's own to deal with
                waits_for = work.throw(thrown)
            else:
                waits_for = work.send(sent)
    except StopIteration:
        return
