from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from schemas.topics import Topic
from schemas.truth import (
    TRUTH_CALLS,
    TRUTH_CAUSES,
    TRUTH_LOADS,
    TRUTH_POSITIONS,
    Cause,
    TrueCall,
    TrueCause,
    decode_calls,
    decode_causes,
    decode_loads,
    decode_positions,
)
from simulators.city.city import City
from simulators.city.conditions import Conditions
from simulators.city.devices import PERFECT
from simulators.city.truth import tabulate_truth
from simulators.city.truth_told import Told, tell_truth
from transit.timetable.compiled import Timetable

BEGIN = int(datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
MINUTES_S = 1200
TROUBLED = Conditions(
    cancelled_ratio=0.05, short_turn_ratio=0.05, added_ratio=0.05, closed_ratio=0.05, late_pull_out_ratio=0.3
)


def listen(timetable: Timetable, step_s: int) -> list[Told]:
    city = City(timetable, 7, PERFECT, TROUBLED)
    told: list[Told] = []
    for at in range(BEGIN + step_s, BEGIN + MINUTES_S + 1, step_s):
        city.feed_at(at)
        told.extend(tell_truth(timetable, city.drives(), at - step_s, at))
    return told


def values(told: list[Told], topic: Topic) -> list[bytes]:
    return [each.value for each in told if each.topic is topic]


@pytest.fixture(scope="module")
def told(timetable: Timetable) -> list[Told]:
    return listen(timetable, 30)


def calls_of(told: list[Told]) -> list[TrueCall]:
    return [call for value in values(told, TRUTH_CALLS) for call in decode_calls(value).rows]


def causes_of(told: list[Told]) -> list[TrueCause]:
    return [cause for value in values(told, TRUTH_CAUSES) for cause in decode_causes(value).rows]


@pytest.fixture(scope="module")
def whole(timetable: Timetable) -> pl.DataFrame:
    """What the day's table has of those minutes."""
    city = City(timetable, 7, PERFECT, TROUBLED)
    city.feed_at(BEGIN)
    truth = pl.concat([tabulate_truth(timetable, day) for day in city.driven_days()])
    return truth.filter((pl.col("departure") > BEGIN) & (pl.col("departure") <= BEGIN + MINUTES_S))


def test_the_same_city_tells_the_same_bytes(timetable: Timetable, told: list[Told]) -> None:
    assert listen(timetable, 30) == told


def test_at_another_pace_the_same_calls_loads_and_causes_are_told(timetable: Timetable, told: list[Told]) -> None:
    other = listen(timetable, 200)
    assert sorted(map(repr, calls_of(other))) == sorted(map(repr, calls_of(told)))
    assert sorted(map(repr, causes_of(other))) == sorted(map(repr, causes_of(told)))


def test_every_call_is_told_once_as_the_days_table_has_it(told: list[Told], whole: pl.DataFrame) -> None:
    found = {(call.run.trip_id, call.run.start_time, call.stop_sequence): call for call in calls_of(told)}
    assert len(found) == len(calls_of(told)) == len(whole)
    for row in whole.iter_rows(named=True):
        call = found[row["trip_id"], row["start_time"], row["stop_sequence"]]
        assert (call.pattern, call.is_rail, call.is_first) == (row["pattern"], row["is_rail"], row["is_first"])
        assert call.aimed_departure == row["aimed_departure"]
        assert abs(call.arrival - row["arrival"]) < 0.01
        assert abs(call.departure - row["departure"]) < 0.01


def test_loads_are_those_of_the_same_calls(told: list[Told], whole: pl.DataFrame) -> None:
    loads = [load for value in values(told, TRUTH_LOADS) for load in decode_loads(value).rows]
    assert len(loads) == len(whole)
    assert sum(load.load for load in loads) == whole["load"].sum()
    assert sum(load.left_behind for load in loads) == whole["left_behind"].sum()
    assert {load.room for load in loads} == set(whole["room"].unique())


def test_positions_are_where_perfect_devices_say_that_vehicles_are_but_exact(
    timetable: Timetable, told: list[Told]
) -> None:
    last = [decode_positions(value) for value in values(told, TRUTH_POSITIONS)]
    last = [each for each in last if each.at == BEGIN + MINUTES_S]
    exact = {row.vehicle_id: row for each in last for row in each.rows}
    seen = City(timetable, 7, PERFECT, TROUBLED).positions_at(BEGIN + MINUTES_S).entity
    near = [
        np.hypot(
            (entity.vehicle.position.latitude - exact[entity.id].latitude) * 111_195,
            (entity.vehicle.position.longitude - exact[entity.id].longitude) * 95_700,
        )
        for entity in seen
        if entity.id in exact
    ]
    assert len(near) > 0.95 * len(seen)
    assert np.median(near) < 150
    assert len({row.run.trip_id for row in exact.values()}) > 50


def test_every_cause_of_a_troubled_day_is_told(told: list[Told]) -> None:
    causes = causes_of(told)
    assert {each.cause for each in causes} == set(Cause) - {Cause.LATE_PULL_OUT} | {
        each.cause for each in causes if each.cause is Cause.LATE_PULL_OUT
    }
    whole_runs = {Cause.CANCELLED, Cause.ADDED, Cause.LATE_PULL_OUT}
    assert all((each.stop_sequence is None) == (each.cause in whole_runs) for each in causes)
    assert all(each.seconds > 0 for each in causes if each.cause in (Cause.STALLED, Cause.SIGNAL, Cause.DETOUR))


def test_who_is_held_at_a_stop_leaves_it_at_its_time(told: list[Told]) -> None:
    held = {
        (each.run.trip_id, each.run.start_time, each.stop_sequence)
        for each in causes_of(told)
        if each.cause is Cause.HELD and each.seconds > 5
    }
    at_signals = {
        (each.run.trip_id, each.run.start_time, each.stop_sequence)
        for each in causes_of(told)
        if each.cause is Cause.SIGNAL
    }
    calls = [c for c in calls_of(told) if (c.run.trip_id, c.run.start_time, c.stop_sequence) in held]
    at_once = [c for c in calls if (c.run.trip_id, c.run.start_time, c.stop_sequence) not in at_signals]
    assert len(at_once) > 10
    assert all(abs(call.departure - call.aimed_departure) < 1 for call in at_once)
    assert all(call.departure - call.aimed_departure > -1 for call in calls)


def test_on_a_usual_day_nothing_is_added_and_no_street_is_closed(timetable: Timetable) -> None:
    city = City(timetable, 7, PERFECT)
    city.feed_at(BEGIN)
    causes = causes_of(list(tell_truth(timetable, city.drives(), BEGIN - 1800, BEGIN)))
    assert {Cause.SIGNAL, Cause.TRAFFIC} <= {each.cause for each in causes}
    assert not {Cause.ADDED, Cause.DETOUR} & {each.cause for each in causes}
