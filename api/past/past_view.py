"""The view as it was at a moment of the past: what the archive kept of some lines, and nothing newer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from api.overriding.agency_word import AgencyWord
from api.rendered import RenderedCache
from api.view.compiled_view import CompiledView
from api.view.freshness import ViewState
from api.view.memory import View
from schemas.feed_status import FeedStatus
from schemas.line_forecasts import LineForecasts
from schemas.line_value import Watermark
from schemas.overrides import Override
from schemas.service_alerts import FeedAlerts
from schemas.timetable_versions import TimetableVersions
from transit.timetable.compiled import Timetable


class WhatWasKnown(NamedTuple):
    """What the archive holds of a moment.

    ``told_until`` is the newest poll (POSIX s) that any line of the timetable had answered by then.
    """

    lines: Sequence[tuple[Watermark, LineForecasts]]
    feeds: Mapping[str, FeedStatus]
    alerts: Mapping[str, FeedAlerts]
    told_until: int


class PastView(View):
    """One timetable's view whose clock stands still at ``at`` (POSIX s).

    ``compiled`` are the timetables that may have been in use then, the one in force last. Nothing in it is shared with
    other views but what never changes, so that a thread may take in what was known.
    """

    def __init__(self, live: View, at: float, compiled: Sequence[CompiledView], versions: TimetableVersions | None):
        super().__init__(_load_nothing, RenderedCache(limit_bytes=0), now=lambda: at)
        self.at = at
        self.crowding, self.coordinates = live.crowding, live.coordinates
        self.freshness.turn(ViewState.WHOLE, at)
        for each in compiled:
            self.shelf.keep(each)
        if versions is not None:
            self.take_versions({versions.name: versions})
        self.times = compiled[-1].times
        self._may_be_used = tuple(compiled)
        self._is_told = False

    def list_in_use(self, timetable: str) -> list[CompiledView]:
        """As the live view has it; until the lines are known, all timetables that may have been in use."""
        found = super().list_in_use(timetable)
        if self._is_told or not found:
            return found
        return [*found, *(each for each in self._may_be_used if each not in found)]

    def tell(self, known: WhatWasKnown, staff: Iterable[Override]) -> None:
        """Take in what was known; ``staff`` are the operator's overrides that held."""
        self.feeds = dict(known.feeds)
        self.said.read = known.alerts
        word = AgencyWord(self)
        alerts = word.list_in_force()
        self.take_said(tuple(staff), tuple(word.list_edits(alerts)), alerts)
        for watermark, forecasts in known.lines:
            self.take_line(watermark, forecasts)
        for compiled in self._may_be_used:
            self._told_until[compiled.name] = max(known.told_until, self._told_until.get(compiled.name, 0))
        self._is_told = True


def held_at(overrides: Iterable[Override], at: float) -> list[Override]:
    """Of overrides as the ledger has them today those that held at a moment (POSIX s), as they were then."""
    at_ms = at * 1000
    return [
        each
        for each in overrides
        if each.made_at_ms <= at_ms
        and each.starts_at <= at < each.ends_at
        and (each.ended_at_ms is None or each.ended_at_ms > at_ms)
    ]


def _load_nothing(timetable_hash: str) -> Timetable:
    raise LookupError(timetable_hash)
