"""What of a crosswalk's report a partner may be told: ours that lie within something that is open to it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from fastapi import Request

from api.reached.view_for import reached
from runtime.ledger.crosswalks import Of
from transit.crosswalk.entries import Kind, Match, Reason, Verdict

if TYPE_CHECKING:
    from api.view.memory import View
    from transit.grants.openings import Opening


class Within:
    """Of one timetable's stops or lines, those within a partner's openings at this moment."""

    def __init__(self, request: Request, of: Of) -> None:
        whole: View = request.app.state.view
        openings: tuple[Opening, ...] = request.scope.get("state", {}).get("openings", ())
        views = [reached(whole, opening.reach) for opening in openings]
        found = [(view, view.find_in_force(of.timetable)) for view in views]
        self._views = [(view, compiled) for view, compiled in found if compiled is not None]
        self._kind = of.kind
        self._held: dict[str, bool] = {}
        self.of = of
        self.digest = tuple(
            opening.reach.digest + b" " + compiled.timetable.hash.encode()
            for (_, compiled), opening in zip(found, openings, strict=True)
            if compiled is not None
        )
        """Names what is open, in what version: where it is the same, so is what is told of a report."""

    def has_timetable(self) -> bool:
        """Whether anything of the timetable is open."""
        return bool(self._views)

    def holds(self, local: str) -> bool:
        """Whether a stop or line (GTFS id) exists and is open."""
        held = self._held.get(local)
        if held is None:
            held = self._held[local] = self._find(local)
        return held

    def _find(self, local: str) -> bool:
        for view, compiled in self._views:
            table = compiled.timetable
            row = (table.stop_id if self._kind is Kind.STOPS else table.line_id).find(local)
            has = view.has_stop if self._kind is Kind.STOPS else view.has_line
            if row >= 0 and has(compiled, row):
                return True
        return False

    def tell(self, report: Iterable[Match]) -> list[Match]:
        """The report without what is not open: an entry that is taken for such is told as missing."""
        return [self._told(match) for match in report]

    def _told(self, match: Match) -> Match:
        candidates = tuple(each for each in match.candidates if self.holds(each))
        if match.ours is None or self.holds(match.ours):
            return msgspec.structs.replace(match, candidates=candidates)
        return Match(id=match.id, verdict=Verdict.MISSING, reason=Reason.NOTHING_LIKE_IT)
