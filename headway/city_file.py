"""``headway city-file``: make the whole city's files."""

from api.city_file.publish import publish_city_files
from runtime.settings import load_settings
from streams.process import run_process


def city_file() -> None:
    """Keep a file of every tracked run in the store for each timetable, for /v1/city/{timetable}/arrivals.

    One process is enough for a deployment; it answers nobody, so that no answer waits for it.

    Examples:
        headway city-file
    """
    settings = load_settings()
    run_process(settings, "city-file", lambda health: publish_city_files(settings, health.progress))
