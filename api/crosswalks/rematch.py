"""When another version of a timetable is in force, crosswalks of it are matched again by the same rule."""

import asyncio
import random
from functools import partial
from typing import Final

import msgspec
import structlog

from api.crosswalks.matching import Matching
from api.own.affairs import Affairs
from api.refusal import Refusal
from api.view.memory import View
from runtime.ledger.crosswalks import Of, find_crosswalk, list_matched_otherwise, note_rematch
from transit.crosswalk.entries import with_choices
from transit.crosswalk.match import has_id

LOOK_EVERY_S: Final = 10.0
"""Replicas look at moments of their own: what one of them has done the others find done."""

_log = structlog.get_logger(__name__)


class Rematch:
    """Keeps the crosswalks of this process's timetables true to the versions in force."""

    def __init__(self, view: View, affairs: Affairs, matching: Matching) -> None:
        self._view = view
        self._affairs = affairs
        self._matching = matching
        self._done: dict[str, str] = {}

    async def run(self) -> None:
        """Look for ever, until cancelled; a ledger that is away is asked again."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S * random.uniform(0.5, 1.5))  # noqa: S311 - to spread replicas
            try:
                await self.look()
            except Refusal as refused:
                _log.warning("crosswalks_not_matched_again", error=refused.detail)

    async def look(self) -> int:
        """Match again what was matched with another version; how many crosswalks that were.

        Raises:
            Refusal: the ledger is away, or too much else is being worked out; what was done is kept.
        """
        count = 0
        for name in self._view.shelf.names():
            compiled = self._view.find_in_force(name)
            if compiled is None or self._done.get(name) == compiled.timetable.hash:
                continue
            in_force = compiled.timetable.hash
            stale = await self._affairs.ask(partial(list_matched_otherwise, timetable=name, timetable_hash=in_force))
            for of in stale:
                count += await self._match_again(of, in_force)
            self._done[name] = in_force
        return count

    async def _match_again(self, of: Of, in_force: str) -> bool:
        walk = await self._affairs.ask(lambda session: find_crosswalk(session, of))
        if walk.matched_against == in_force:
            return False
        found = await self._matching.match(of.kind, walk.entries, in_force, partner_id=of.partner_id)
        table = self._view.shelf[in_force].timetable
        report = with_choices(found, walk.choices, lambda ours: has_id(of.kind, table, ours))
        now = msgspec.structs.replace(walk, report=tuple(report), matched_against=in_force)
        return await self._affairs.change(of.partner_id, lambda session: note_rematch(session, now))
