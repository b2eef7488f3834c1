"""The stops opposite to a stop, for each line that calls there."""

from weakref import WeakKeyDictionary

from api.view.compiled_view import CompiledView
from transit.answers.calls_here import CallHere
from transit.coordinates.datum import Place
from transit.nearby.opposite import OnWay, Opposite, Way, find_opposite

Fields = dict[str, object]

Opposites = tuple[tuple[int, int, Opposite], ...]

# by timetable, gone when it is let go: by stop what is opposite, by pattern its way
_opposites: WeakKeyDictionary[CompiledView, dict[int, Opposites]] = WeakKeyDictionary()
_ways: WeakKeyDictionary[CompiledView, dict[int, Way]] = WeakKeyDictionary()


def list_opposites(compiled: CompiledView, stop: int) -> Opposites:
    """Line (row), direction and the best opposite stop, of each line and direction that calls at the stop."""
    kept = _opposites.setdefault(compiled, {})
    if stop not in kept:
        kept[stop] = _find_opposites(compiled, stop)
    return kept[stop]


def _find_opposites(compiled: CompiledView, stop: int) -> Opposites:
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


def _way(compiled: CompiledView, pattern: int) -> Way:
    kept = _ways.setdefault(compiled, {})
    if pattern not in kept:
        table = compiled.timetable
        first, end = int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1])
        kept[pattern] = tuple(_on_way(compiled, stop) for stop in table.call_stop[first:end].tolist())
    return kept[pattern]


def _on_way(compiled: CompiledView, stop: int) -> OnWay:
    table = compiled.timetable
    parent = int(table.stop_parent[stop])
    name = table.stop_name[parent if parent >= 0 else stop]
    return OnWay(stop, name, Place(float(table.stop_latitude[stop]), float(table.stop_longitude[stop])))
