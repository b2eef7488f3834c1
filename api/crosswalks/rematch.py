"""When another version of a timetable is in force, crosswalks of it are matched again by the same rule."""

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import msgspec
import structlog

from api.crosswalks.matching import Matching
from api.crosswalks.rematch_turn import RematchTurn
from api.own.affairs import Affairs
from api.refusal import Refusal
from api.view.memory import View
from runtime.ledger.crosswalks import Of, find_crosswalk, list_matched_otherwise, note_rematch
from transit.crosswalk.entries import with_choices
from transit.crosswalk.match import has_id

LOOK_EVERY_S: Final = 10.0
"""Replicas look at moments of their own; the first of them has the turn."""

WAIT_S: Final = 30.0
"""After a crosswalk could not be matched; twice as long after each further time."""

FAILURES_MAX: Final = 6
"""Then a crosswalk stays matched with the version before until it is uploaded or another version is in force."""

_log = structlog.get_logger(__name__)


class Failures(NamedTuple):
    """How often a crosswalk could not be matched with a version, and when it is tried again (s of the clock)."""

    times: int
    again_at: float


class Rematch:
    """Keeps the crosswalks of this process's timetables true to the versions in force.

    It is a convenience: whatever goes wrong is logged and tried again later, and holds up neither other crosswalks nor
    the process.
    """

    def __init__(
        self, view: View, affairs: Affairs, matching: Matching, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._view = view
        self._affairs = affairs
        self._matching = matching
        self._turn = RematchTurn(affairs.settings)
        self._now = now
        self._done: dict[str, str] = {}
        self._failures: dict[tuple[Of, str], Failures] = {}

    async def run(self) -> None:
        """Look for ever, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S * random.uniform(0.5, 1.5))  # noqa: S311 - to spread replicas
            try:
                await self.look()
            except Refusal as refused:
                _log.warning("crosswalks_not_matched_again", error=refused.detail)
            except Exception as failed:  # noqa: BLE001 - the process answers on without it
                _log.error("crosswalks_not_matched_again", error=repr(failed), exc_info=failed)

    async def look(self) -> int:
        """Match again what was matched with another version, if it is this process's turn; how many crosswalks it did.

        Raises:
            Refusal: the ledger is away; what was done is kept.
        """
        count = 0
        for name in self._view.shelf.names():
            compiled = self._view.find_in_force(name)
            if compiled is None or self._done.get(name) == compiled.timetable.hash:
                continue
            in_force = compiled.timetable.hash
            stale = await self._affairs.ask(partial(list_matched_otherwise, timetable=name, timetable_hash=in_force))
            open_ones = [of for of in stale if self._failed(of, in_force).times < FAILURES_MAX]
            if not open_ones:
                self._done[name] = in_force
            for of in open_ones:
                if self._failed(of, in_force).again_at <= self._now() and await self._turn.take():
                    count += await self._try_again(of, in_force)
        return count

    def _failed(self, of: Of, in_force: str) -> Failures:
        return self._failures.get((of, in_force), Failures(0, -float("inf")))

    async def _try_again(self, of: Of, in_force: str) -> bool:
        try:
            done = await self._match_again(of, in_force)
        except Exception as failed:  # noqa: BLE001 - one partner's crosswalk holds up no other's
            times = self._failed(of, in_force).times + 1
            self._failures[of, in_force] = Failures(times, self._now() + WAIT_S * 2.0 ** (times - 1))
            error = failed.detail if isinstance(failed, Refusal) else repr(failed)
            told = {"partner": of.partner_id, "timetable": of.timetable, "kind": of.kind.value, "failures": times}
            _log.error(
                "crosswalk_left_as_it_is" if times >= FAILURES_MAX else "crosswalk_not_matched_again",
                error=error,
                **told,
                exc_info=None if isinstance(failed, Refusal) else failed,
            )
            return False
        self._failures.pop((of, in_force), None)
        return done

    async def _match_again(self, of: Of, in_force: str) -> bool:
        walk = await self._affairs.ask(lambda session: find_crosswalk(session, of))
        if walk.matched_against == in_force:
            return False
        found = await self._matching.match(of.kind, walk.entries, in_force, partner_id=of.partner_id)
        table = self._view.shelf[in_force].timetable
        report = with_choices(found, walk.choices, lambda ours: has_id(of.kind, table, ours))
        now = msgspec.structs.replace(walk, report=tuple(report), matched_against=in_force)
        return await self._affairs.change(of.partner_id, lambda session: note_rematch(session, now))
