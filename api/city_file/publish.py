"""The process that makes the files: it reads the store as an API process does, and answers nobody."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from redis.exceptions import RedisError

from api.city_file.build import CityFileBuilder
from api.city_file.store_files import StoreFiles
from api.gtfs_realtime.datasets import DATASETS, make_datasets
from api.gtfs_realtime.json_entities import JsonEntities
from api.gtfs_realtime.line_entities import FeedForm, LineEntities
from api.overriding.watch import OverrideWatch
from api.rendered import RenderedCache
from api.view.memory import View
from api.view.store_watch import StoreWatch
from runtime.settings import Settings
from runtime.timetables import TimetableFolder

EVERY_S: Final = 2.0

_log = structlog.get_logger(__name__)


class _Edits:
    """Hears when overrides begin or end: a file that tells otherwise must not wait for its turn."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()

    def take_edits(self, edits: int, edited: Mapping[str, int]) -> None:
        """Note that they did."""
        del edits, edited
        self.changed.set()


class _Round:
    """What is made again and again: each timetable's file of arrivals, and its feeds while somebody asks for them."""

    def __init__(self, view: View, files: StoreFiles) -> None:
        self._view = view
        self._files = files
        self._arrivals = CityFileBuilder(view)
        self._json = JsonEntities()
        self._entities = LineEntities(self._json)
        self._json_of: set[str] = set()

    async def make(self, timetable: str) -> None:
        """Make a timetable's files.

        Raises:
            redis.exceptions.RedisError, OSError: the store failed.
        """
        await self._files.write(timetable, self._arrivals.build(timetable))
        asked = [form for form in DATASETS if await self._files.is_asked_for(timetable, form.name)]
        self._note_json(timetable, asked)
        made = await make_datasets(self._entities, self._view, timetable, asked)
        for form, file in made.items():
            await self._files.write(timetable, file, form.name)

    def _note_json(self, timetable: str, asked: Sequence[FeedForm]) -> None:
        """Let go what is kept as JSON when it is asked for of no timetable any more."""
        if any(form.as_json for form in asked):
            self._json_of.add(timetable)
        else:
            self._json_of.discard(timetable)
        if not self._json_of:
            self._json.let_go()


async def publish_city_files(settings: Settings, on_round: Callable[[], None] = lambda: None) -> None:
    """Renew each timetable's files every two seconds until cancelled, telling ``on_round``.

    A lost store is tried again.
    """
    view = View(TimetableFolder(settings.timetables).get, RenderedCache())
    view.crowding = settings.crowding
    edits = _Edits()
    keeping = [
        asyncio.create_task(StoreWatch(view, settings).run(), name="store watch"),
        asyncio.create_task(OverrideWatch(view, edits, settings).run(), name="overrides"),
    ]
    files = StoreFiles(settings)
    rounds = _Round(view, files)
    try:
        while not any(task.done() for task in keeping):
            edits.changed.clear()
            for name in view.shelf.names():
                on_round()
                try:
                    await rounds.make(name)
                except (RedisError, OSError) as lost:
                    _log.warning("city_file_not_written", timetable=name, error=str(lost) or type(lost).__name__)
            on_round()
            await _first_of(keeping, edits.changed)
        for task in keeping:
            if task.done():
                task.result()
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        await files.close()


async def _first_of(keeping: Sequence["asyncio.Task[None]"], changed: asyncio.Event) -> None:
    """Wait until the next round is due, an override began or ended, or the view is kept no longer."""
    waiting = asyncio.create_task(changed.wait())
    await asyncio.wait((*keeping, waiting), timeout=EVERY_S, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
