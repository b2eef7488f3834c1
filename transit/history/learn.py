"""From observations to a history: robust means for each hop, day type and hour, the older ones fading."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.history.history import HOP_ROW, LAG_ROW, PLACE_ROW, History, history_hash
from transit.history.learn_boarding import learn_boarding
from transit.history.loads_seen import LoadSeen
from transit.history.observed import HopSeen, LagSeen
from transit.timetable.compiled import Strings
from transit.tracking.state import LAG_SHARES, Rows

HALF_LIFE_S: Final = 21 * 86400
"""An observation counts half as much as one made so much later."""

SURPRISE: Final = 0.5
"""A time further from the middle than this (ln) counts as if it lay there: an incident is no habit."""

LEAST_S: Final = 5.0


def learn_history(
    hops: Sequence[HopSeen],
    lags: Sequence[LagSeen],
    places: Iterable[Rows],
    days: int,
    loads: Sequence[LoadSeen] = (),
) -> History:
    """Reduce observations; ``places`` are rows of transit.forecasting.memory.PLACE, of any lines."""
    newest = max([hop.at for hop in hops] + [lag.at for lag in lags], default=0)
    hop_names, hop_rows = _learn_hops(hops, newest)
    lag_names, lag_rows = _learn_lags(lags, newest)
    load_names, load_rows = learn_boarding(loads)
    parts: dict[str, Strings | npt.NDArray[np.void]] = {
        "hop_from": Strings.of([name[0] for name in hop_names]),
        "hop_to": Strings.of([name[1] for name in hop_names]),
        "hops": hop_rows,
        "lag_stop": Strings.of(lag_names),
        "lags": lag_rows,
        "places": _merge_places(places),
        "load_line": Strings.of([name[0] for name in load_names]),
        "load_from": Strings.of([name[1] for name in load_names]),
        "load_to": Strings.of([name[2] for name in load_names]),
        "loads": load_rows,
    }
    count = len(hops) + len(lags) + len(loads)
    return History(hash=history_hash(parts), days=days, observations=count, **parts)  # type: ignore[arg-type]  # each by its name


def _learn_hops(hops: Sequence[HopSeen], newest: int) -> tuple[list[tuple[str, str]], Rows]:
    names, rows = [], []
    ordered = sorted(hops, key=lambda hop: hop[:5])
    for (from_stop, to_stop, day_type, hour), group in groupby(ordered, key=lambda hop: hop[:4]):
        seen = list(group)
        both = _mean_log([(hop.both_s, hop.at) for hop in seen], newest)
        run = _mean_log([(hop.run_s, hop.at) for hop in seen], newest)
        dwell = _mean_log([(hop.dwell_s, hop.at) for hop in seen], newest)
        if both[0] <= 0.0 and run[0] <= 0.0:
            continue
        names.append((from_stop, to_stop))
        rows.append((day_type, hour, both[0] or run[0], both[1] or run[1], run[1] or both[1], dwell[0], dwell[1]))
    return names, np.array(rows, HOP_ROW)


def _mean_log(seen: "list[tuple[int | None, int]]", newest: int) -> tuple[float, float]:
    """Weight and mean of ln(seconds); (0, 0) of nothing."""
    known = [(max(float(took_s), LEAST_S), at) for took_s, at in seen if took_s is not None]
    if not known:
        return 0.0, 0.0
    logs = np.log([took_s for took_s, _ in known])
    weights = _fade([at for _, at in known], newest)
    middle = float(np.median(logs))
    kept = np.clip(logs, middle - SURPRISE, middle + SURPRISE)
    return float(weights.sum()), float((weights * kept).sum() / weights.sum())


def _fade(at: "list[int]", newest: int) -> "npt.NDArray[np.float64]":
    return np.asarray(0.5 ** ((newest - np.array(at, np.float64)) / HALF_LIFE_S))


def _learn_lags(lags: Sequence[LagSeen], newest: int) -> tuple[list[str], Rows]:
    names, rows = [], []
    shares = (np.arange(LAG_SHARES) + 0.5) / LAG_SHARES
    for (stop, day_type, hour), group in groupby(sorted(lags), key=lambda lag: lag[:3]):
        seen = list(group)
        weights = _fade([lag.at for lag in seen], newest)
        names.append(stop)
        rows.append((day_type, hour, float(weights.sum()), np.quantile([lag.lag_s for lag in seen], shares)))
    return names, np.array(rows, LAG_ROW)


def _merge_places(places: Iterable[Rows]) -> Rows:
    """One row a place: lines that share a spot of a hop share what they learned there."""
    known = np.concatenate([np.zeros(0, PLACE_ROW), *(rows[rows["count"] > 0.0].astype(PLACE_ROW) for rows in places)])
    keys, of = np.unique(known["key"], return_inverse=True)
    merged = np.zeros(len(keys), PLACE_ROW)
    counts = np.bincount(of, known["count"].astype(np.float64), len(keys))
    sums = np.bincount(of, (known["count"] * known["mean_log"]).astype(np.float64), len(keys))
    merged["key"], merged["count"] = keys, counts
    merged["mean_log"] = sums / np.maximum(counts, 1e-9)
    return merged
