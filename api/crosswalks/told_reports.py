"""Reports as partners may be told them, remembered: twenty thousand entries are not weighed again for each page."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from api.crosswalks.within import Within
from api.own.moments import rfc3339
from runtime.ledger.crosswalks import Crosswalk, Of, count_verdicts
from transit.crosswalk.entries import Match

ENTRIES_MAX: Final = 80_000
"""Entries of all reports remembered, some hundreds of bytes each; those asked for longest ago leave first."""

STATES_MAX: Final = 4096

Key = tuple[Of, int, tuple[bytes, ...]]
State = dict[str, Any]


class Told(NamedTuple):
    """A crosswalk, what of its report is told, where each id stands in it, and how much of it is what."""

    walk: Crosswalk
    report: list[Match]
    places: dict[str, int]
    state: State


class ToldReports:
    """Of each crosswalk's revision, by what is open to the partner. Worked out beside the answers, one at a time."""

    def __init__(self) -> None:
        self._told: dict[Key, Told] = {}
        self._states: dict[Key, State] = {}
        self._turn = asyncio.Lock()

    async def state(self, within: Within, revision: int, read: Callable[[], Awaitable[Crosswalk]]) -> State:
        """How much of a crosswalk is matched, doubtful and missing; ``read`` gives it where that is not known."""
        found = self._states.get((within.of, revision, within.digest))
        return found or (await self.tell(within, revision, read)).state

    async def tell(self, within: Within, revision: int, read: Callable[[], Awaitable[Crosswalk]]) -> Told:
        """The report of a crosswalk of that revision, or of the later one that ``read`` gives."""
        found = self._told.get((within.of, revision, within.digest))
        if found is None:
            async with self._turn:
                found = self._told.pop((within.of, revision, within.digest), None)
                if found is None:
                    found = await asyncio.to_thread(_told, within, await read())
                self._keep((within.of, found.walk.revision, within.digest), found)
        return found

    def _keep(self, key: Key, told: Told) -> None:
        self._told[key] = told
        while len(self._told) > 1 and sum(len(each.report) for each in self._told.values()) > ENTRIES_MAX:
            del self._told[next(iter(self._told))]
        self._states[key] = told.state
        while len(self._states) > STATES_MAX:
            del self._states[next(iter(self._states))]


def _told(within: Within, walk: Crosswalk) -> Told:
    report = within.tell(walk.report)
    state = {
        "timetable": walk.of.timetable,
        "kind": walk.of.kind.value,
        "entries": len(walk.entries),
        **count_verdicts(report),
        "decided": len(walk.choices),
        "version": walk.matched_against,
        "uploaded_at": rfc3339(walk.uploaded_at_ms / 1000 or time.time()),
    }
    return Told(walk, report, {entry.id: place for place, entry in enumerate(walk.entries)}, state)
