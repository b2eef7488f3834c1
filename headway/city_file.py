"""``headway city-file``: make the whole city's files."""

import asyncio
import signal

import uvloop

from api.city_file.publish import publish_city_files
from runtime.logs import set_up_logs
from runtime.settings import load_settings


def city_file() -> None:
    """Keep a file of every tracked run in the store for each timetable, for /v1/city/{timetable}/arrivals.

    One process is enough for a deployment; it answers nobody, so that no answer waits for it.

    Examples:
        headway city-file
    """
    settings = load_settings()
    set_up_logs(settings, process="city-file")

    async def run() -> None:
        task = asyncio.ensure_future(publish_city_files(settings))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        await asyncio.wait((task,))
        if not task.cancelled():
            task.result()

    uvloop.run(run())
