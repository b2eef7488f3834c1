"""Crowding at the stop asked about, from what a run's vehicle last reported."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.line_forecasts import Carriage, RunForecast
from transit.crowding.load import Load, aged, beyond_stops, class_probabilities, reported_load
from transit.crowding.scale import CrowdingScale, Level

STALE_S: Final = 1800
"""What was reported longer ago says nothing of who is aboard now."""

FRESH_S: Final = 120
"""A younger report of a vehicle that has no stop in between is what a rider will find."""

LEAST_LOAD: Final = 0.05
"""From carriages emptier than this nobody can tell which will be fuller further on."""


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


def crowding_ahead(
    run: RunForecast, position: int, now: float, capacity: Capacity, *, foretold: Load | None = None
) -> Crowding | None:
    """The crowding of ``run``'s vehicle when it reaches the call at ``position``, asked for at ``now`` (POSIX s).

    ``foretold`` is the load that the tracker worked out for that call from who usually gets off and on before it
    (transit.crowding.roll_loads). What the vehicle reports itself is taken where no stop lies in between; where nothing
    was foretold it stands, ever less sure. ``None`` where nothing was reported that bears on it: no data never reads
    as empty. A vehicle that is due from another run empties before this one, and one that has not left its first stop
    tells of that stop alone: beyond it only what was foretold speaks.
    """
    if position < run.next_position or run.occupancy_observed_at is None:
        return None
    age_s = max(0.0, now - run.occupancy_observed_at)
    reported = reported_load(run.occupancy_status, run.occupancy_percentage) or _mean_load(run.carriages)
    if age_s > STALE_S or reported is None:
        return None
    stops = position - run.next_position
    is_empty_before = run.due or run.next_position == 0
    if stops or run.due:
        if foretold is None and is_empty_before:
            return None
        load = foretold or beyond_stops(aged(reported, age_s), stops)
    elif is_empty_before and age_s > FRESH_S:
        return None
    else:
        load = aged(reported, age_s)
    shown = () if run.due else run.carriages
    carriages = _carriages(shown, load.mean / max(reported.mean, LEAST_LOAD) if stops else 1.0, capacity)
    return Crowding(
        level=capacity.scale.level_of(load.mean),
        load=load.mean,
        probabilities=class_probabilities(load),
        is_observed=not stops and age_s <= FRESH_S,
        age_s=round(age_s),
        carriages=tuple(carriage for carriage, _ in carriages),
        board_at=_board_at(carriages),
    )


def _carriages(carriages: Sequence[Carriage], times: float, capacity: Capacity) -> list[tuple[CarriageCrowding, float]]:
    """Each carriage that reported, with its load on arrival: ``times`` as full as now, like the whole train."""
    found = []
    for carriage in carriages:
        reported = reported_load(carriage.occupancy_status, carriage.occupancy_percentage)
        if reported is not None:
            load = reported.mean * times
            found.append((CarriageCrowding(carriage.sequence, capacity.scale.level_of(load)), load))
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
