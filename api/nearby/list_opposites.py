"""The stops opposite to a stop, for each line that calls there."""

from functools import lru_cache

from api.view.compiled_view import CompiledView
from transit.answers.calls_here import CallHere
from transit.coordinates.datum import Place
from transit.nearby.opposite import OnWay, Opposite, Way, find_opposite

Fields = dict[str, object]

_KEPT = 20_000


@lru_cache(maxsize=_KEPT)
def list_opposites(compiled: CompiledView, stop: int) -> tuple[tuple[int, int, Opposite], ...]:
    """Line (row), direction and the best opposite stop, of each line and direction that calls at the stop."""
    best: dict[tuple[int, int], Opposite] = {}
    for calls in compiled.calls_at(stop).values():
        for here in calls:
            found = _opposite_of(compiled, here) if here.direction_id in (0, 1) else None
            known = best.get((here.line, here.direction_id))
            if found is not None and (known is None or _rank(found) < _rank(known)):
                best[here.line, here.direction_id] = found
    return tuple((line, direction, found) for (line, direction), found in sorted(best.items()))


def _rank(found: Opposite) -> tuple[float, float]:
    return -found.confidence, found.walk_m


def _opposite_of(compiled: CompiledView, here: CallHere) -> Opposite | None:
    table = compiled.timetable
    patterns = range(int(table.line_pattern_offset[here.line]), int(table.line_pattern_offset[here.line + 1]))
    back = [pattern for pattern in patterns if table.pattern_direction[pattern] == 1 - here.direction_id]
    return find_opposite(_way(compiled, here.pattern), here.position, [_way(compiled, pattern) for pattern in back])


@lru_cache(maxsize=_KEPT)
def _way(compiled: CompiledView, pattern: int) -> Way:
    table = compiled.timetable
    first, end = int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1])
    return tuple(_on_way(compiled, stop) for stop in table.call_stop[first:end].tolist())


def _on_way(compiled: CompiledView, stop: int) -> OnWay:
    table = compiled.timetable
    parent = int(table.stop_parent[stop])
    name = table.stop_name[parent if parent >= 0 else stop]
    return OnWay(stop, name, Place(float(table.stop_latitude[stop]), float(table.stop_longitude[stop])))
