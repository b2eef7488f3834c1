"""A history as one line reads it at one hour of one day: what is usual there, shrunk from day and hour to all days."""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.assignment.service_days import TURN_OF_DAY_S
from transit.history.day_type import day_type
from transit.history.demand_by_hour import demand_by_hour
from transit.history.history import History
from transit.history.observed import HOUR_S
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import local_day, service_day_start_s
from transit.tracking.line_tables import LineTables
from transit.tracking.past import Past, no_past
from transit.tracking.state import Rows

PARENT_WEIGHT: Final = 5.0
"""So many observations is what is usual on all such days worth beside one hour's, and on all days beside one kind's."""

WEIGHT_MAX: Final = 12.0
"""However much was seen, it is worth no more than so many vehicles of today."""


class LinePast:
    """What one line takes from a history, made anew when the hour turns."""

    def __init__(self, history: History | None, timetable: Timetable, tables: LineTables) -> None:
        self._history = history
        self._timetable = timetable
        self._tables = tables
        self._hour: tuple[int, int] | None = None
        self._past = no_past(tables)
        if history is None:
            return
        names = _index(history)
        stops = [timetable.stop_id[int(stop)] for stop in tables.calls["stop"].tolist()]
        hops = timetable.hop_from_stop[tables.hop_rows], timetable.hop_to_stop[tables.hop_rows]
        pairs = [(timetable.stop_id[int(a)], timetable.stop_id[int(b)]) for a, b in zip(*hops, strict=True)]
        self._hop_rows = [names[0].get(pair, _NO_ROWS) for pair in pairs]
        self._load_rows, self._load_hops = _index_loads(history, {timetable.line_id[line] for line in tables.lines})
        self._lag_rows = [names[1].get(stops[first], _NO_ROWS) for first in tables.patterns["call_first"].tolist()]

    def at(self, now: int) -> Past:
        """What is usual at a moment."""
        if self._history is None:
            return self._past
        day = local_day(self._timetable.timezone, now - TURN_OF_DAY_S)
        hour = (now - service_day_start_s(self._timetable.timezone, day)) // HOUR_S
        if (day, hour) != self._hour:
            self._hour = (day, hour)
            self._past = self._look_up(self._history, day_type(self._timetable, day), hour)
            self._past.demand["starts_at"] = service_day_start_s(self._timetable.timezone, day)
        return self._past

    def _look_up(self, history: History, kind: int, hour: int) -> Past:
        past = no_past(self._tables)
        for row, rows in enumerate(self._hop_rows):
            if len(rows):
                seen = history.hops[rows]
                both = _shrink(seen, ("count", "both_log"), kind, hour)
                run = _shrink(seen, ("count", "run_log"), kind, hour)
                dwell = _shrink(seen, ("dwell_count", "dwell_log"), kind, hour)
                past.hops[row] = (min(both[0], WEIGHT_MAX), both[1], run[1], min(dwell[0], WEIGHT_MAX), dwell[1])
        for row, rows in enumerate(self._lag_rows):
            if len(rows):
                seen = history.lags[rows]
                weight, lag_s = _shrink(seen, ("count", "lag_s"), kind, hour)
                past.lags[row] = (min(weight, WEIGHT_MAX), lag_s)
        past.demand["level"] = demand_by_hour(history.loads[self._load_rows], self._load_hops, kind)
        return past._replace(places=history.places) if len(history.places) else past


_NO_ROWS: Final = np.zeros(0, np.int64)
_Named = dict[tuple[str, str], npt.NDArray[np.int64]]


def _index(history: History) -> tuple[_Named, dict[str, npt.NDArray[np.int64]]]:
    """The rows of each hop and each first stop."""
    hops: dict[tuple[str, str], list[int]] = {}
    for row, pair in enumerate(zip(history.hop_from, history.hop_to, strict=True)):
        hops.setdefault(pair, []).append(row)
    lags: dict[str, list[int]] = {}
    for row, stop in enumerate(history.lag_stop):
        lags.setdefault(stop, []).append(row)
    return ({k: np.array(v) for k, v in hops.items()}, {k: np.array(v) for k, v in lags.items()})


def _index_loads(history: History, lines: set[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows of loads on the hops of these lines (ids), and a number for each one's hop."""
    numbers: dict[tuple[str, str, str], int] = {}
    rows, hops = [], []
    for row, name in enumerate(zip(history.load_line, history.load_from, history.load_to, strict=True)):
        if name[0] in lines:
            rows.append(row)
            hops.append(numbers.setdefault(name, len(numbers)))
    return np.array(rows, np.int64), np.array(hops, np.int64)


def _shrink(rows: Rows, names: tuple[str, str], kind: int, hour: int) -> "tuple[float, npt.NDArray[np.float64]]":
    """Weight of all that was seen, and its mean: the hour's shrunk to its kind of day's, that to all days'."""
    weight, value = rows[names[0]].astype(np.float64), rows[names[1]].astype(np.float64)
    alike = rows["day_type"] == kind
    mean = _mean(value, weight, 0.0, 0.0)
    mean = _mean(value[alike], weight[alike], mean, PARENT_WEIGHT)
    this = alike & (rows["hour"] == hour)
    return float(weight.sum()), _mean(value[this], weight[this], mean, PARENT_WEIGHT)


def _mean(
    value: "npt.NDArray[np.float64]",
    weight: "npt.NDArray[np.float64]",
    parent: "npt.NDArray[np.float64] | float",
    k: float,
) -> "npt.NDArray[np.float64]":
    return np.asarray((np.tensordot(weight, value, (0, 0)) + k * np.asarray(parent)) / max(weight.sum() + k, 1e-9))
