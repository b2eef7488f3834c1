"""Who usually boards a line at a stop by a history: at an hour of such a day, and in its busiest hour."""

from typing import NamedTuple

import numpy as np

from transit.history.history import History
from transit.history.time_of_day import TimeOfDay, weights_at


class Boarding(NamedTuple):
    """Who boards a vehicle of a line at a stop, as a share of its capacity: usually now, and in the busiest hour.

    ``headway_s`` is how far apart vehicles then come.
    """

    boards: float
    headway_s: float
    busiest: float


class BoardingHabits:
    """Looks boarding up by line and by the stops (ids) at both ends of the hop that is boarded for."""

    def __init__(self, history: History) -> None:
        self._loads = history.loads
        named: dict[tuple[str, str, str], list[int]] = {}
        for row, name in enumerate(zip(history.load_line, history.load_from, history.load_to, strict=True)):
            named.setdefault(name, []).append(row)
        self._rows = {name: np.array(rows, np.int64) for name, rows in named.items()}

    def find(self, line: str, from_stop: str, to_stop: str, when: TimeOfDay) -> Boarding | None:
        """``None`` where nobody was ever seen to board there, or vehicles came once only."""
        rows = self._rows.get((line, from_stop, to_stop))
        if rows is None:
            return None
        seen = self._loads[rows]
        seen = seen[~np.isnan(seen["boards"]) & (seen["headway_s"] > 0.0)]
        if not len(seen):
            return None
        weight = weights_at(seen, when)
        total = float(weight.sum())
        boards = float((weight * seen["boards"]).sum()) / total
        headway_s = float((weight * seen["headway_s"]).sum()) / total
        return Boarding(boards, headway_s, max(float(seen["boards"].max()), boards))
