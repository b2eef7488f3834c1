"""``headway metering``: count partners' usage from the API processes' reports into the ledger."""

import asyncio
import signal
import time

import typer

from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated
from runtime.settings import load_settings
from streams.metering.meter_usage import forget_old_reports, meter_usage

app = typer.Typer()


@app.command(epilog="Example: HEADWAY_BROKER=kafka:9092 headway metering")
def metering() -> None:
    """Count usage into the ledger until ended; started again, or twice, it counts nothing twice."""
    asyncio.run(_run())


async def _run() -> None:
    settings = load_settings()
    ledger = Ledger(settings.database)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    try:
        await check_migrated(ledger)
        await forget_old_reports(ledger, time.time())
        await meter_usage(settings, ledger, until=ended)
    finally:
        await ledger.close()
