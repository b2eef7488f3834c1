"""``headway metering``: count partners' usage from the API processes' reports into the ledger."""

from runtime.settings import load_settings
from streams.metering.meter_usage import run_metering
from streams.process import run_process


def metering() -> None:
    """Count usage into the ledger until ended; started again, or twice, it counts nothing twice.

    Examples:
        headway metering

        HEADWAY_BROKER=kafka:9092 HEADWAY_DATABASE=postgresql://headway@db/headway headway metering
    """
    settings = load_settings()
    run_process(settings, "metering", lambda health: run_metering(settings, health), must_move=True)
