"""``headway city-file``: make the whole city's files."""

import os
from typing import Final

from api.city_file.publish import publish_city_files
from runtime.settings import load_settings
from streams.process import run_process

YIELDING: Final = 10
"""How nice the process is: who answers goes first, and on a machine that is full it still gets a tenth of a core."""


def city_file() -> None:
    """Keep a file of every tracked run in the store for each timetable, for /v1/city/{timetable}/arrivals.

    One process is enough for a deployment; it answers nobody, and yields to those who do.

    Examples:
        headway city-file
    """
    settings = load_settings()
    os.nice(YIELDING)
    run_process(settings, "city-file", lambda health: publish_city_files(settings, health.progress), must_move=True)
