"""``headway tracker``: one worker that turns lines' messages into forecasts."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.settings import load_settings
from streams.process import run_process
from streams.tracker.run_tracker import prepare_tracker, run_tracker


def tracker(
    *,
    standby: Annotated[
        bool, typer.Option(help="Keep a copy of another worker's lines, so that a takeover takes seconds.")
    ] = True,
    history: Annotated[
        Path | None, typer.Option(help="A history file that `headway learn` made; else HEADWAY_HISTORY's, if set.")
    ] = None,
) -> None:
    """Track lines until stopped.

    Workers share the lines among themselves; when one dies, the others take over its lines within 10 seconds.

    Examples:
        headway tracker

        headway tracker --history histories/history-0123456789abcdef.history

        HEADWAY_BROKER=kafka:9092 HEADWAY_METRICS_PORT=9101 headway tracker
    """
    settings = load_settings()
    if history is not None:
        settings = settings.model_copy(update={"history": history})
    run_process(
        settings,
        "tracker",
        lambda health: run_tracker(settings, health, standby=standby),
        must_move=True,
        prepare=lambda: prepare_tracker(settings),
    )
