"""``headway splitter``: split passages off the lines' values."""

from runtime.settings import load_settings
from streams.process import run_process
from streams.splitter.run_splitter import run_splitter


def splitter() -> None:
    """Write each observed arrival and departure to line.passages, at least once, under ids that tell copies apart.

    Examples:
        headway splitter

        HEADWAY_BROKER=kafka:9092 HEADWAY_STORE=redis://store:6379/0 HEADWAY_METRICS_PORT=9103 headway splitter
    """
    settings = load_settings()
    run_process(settings, "splitter", lambda health: run_splitter(settings, health), must_move=True)
