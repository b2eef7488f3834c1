"""The public application: every endpoint, over one view in memory that a background task keeps."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakKeyDictionary

from fastapi import FastAPI

from api.accuracy.endpoints import router as accuracy
from api.alerts.endpoints import router as alerts
from api.answers.endpoints import AT_ONCE, WAITING_MAX
from api.answers.endpoints import router as answers
from api.archive.endpoints import router as archive
from api.arrivals.endpoints import router as arrivals
from api.audit.endpoints import router as audit
from api.batch.endpoints import router as batch
from api.batch.warm_items import WarmItems
from api.bikes.watch import BikeWatch
from api.body_limit import BodyLimit
from api.city_file.endpoints import router as city_file
from api.city_file.store_files import StoreFiles
from api.conditions.endpoints import router as conditions
from api.console.endpoints import mount_console, read_trial_key
from api.contract import VERSION
from api.coverage.endpoints import router as coverage
from api.crosswalks.asked_within import AskedWithin
from api.crosswalks.endpoints import router as crosswalks
from api.crosswalks.matching import Matching
from api.crosswalks.rematch import Rematch
from api.crosswalks.told_reports import ToldReports
from api.deprecations.endpoints import router as deprecations
from api.failures import write_failures_as_problems
from api.fate import Fate
from api.feeds.endpoints import router as feeds
from api.gtfs_realtime.endpoints import router as gtfs_realtime
from api.health.endpoints import router as health
from api.lines.endpoints import router as lines
from api.me.endpoints import router as me
from api.me.key_endpoints import router as my_keys
from api.nearby.endpoints import router as nearby
from api.openapi import describe
from api.own.affairs import give_affairs
from api.passages.endpoints import make_queue as make_passages_queue
from api.passages.endpoints import router as passages
from api.past.as_of import give_past
from api.problem_pages.endpoints import router as problem_pages
from api.process_queue import ProcessQueue
from api.products.endpoints import router as products
from api.raw_paths import App, RawPaths
from api.rendered import RenderedCache
from api.replays.endpoints import router as replays
from api.replays.list_replays import ReplayList
from api.replays.replay_views import ReplayViews
from api.runs.endpoints import router as runs
from api.runs.why import router as why
from api.siri.endpoints import router as siri
from api.static_file.endpoints import router as static_file
from api.static_file.files import StaticFiles
from api.station_crowding.endpoints import router as station_crowding
from api.station_crowding.habits import read_habits
from api.station_crowding.watch import CountWatch
from api.stops.endpoints import router as stops
from api.streaming.build import Streams
from api.streaming.endpoints import router as streaming
from api.streaming.handover import Handover
from api.usage.endpoints import router as usage
from api.vehicles.endpoints import router as vehicles
from api.view.memory import Now, View
from api.view.shelf import Load
from api.view.store_watch import StoreWatch
from api.webhooks.endpoints import router as webhooks
from runtime.settings import Settings
from runtime.timetables import TimetableFolder
from transit.history.boarding import BoardingHabits

FIRST_LOOK_S: Final = 3.0
"""How long the first request is kept waiting for the view at most; a store that is lost must not keep the API down."""


@dataclass(frozen=True, slots=True)
class Api:
    """One process's API: the application, the memory beneath it, the sign that it is going down, and why it must."""

    app: App
    application: FastAPI
    view: View
    draining: asyncio.Event
    fate: Fate
    replays: ReplayList
    streams: Streams


def build_api(settings: Settings, *, load: Load | None = None) -> Api:
    """The application without keys and quotas, for the lane to stand in front of; replays below it."""
    api = build_view(settings, load=load)

    def build_replay(asked: Settings) -> Api:
        return build_view(asked, habits=api.view.stations.habits)

    views = ReplayViews(api.app, settings, api.replays, build_replay)
    live = api.application.router.lifespan_context
    state = api.application.state
    rematch = Rematch(api.view, state.affairs, state.matching)

    @asynccontextmanager
    async def with_replays(app: FastAPI) -> AsyncIterator[None]:
        async with live(app), views.watching():
            rematching = asyncio.create_task(rematch.run(), name="crosswalks")
            try:
                yield
            finally:
                rematching.cancel()
                await asyncio.gather(rematching, return_exceptions=True)

    api.application.router.lifespan_context = with_replays
    return replace(api, app=BodyLimit(views))


