"""Start everything in order, watch over it, and end it all within five seconds."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple, TypeVar

from rich.console import Console

from headway.up.broker import refuse_too_many_lines
from headway.up.care import Care
from headway.up.deployment import Deployment, make_deployment, make_environment, shared_settings
from headway.up.greeting import Greeting, find_sample, greet, wait_serving, wait_source
from headway.up.listener import hold_listener
from headway.up.options import UpOptions
from headway.up.run_lock import end_leftovers, hold_run_lock
from headway.up.running import OPERATOR_FILE, note_running
from headway.up.servers import Servers
from headway.up.timetable import gtfs_of, make_timetable, put_in_force
from runtime.ledger.database import Ledger
from runtime.ledger.first_staff import FirstLogin, ensure_first_staff
from runtime.ledger.trial import ensure_trial_partner
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from transit.timetable.compiled import Timetable

ALL_WITHIN_S: Final = 5.0
STOP_WITHIN_S: Final = 4.0
"""For Headway's own processes; what remains of five seconds is the servers'."""

SERVERS_WITHIN_S: Final = 1.0
"""What the servers get at the least."""


First = TypeVar("First")
Second = TypeVar("Second")


async def run_up(options: UpOptions) -> None:
    """Run all of Headway until a signal ends it.

    Raises:
        UserError: something asked for cannot be had; one line says what.
        ServiceError: a server did not do its part.
    """
    console = Console(stderr=True)
    with hold_run_lock(options.folder):
        left = end_leftovers(options.folder)
        if left:
            console.print(f"an earlier run was killed and left {len(left)} processes behind: they are ended now")
        async with _ended_by_signals():
            with hold_listener(options.host, options.port) as listener:
                await _Run(options, console, listener).run()


@asynccontextmanager
async def _ended_by_signals() -> AsyncIterator[None]:
    """Cancel the body, once, on Ctrl-C or SIGTERM; that is its good end."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked = asyncio.Event()

    def end() -> None:
        if task is not None and not asked.is_set():
            asked.set()
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        yield
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class _Run:
    """One run, from its first server to its last."""

    def __init__(self, options: UpOptions, console: Console, listener: int) -> None:
        self._options = options
        self._console = console
        self._listener = listener
        self._servers = Servers(options)
        self._care: Care | None = None
        self._began = time.monotonic()
        self._status = console.status("starting the servers, compiling the timetable")

    async def run(self) -> None:
        """Start, serve until cancelled, end."""
        settings = shared_settings(self._options, broker=self._servers.broker_address, store=self._servers.store_url)
        deployment = make_deployment(self._options, settings, gtfs_of(self._options), self._listener)
        note_running(settings)
        care = self._care = Care(self._options, deployment, self._servers, self._say)
        watching: asyncio.Future[None] | None = None
        status = self._status
        try:
            with status:
                timetable, opening = await _together(self._prepare(care, settings), self._start_readers(care, settings))
                self._say(f"timetable {timetable.name}: {len(timetable.line_id)} lines, time zone {timetable.timezone}")
                refuse_too_many_lines(self._options.broker, len(timetable.line_id))
                await put_in_force(settings, timetable)
                if self._options.is_simulated:
                    await wait_source(settings.feeds[0].source)
                care.start()
                status.update("waiting for the first arrivals")
                watching = asyncio.ensure_future(care.watch())
                await _first_of(watching, self._greet(deployment, timetable, opening))
            await watching
        finally:
            await _cancel(watching)
            await self._end()

    async def _prepare(self, care: Care, settings: Settings) -> Timetable:
        if self._options.gtfs is not None:
            care.start_sources()
        environment = make_environment(settings)
        timetable = await make_timetable(self._options, settings.timetables, environment, self._tell)
        care.start_sources()
        return timetable

    async def _start_readers(self, care: Care, settings: Settings) -> "_Opening":
        """Bring up the servers and what waits on them longest; return who can log in where."""
        opening, _ = await _together(_prepare_ledger(settings), self._servers.start())
        await ensure_topics(settings)
        care.start_readers()
        return opening

    async def _greet(self, deployment: Deployment, timetable: Timetable, opening: "_Opening") -> None:
        base = f"http://{deployment.settings.api_host}:{deployment.settings.api_port}"
        await wait_serving(base)
        sample = await find_sample(base, opening.key, timetable)
        took_s = time.monotonic() - self._began
        if self._care is not None:
            self._care.start_rest()
        greeting = Greeting(
            base=base,
            key=opening.key,
            operations=deployment.operations_url,
            token=self._options.folder / OPERATOR_FILE,
            staff=deployment.staff_url,
            login=opening.login,
            sample=sample,
            took_s=took_s,
        )
        greet(self._console, greeting)

    async def _end(self) -> None:
        began = time.monotonic()
        self._say("ending")
        if self._care is not None:
            await self._care.supervisor.stop_all(STOP_WITHIN_S)
        left_s = max(SERVERS_WITHIN_S, ALL_WITHIN_S - (time.monotonic() - began))
        await asyncio.to_thread(self._servers.stop, left_s)
        self._say(f"all ended in {time.monotonic() - began:.1f} s")

    def _tell(self, doing: str) -> None:
        """Show what is being done; a terminal shows it turning, a log a line."""
        self._status.update(doing)
        if not self._console.is_terminal:
            self._say(doing)

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class _Opening(NamedTuple):
    """The trial partner's key, and the first login of the staff where that is ours to tell."""

    key: str
    login: FirstLogin | None


async def _prepare_ledger(settings: Settings) -> _Opening:
    """Bring the database to this version's tables, with a partner to try it and somebody of the staff."""
    ledger = Ledger(settings.database)
    try:
        key = await ensure_trial_partner(ledger, settings.data_folder)
        return _Opening(key, await ensure_first_staff(ledger, settings.data_folder))
    finally:
        await ledger.close()


async def _together(one: Coroutine[Any, Any, First], other: Coroutine[Any, Any, Second]) -> tuple[First, Second]:
    """Do both at once; where one fails the other is stopped, and the failure is raised as it is."""
    try:
        async with asyncio.TaskGroup() as tasks:
            first, second = tasks.create_task(one), tasks.create_task(other)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return first.result(), second.result()


async def _first_of(watching: "asyncio.Future[None]", work: Coroutine[Any, Any, None]) -> None:
    """Do ``work`` unless watching ends first, which is always an error and is raised."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({watching, task}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        task.result()
    finally:
        await _cancel(task)


async def _cancel(task: "asyncio.Future[None] | None") -> None:
    """Stop what still goes on; what it says no longer counts."""
    if task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task})
