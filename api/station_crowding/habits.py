"""Reads who usually boards, beside the answers: a history is large, and an API does without one that cannot be had."""

import asyncio
from pathlib import Path

import structlog

from runtime.errors import HeadwayError
from runtime.timetables.history_file import load_history
from transit.history.boarding import BoardingHabits

_log = structlog.get_logger(__name__)


async def read_habits(file: Path) -> BoardingHabits | None:
    """Who usually boards by a history's file; None, and one warning, where there is none or it is damaged."""
    try:
        return await asyncio.to_thread(_read, file)
    except (HeadwayError, OSError) as wrong:
        _log.warning("history_not_loaded", file=str(file), error=str(wrong))
        return None


def _read(file: Path) -> BoardingHabits:
    return BoardingHabits(load_history(file))
