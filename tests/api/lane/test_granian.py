"""What the lane's first step knows of the server's inside: an upgrade that changes it is told here, in words."""

import importlib
import inspect
from importlib.metadata import version

REMEDY = "see what api/lane/first_step.py takes over of it, mend that, or pin the version before"


def test_granian_wraps_and_schedules_requests_as_the_first_step_takes_them_over() -> None:
    told = f"Granian {version('granian')} {{}}: {REMEDY}"
    futures = importlib.import_module("granian._futures")
    wrapper = getattr(futures, "_future_watcher_wrapper", None)
    assert callable(wrapper), told.format("has no _future_watcher_wrapper in granian._futures any more")
    around = wrapper(None)
    assert inspect.iscoroutinefunction(around), told.format("wraps requests in no coroutine function any more")
    assert list(inspect.signature(around).parameters) == ["watcher"], told.format("calls what it wraps otherwise")
    server = inspect.getsource(importlib.import_module("granian.server.embed"))
    assert "_future_watcher_wrapper(_asgi_call_wrap(" in server, told.format("wraps ASGI applications otherwise")
    schedule = inspect.getsource(futures._cbsched_aioschedule)
    steps = ("task = loop.create_task(coro)", "watcher.taskref(task)", "call_soon_threadsafe")
    assert all(step in schedule for step in steps), told.format("schedules requests otherwise than by the loop's tasks")
