"""Matching, by a process of its own: it takes a second or two of a core, which answers would wait for."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec
import structlog

from api.headway_process import run_headway
from api.problems import INVALID_PARAMETER, NOT_READY
from api.process_queue import ProcessQueue
from api.refusal import Refusal
from transit.crosswalk.entries import Entry, Kind, Match

WITHIN_S: Final = 60.0
"""A whole city's stops take seconds of a core."""

AT_ONCE: Final = 2
WAITING_MAX: Final = 6
TOO_LONG: Final = (
    "Your ids could not be matched within {within_s:.0f} s. Give every stop its latitude and longitude, or ids and "
    "codes that are ours, or upload fewer of them."
)
_log = structlog.get_logger(__name__)


class Matching:
    """Few processes at a time, one of each partner's; more wait, and are refused where too many do."""

    def __init__(self, timetables: Path, *, within_s: float = WITHIN_S) -> None:
        self._timetables = timetables
        self._within_s = within_s
        self._queue = ProcessQueue[bytes | None](at_once=AT_ONCE, waiting_max=WAITING_MAX)

    async def match(
        self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
    ) -> tuple[Match, ...]:
        """Each entry's match with a compiled timetable, in their order.

        Raises:
            Refusal: it took too long, too many wait, or it cannot be done at present.
        """
        told = msgspec.json.encode(entries)
        key = (kind, timetable_hash, blake2b(told).digest())
        written = await self._queue.run(key, lambda: self._run(kind, timetable_hash, told), partner_id)
        if written is None:
            raise Refusal(NOT_READY, "Ids cannot be matched at present; ask again.")
        return msgspec.json.decode(written, type=tuple[Match, ...])

    async def _run(self, kind: Kind, timetable_hash: str, told: bytes) -> bytes | None:
        arguments = ("crosswalk", timetable_hash, kind.value)
        try:
            ended = await run_headway(arguments, timetables=self._timetables, within_s=self._within_s, told=told)
        except TimeoutError:
            _log.error("crosswalk_not_matched", error="it took too long")
            raise Refusal(INVALID_PARAMETER, TOO_LONG.format(within_s=self._within_s)) from None
        if ended.code != 0:
            _log.error("crosswalk_not_matched", error=ended.said[-500:])
            return None
        return ended.written
