"""Crowding at the stop asked about, from what a run's vehicle last reported."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from schemas.line_forecasts import Carriage, RunForecast
from transit.crowding.load import Load, StopAhead, aged, class_probabilities, load_ahead, reported_load
from transit.crowding.scale import CrowdingScale, Level

STALE_S: Final = 1800
"""What was reported longer ago says nothing of who is aboard now."""

FRESH_S: Final = 120
"""A younger report of a vehicle that has no stop in between is what a rider will find."""

Habit = Callable[[int], StopAhead]
"""What was learned of the call at a position along the run's pattern; with nothing learned, an empty ``StopAhead``."""


class Capacity(NamedTuple):
    """Riders that a vehicle of the line holds; what levels are called."""

    riders: int
    scale: CrowdingScale


class CarriageCrowding(NamedTuple):
    """One carriage: its place in the train (1 leads) and its level on arrival."""

    sequence: int
    level: Level


class Crowding(NamedTuple):
    """How full a vehicle will be when it reaches a stop.

    ``probabilities`` are of GTFS-realtime's classes ``empty`` to ``full``; ``load`` is the expected share of the
    capacity. ``is_observed``: reported with no stop in between. ``board_at`` names the carriages with most room.
    """

    level: Level
    load: float
    probabilities: tuple[float, ...]
    is_observed: bool
    age_s: int
    carriages: tuple[CarriageCrowding, ...]
    board_at: tuple[int, ...]


def no_habit(position: int) -> StopAhead:
    """Nothing was learned of any stop."""
    del position
    return StopAhead()


def crowding_ahead(
    run: RunForecast, position: int, now: float, capacity: Capacity, *, habit: Habit = no_habit
) -> Crowding | None:
    """The crowding of ``run``'s vehicle when it reaches the call at ``position``, asked for at ``now`` (POSIX s).

    ``None`` where nothing was reported that bears on it: no data never reads as empty. A vehicle that is due from
    another run empties before this one; one that has not left its first stop tells of that stop alone, for who is still
    to board there nobody has counted.
    """
    if run.due or position < run.next_position or run.occupancy_observed_at is None:
        return None
    age_s = max(0.0, now - run.occupancy_observed_at)
    if age_s > STALE_S or (run.next_position == 0 and (position > 0 or age_s > FRESH_S)):
        return None
    stops = [habit(between) for between in range(run.next_position, position)]
    carriages = _carriages(run.carriages, stops, age_s, capacity)
    reported = reported_load(run.occupancy_status, run.occupancy_percentage) or _mean_load(run.carriages)
    if reported is None:
        return None
    load = load_ahead(aged(reported, age_s), stops, capacity=capacity.riders)
    return Crowding(
        level=capacity.scale.level_of(load.mean),
        load=load.mean,
        probabilities=class_probabilities(load),
        is_observed=not stops and age_s <= FRESH_S,
        age_s=round(age_s),
        carriages=tuple(carriage for carriage, _ in carriages),
        board_at=_board_at(carriages),
    )


def _carriages(
    carriages: Sequence[Carriage], stops: Sequence[StopAhead], age_s: float, capacity: Capacity
) -> list[tuple[CarriageCrowding, float]]:
    """Each carriage that reported, with its load on arrival; a train's riders are shared evenly among carriages."""
    riders = max(1, capacity.riders // max(1, len(carriages)))
    found = []
    for carriage in carriages:
        reported = reported_load(carriage.occupancy_status, carriage.occupancy_percentage)
        if reported is not None:
            load = load_ahead(aged(reported, age_s), stops, capacity=riders)
            found.append((CarriageCrowding(carriage.sequence, capacity.scale.level_of(load.mean)), load.mean))
    return found


def _mean_load(carriages: Sequence[Carriage]) -> Load | None:
    """A train's load where only its carriages reported."""
    loads = [reported_load(carriage.occupancy_status, carriage.occupancy_percentage) for carriage in carriages]
    known = [load for load in loads if load is not None]
    if not known:
        return None
    count = len(known)
    return Load(sum(load.mean for load in known) / count, sum(load.variance for load in known) / count)


def _board_at(carriages: Sequence[tuple[CarriageCrowding, float]]) -> tuple[int, ...]:
    """The carriages of the lowest level, where levels differ; where they do not, none is worth a walk."""
    levels = {carriage.level.number for carriage, _ in carriages}
    if len(levels) < 2:
        return ()
    return tuple(carriage.sequence for carriage, _ in carriages if carriage.level.number == min(levels))