_ROUTERS: Final = (
    arrivals,
    lines,
    vehicles,
    stops,
    station_crowding,
    runs,
    why,
    feeds,
    coverage,
    conditions,
    accuracy,
    gtfs_realtime,
    alerts,
    batch,
    siri,
    nearby,
    city_file,
    static_file,
    me,
    my_keys,
    crosswalks,
    webhooks,
    products,
    usage,
    audit,
    archive,
    replays,
    streaming,
    passages,
    answers,
    health,
    problem_pages,
    deprecations,
)


def build_view(
    settings: Settings,
    *,
    load: Load | None = None,
    now: Now = time.time,
    is_watched: bool = True,
    habits: BoardingHabits | None = None,
) -> Api:
    """The application over the view of one namespace: the live service's, or a replay's.

    Where it is not ``is_watched``, neither store nor log is read: who builds it writes the view and feeds the streams,
    by a clock (``now``, POSIX s) of their own. Who usually boards (``habits``) is read when the application starts,
    from the settings' history if they name one.
    """
    view = View(load or TimetableFolder(settings.timetables).get, RenderedCache(), now=now)
    view.crowding = settings.crowding
    view.coordinates = settings.coordinates
    view.stations.habits = habits
    draining = asyncio.Event()
    fate = Fate()
    streams = Streams(view, settings, draining)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        watching = _watching(view, settings, fate) if is_watched else nullcontext()
        async with watching, streams.running(fate, is_fed=not is_watched):
            if settings.history is not None:
                view.stations.habits = await read_habits(settings.history)
            renewing = asyncio.create_task(warm_items.renew_for_ever(), name="batch items")
            fate.hang_on(renewing)
            try:
                yield
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)
                await affairs.close()
                await files.close()

    app = FastAPI(
        title="Headway", version=VERSION, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=live
    )
    app.state.view = view
    affairs = give_affairs(app, settings)
    app.state.draining = draining
    app.state.warm_items = warm_items = WarmItems()
    app.state.city_files = files = StoreFiles(settings)
    app.state.line_entities = WeakKeyDictionary()
    app.state.replays = replay_list = ReplayList(settings)
    app.state.streams = streams
    _give_slow_answers(app, settings)
    give_past(app, view, settings)
    for router in _ROUTERS:
        app.include_router(router)
    app.add_middleware(AskedWithin, view=view)
    write_failures_as_problems(app)
    describe(app)
    mount_console(app, lambda: read_trial_key(settings.data_folder))
    return Api(Handover(RawPaths(app)), app, view, draining, fate, replay_list, streams)


def _give_slow_answers(app: FastAPI, settings: Settings) -> None:
    """What answers from files, or in threads and processes of their own."""
    app.state.archive = settings.archive
    app.state.timetables = settings.timetables
    app.state.matching = Matching(settings.timetables)
    app.state.told_reports = ToldReports()
    app.state.static_files = StaticFiles(settings)
    app.state.explained = ProcessQueue[bytes](at_once=AT_ONCE, waiting_max=WAITING_MAX)
    app.state.passages_queue = make_passages_queue()


@asynccontextmanager
async def _watching(view: View, settings: Settings, fate: Fate) -> AsyncIterator[None]:
    """Keep the view while the block runs."""
    watch = StoreWatch(view, settings)
    task = asyncio.create_task(watch.run(), name="store watch")
    fate.hang_on(task)
    bikes = [asyncio.create_task(BikeWatch(share, view.bikes, None).run()) for share in settings.bike_shares]
    counters = [CountWatch(source, view.stations, None) for source in settings.station_counts]
    counts = [asyncio.create_task(counter.run(), name="station counts") for counter in counters]
    waited = asyncio.create_task(watch.looked.wait())
    try:
        await asyncio.wait((waited, task), timeout=FIRST_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        yield
    finally:
        keeping = (waited, task, *bikes, *counts)
        for each in keeping:
            each.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
