"""How full a line is now, by direction and section: what its vehicles report of where they are."""

from typing import NamedTuple

from transit.answers.line_view import LineView
from transit.conditions.headways_now import list_running
from transit.crowding.ahead import Capacity, crowding_ahead
from transit.crowding.scale import Level
from transit.timetable.compiled import Timetable


class Section(NamedTuple):
    """The way from one stop (row) to the next, and how full the vehicles on it are. ``load``: share of the capacity."""

    from_stop: int
    to_stop: int
    vehicles: int
    load: float
    level: Level
    is_observed: bool


class DirectionNow(NamedTuple):
    """One direction: ``heard`` vehicles under way, ``reporting`` ones among them, and the sections that those are on.

    ``load`` is the mean of the reporting vehicles.
    """

    heard: int
    reporting: int
    load: float
    level: Level
    sections: tuple[Section, ...]


class _Vehicle(NamedTuple):
    position_m: float
    stops: tuple[int, int]
    load: float
    is_observed: bool


def list_line_crowding(
    line: LineView, timetable: Timetable, line_id: str, now: float, capacity: Capacity
) -> dict[int, DirectionNow]:
    """By direction; one of whose vehicles nobody reports how full they are is absent, which never means empty."""
    heard: dict[int, int] = {}
    found: dict[int, list[_Vehicle]] = {}
    for at in list_running(line, line_id, now):
        run = line.forecasts.runs[at]
        if run.next_position < 1 or run.pattern < 0:
            continue
        heard[run.direction_id] = heard.get(run.direction_id, 0) + 1
        crowding = crowding_ahead(run, run.next_position, now, capacity)
        if crowding is not None:
            call = int(timetable.pattern_call_offset[run.pattern]) + run.next_position
            stops = (int(timetable.call_stop[call - 1]), int(timetable.call_stop[call]))
            vehicle = _Vehicle(run.progress_m, stops, crowding.load, crowding.is_observed)
            found.setdefault(run.direction_id, []).append(vehicle)
    return {direction: _describe(heard[direction], vehicles, capacity) for direction, vehicles in sorted(found.items())}


def _describe(heard: int, vehicles: list[_Vehicle], capacity: Capacity) -> DirectionNow:
    by_section: dict[tuple[int, int], list[_Vehicle]] = {}
    for vehicle in sorted(vehicles):
        by_section.setdefault(vehicle.stops, []).append(vehicle)
    load = _mean(vehicles)
    return DirectionNow(
        heard=heard,
        reporting=len(vehicles),
        load=load,
        level=capacity.scale.level_of(load),
        sections=tuple(
            Section(
                *stops,
                vehicles=len(there),
                load=_mean(there),
                level=capacity.scale.level_of(_mean(there)),
                is_observed=all(vehicle.is_observed for vehicle in there),
            )
            for stops, there in by_section.items()
        ),
    )


def _mean(vehicles: list[_Vehicle]) -> float:
    return sum(vehicle.load for vehicle in vehicles) / len(vehicles)
