"""The process that makes the files: it reads the store as an API process does, and answers nobody."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from api.city_file.build import CityFileBuilder
from api.city_file.store_files import StoreFiles
from api.rendered import RenderedCache
from api.view.memory import View
from api.view.store_watch import StoreWatch
from runtime.settings import Settings
from runtime.timetables import TimetableFolder

EVERY_S: Final = 2.0

_log = structlog.get_logger(__name__)


async def publish_city_files(settings: Settings, on_round: Callable[[], None] = lambda: None) -> None:
    """Renew each timetable's file every two seconds until cancelled, telling ``on_round``; tries a lost store again."""
    view = View(TimetableFolder(settings.timetables).get, RenderedCache())
    watching = asyncio.create_task(StoreWatch(view, settings).run(), name="store watch")
    files, builder = StoreFiles(settings), CityFileBuilder(view)
    try:
        while not watching.done():
            for name in view.shelf.names():
                try:
                    await files.write(name, builder.build(name))
                except (RedisError, OSError) as lost:
                    _log.warning("city_file_not_written", timetable=name, error=str(lost) or type(lost).__name__)
            on_round()
            await asyncio.wait((watching,), timeout=EVERY_S)
        watching.result()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await files.close()
