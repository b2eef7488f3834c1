"""From loads seen on earlier days to habits: how full vehicles usually are, who stays, who boards, hour by hour."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np

from transit.crowding.exchange import STAY_WEIGHT
from transit.history.history import LOAD_ROW
from transit.history.loads_seen import LoadSeen
from transit.tracking.state import Rows

HALF_LIFE_S: Final = 21 * 86400
"""As transit.history.learn: a load counts half as much as one seen so much later."""


def learn_boarding(loads: Sequence[LoadSeen]) -> tuple[list[tuple[str, str, str]], Rows]:
    """Names (line, from stop, to stop) and rows, one for each day type and hour; equal observations give equal rows."""
    newest = max((seen.at for seen in loads), default=0)
    names, rows = [], []
    for key, group in groupby(sorted(loads, key=lambda seen: seen[:5]), key=lambda seen: seen[:5]):
        seen = sorted(group, key=lambda one: (one.at, one.load, one.before or 0.0, one.headway_s or 0, one.left))
        names.append(key[:3])
        rows.append((key[3], key[4], *_habit(seen, newest)))
    return names, np.array(rows, LOAD_ROW)


def _habit(seen: list[LoadSeen], newest: int) -> tuple[float, ...]:
    """Weight, load, headway, boards: as LOAD_ROW has them."""
    weights = 0.5 ** ((newest - np.array([one.at for one in seen], np.float64)) / HALF_LIFE_S)
    loads = np.array([one.load for one in seen])
    load = float((weights * loads).sum() / weights.sum())
    headways = [float(one.headway_s) for one in seen if one.headway_s is not None]
    headway_s = float(np.median(headways)) if headways else 0.0
    known = zip(seen, weights, strict=True)
    pairs = [(one.before, one.load, weight) for one, weight in known if one.before is not None]
    if not pairs:
        return float(weights.sum()), load, headway_s, np.nan
    before, after, worth = (np.array(part, np.float64) for part in zip(*pairs, strict=True))
    usual = float((worth * before).sum() / worth.sum())
    apart = before - usual
    spread = float((worth * apart * apart).sum() / worth.sum())
    moved = float((worth * apart * (after - load)).sum() / worth.sum())
    even = 1.0 - 1.0 / (max(float(np.mean([one.left for one in seen])), 1.0) + 0.5)
    stays = min(max((moved * len(pairs) + STAY_WEIGHT * even) / (spread * len(pairs) + STAY_WEIGHT), 0.0), 1.0)
    return float(weights.sum()), load, headway_s, max(load - stays * usual, 0.0)
