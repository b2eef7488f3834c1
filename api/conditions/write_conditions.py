"""A line's conditions as JSON."""

from collections import Counter
from collections.abc import Sequence

from api.arrivals.write_crowding import level_fields
from api.lines.find_line import LineHere
from api.view.memory import View
from transit.answers.aimed_calls import Span
from transit.answers.line_view import run_key
from transit.answers.runs_due import list_runs_under_way
from transit.conditions.headways_now import list_headways, list_running, speed_now_mps
from transit.conditions.planned_headways import list_planned_headways
from transit.conditions.regularity import Regularity, describe_headways
from transit.conditions.service_level import service_level
from transit.crowding.line_now import list_line_crowding

Fields = dict[str, object]

_AROUND_S = 1800
_SPEED_DIGITS = 1
_RATIO_DIGITS = 2


def conditions_fields(view: View, line: LineHere) -> Fields:
    """Service, speed and headways of a line now."""
    compiled, value = line.compiled, line.value
    now = view.now(compiled.name)
    # a value speaks of the rows of its own timetable
    table = compiled.timetable if value is None else view.shelf[value.forecasts.timetable].timetable
    speed = None if value is None else speed_now_mps(value, table, line.local_id, now)
    headways = {} if value is None else list_headways(value, table, line.local_id, now)
    today = view.today(compiled)
    days = [compiled.service_day(day) for day in (today - 1, today)]
    span = Span(now - _AROUND_S, now + _AROUND_S)
    planned = list_planned_headways(compiled.timetable, line.row, days, span)
    running = _running_by_direction(line, now)
    return {
        "line": compiled.line_json(line.row),
        "computed_at": None if value is None else compiled.times.find(value.forecasts.computed_at),
        "speed_mps": None if speed is None else round(speed, _SPEED_DIGITS),
        "service": _service_fields(view, line, now),
        "directions": [
            _direction_fields(direction, running[direction], headways.get(direction, ()), planned.get(direction, ()))
            for direction in sorted(planned.keys() | headways.keys())
        ],
        "crowding": _list_crowding(view, line, now),
    }


def _list_crowding(view: View, line: LineHere, now: float) -> list[Fields]:
    """How full the line is now, by direction and section, as far as its vehicles report it."""
    if line.value is None:
        return []
    compiled = view.shelf[line.value.forecasts.timetable]
    row = compiled.timetable.line_id.find(line.local_id)
    capacity = view.capacity_of(compiled, row)
    found = list_line_crowding(line.value, compiled.timetable, line.local_id, now, capacity)
    return [
        {
            "direction_id": None if direction < 0 else direction,
            "vehicles": now_there.heard,
            "reporting": now_there.reporting,
            "load_percentage": round(100 * now_there.load),
            **level_fields(now_there.level),
            "sections": [
                {
                    "from": compiled.stop_json(section.from_stop),
                    "to": compiled.stop_json(section.to_stop),
                    "vehicles": section.vehicles,
                    "load_percentage": round(100 * section.load),
                    **level_fields(section.level),
                    "basis": "observed" if section.is_observed else "estimated",
                }
                for section in now_there.sections
            ],
        }
        for direction, now_there in found.items()
    ]


def _running_by_direction(line: LineHere, now: float) -> Counter[int]:
    if line.value is None:
        return Counter()
    runs = line.value.forecasts.runs
    return Counter(runs[at].direction_id for at in list_running(line.value, line.local_id, now))


def _service_fields(view: View, line: LineHere, now: float) -> Fields:
    compiled, value = line.compiled, line.value
    today = view.today(compiled)
    dues = [list_runs_under_way(compiled.timetable, compiled.service_day(day), now) for day in (today - 1, today)]
    keys = {key for due in dues for key in due.under_way.get(line.row, ())}
    by_headway = sum(int(due.by_headway[line.row]) for due in dues)
    heard = set()
    if value is not None:
        heard = {run_key(value.forecasts.runs[at]) for at in list_running(value, line.local_id, now)}
    due = len(keys) + by_headway
    tracked = len(keys & heard) + min(by_headway, len(heard - keys))
    return {
        "due": due,
        "tracked": tracked,
        "ratio": round(tracked / due, _RATIO_DIGITS) if due else None,
        "level": service_level(due, tracked, is_feed_down=value is not None and value.is_feed_down),
    }


def _direction_fields(direction: int, vehicles: int, now_s: Sequence[int], planned_s: Sequence[int]) -> Fields:
    planned = describe_headways(planned_s, planned_s=None)
    now = describe_headways(now_s, planned_s=planned.mean_s)
    return {
        "direction_id": None if direction < 0 else direction,
        "vehicles": vehicles,
        "now": {**_headway_fields(now), "bunched": now.bunched, "gaps": now.gaps},
        "planned": _headway_fields(planned),
    }


def _headway_fields(told: Regularity) -> Fields:
    return {
        "headways": told.headways,
        "min_s": told.min_s,
        "mean_s": None if told.mean_s is None else round(told.mean_s, 1),
        "max_s": told.max_s,
        "expected_wait_s": None if told.expected_wait_s is None else round(told.expected_wait_s, 1),
    }
