"""``headway serving``: bring the lines' latest values into the store."""

from runtime.settings import load_settings
from streams.process import run_process
from streams.serving.run_serving import run_serving


def serving() -> None:
    """Keep the store's view of every line, and rebuild it within seconds whenever the store loses it.

    Examples:
        headway serving

        HEADWAY_BROKER=kafka:9092 HEADWAY_STORE=redis://store:6379/0 HEADWAY_METRICS_PORT=9103 headway serving
    """
    settings = load_settings()
    run_process(settings, "serving", lambda health: run_serving(settings, health), must_move=True)
