"""Which of the calls that may come are answered: those one can board, of the lines asked for, the next few of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from transit.answers.calls_here import CallHere
from transit.answers.coming import Coming


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for. ``lines`` are GTFS route ids, ``None`` for all; ``per_line`` 0 for no such limit."""

    horizon_s: int = 3600
    limit: int = 20
    per_line: int = 0
    lines: frozenset[str] | None = None
    direction_id: int | None = None
    alight_only: bool = False

    def within(self, lines: frozenset[str] | None) -> "Wish":
        """The wish for these lines (GTFS route ids; ``None``: all) and no others."""
        if lines is None:
            return self
        return replace(self, lines=lines if self.lines is None else self.lines & lines)

    def takes(self, here: CallHere) -> bool:
        """Whether a call at the stop is of the lines, the direction and the kind asked for."""
        return (
            (here.boardable or (self.alight_only and here.alightable))
            and (self.lines is None or here.line_id in self.lines)
            and (self.direction_id is None or here.direction_id == self.direction_id)
        )


def destination_of(here: CallHere) -> tuple[str, int, str]:
    """Line, direction and destination: what a rider takes for one service."""
    return here.line_id, here.direction_id, here.headsign


def select_next(comings: Iterable[Coming], wish: Wish) -> list[Coming]:
    """The next calls in order; with ``per_line`` the next of each line, direction and destination.

    That limit keeps a trunk line from crowding out a rare one.
    """
    ordered = sorted(comings, key=lambda coming: coming.at)
    if wish.per_line:
        ordered = keep_per_line(ordered, wish.per_line)
    return ordered[: wish.limit]


def keep_per_line(ordered: Iterable[Coming], per_line: int) -> list[Coming]:
    """The first ``per_line`` of each line, direction and destination, in their order."""
    taken: Counter[tuple[str, int, str]] = Counter()
    kept = []
    for coming in ordered:
        destination = destination_of(coming.here)
        if taken[destination] < per_line:
            taken[destination] += 1
            kept.append(coming)
    return kept
