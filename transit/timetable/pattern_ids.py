"""Names of patterns that outlive a new timetable: they tell of the line, the direction and the stops."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple


class PatternIdentity(NamedTuple):
    """What names a pattern. ``particulars`` is what else sets it apart: stop sequences, boarding rules, shape."""

    line_id: str
    direction: int
    stop_ids: tuple[str, ...]
    particulars: bytes
    trip_count: int


def name_patterns(identities: Sequence[PatternIdentity]) -> list[str]:
    """An id for each pattern: ``line:direction:hash of the stops``.

    Of patterns with equal stops the one with most trips has just that; the others add a hash of their particulars, so
    that no id depends on how many others there are.
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for row, identity in enumerate(identities):
        stops = _digest("\0".join(identity.stop_ids).encode())
        alike[f"{identity.line_id}:{identity.direction}:{stops}"].append(row)
    names = [""] * len(identities)
    for name, rows in alike.items():
        rows.sort(key=lambda row: (-identities[row].trip_count, identities[row].particulars))
        for place, row in enumerate(rows):
            names[row] = f"{name}:{_digest(identities[row].particulars)}" if place else name
    return names


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]
