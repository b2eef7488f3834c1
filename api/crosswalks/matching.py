"""Matching, by a process of its own: it takes a second or two of a core, which answers would wait for."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import structlog

from api.problems import NOT_READY
from api.process_queue import ProcessQueue
from api.refusal import Refusal
from transit.crosswalk.entries import Entry, Kind, Match

WITHIN_S: Final = 60.0
WAITING_MAX: Final = 6
_log = structlog.get_logger(__name__)


class Matching:
    """One process at a time; both refuse where too many wait."""

    def __init__(self, timetables: Path) -> None:
        self._timetables = timetables
        self._queue = ProcessQueue[bytes | None](at_once=1, waiting_max=WAITING_MAX)

    async def match(self, kind: Kind, entries: Sequence[Entry], timetable_hash: str) -> tuple[Match, ...]:
        """Each entry's match with a compiled timetable, in their order.

        Raises:
            Refusal: too many wait, or it cannot be done at present.
        """
        told = msgspec.json.encode(entries)
        written = await self._queue.run((kind, timetable_hash, told), lambda: self._run(kind, timetable_hash, told))
        if written is None:
            raise Refusal(NOT_READY, "Ids cannot be matched at present; ask again.")
        return msgspec.json.decode(written, type=tuple[Match, ...])

    async def _run(self, kind: Kind, timetable_hash: str, told: bytes) -> bytes | None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "headway", "crosswalk", timetable_hash, kind.value),
            env={**os.environ, "HEADWAY_TIMETABLE_FOLDER": str(self._timetables)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                written, wrong = await process.communicate(told)
        except TimeoutError:
            process.kill()
            await process.wait()
            _log.error("crosswalk_not_matched", error="it took too long")
            return None
        except asyncio.CancelledError:
            process.kill()
            raise
        if process.returncode != 0:
            _log.error("crosswalk_not_matched", error=wrong.decode(errors="replace")[-500:])
            return None
        return written
