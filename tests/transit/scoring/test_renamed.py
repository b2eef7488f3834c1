"""Trains that came under another id, as the judge finds them in reports alone."""

from typing import Any

import polars as pl
from google.transit.gtfs_realtime_pb2 import FeedMessage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transit.scoring.presence import presence
from transit.scoring.renamed import APART_S, SOON_S, find_renamed, follow_heirs, list_heirs
from transit.scoring.reports import ReportCollector
from transit.scoring.runs import RunIndex, number_runs
from transit.timetable.compiled import Timetable

POLL_S = 60
BEGAN = 1_772_524_800

Shown = tuple[str, str, int]
"""Trip, start and stop of a train in a poll."""


def collect(polls: list[list[Shown]], vehicle: str = "") -> pl.DataFrame:
    collector = ReportCollector()
    for number, trains in enumerate(polls):
        message = FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        for place, (trip, start, call) in enumerate(trains):
            report = message.entity.add(id=f"{place}").vehicle
            report.trip.trip_id, report.trip.start_time, report.trip.start_date = trip, start, "20260303"
            report.stop_id, report.current_status, report.vehicle.id = f"s{1000 * call}-20000", 1, vehicle
        collector.add(message.SerializeToString(), BEGAN + POLL_S * number)
    return collector.reports()


def renamed(town: Timetable, polls: list[list[Shown]], vehicle: str = "") -> dict[str, str]:
    """Trips and the trips as which they went on."""
    index = index_of(town)
    found = find_renamed(number_runs(collect(polls, vehicle), index), index)
    return {index.runs[was].trip_id: index.runs[now].trip_id for was, now in found.items()}


def index_of(town: Timetable) -> RunIndex:
    rails = int(town.trip_pattern[town.trip_id.find("train-1")])
    return RunIndex(town, dict.fromkeys(("planned", "other", "running", "later"), rails))


WAITS: Shown = ("planned", "08:05:00", 0)
OTHER: Shown = ("other", "08:06:00", 0)
RUNS: Shown = ("running", "08:04:30", 1)


def test_a_train_that_leaves_under_another_id_is_the_one_that_waited(town: Timetable) -> None:
    assert renamed(town, [[WAITS], [WAITS], [RUNS]]) == {"planned": "running"}


def test_an_id_that_is_still_shown_is_another_train(town: Timetable) -> None:
    assert renamed(town, [[WAITS], [WAITS, RUNS], [WAITS, RUNS]]) == {}


def test_of_two_ids_that_end_the_one_that_starts_nearer_went_on(town: Timetable) -> None:
    assert renamed(town, [[OTHER, WAITS], [RUNS]]) == {"planned": "running"}


def test_an_id_may_change_twice(town: Timetable) -> None:
    index = index_of(town)
    polls = [[WAITS], [RUNS], [("later", "08:04:40", 1)]]
    found = find_renamed(number_runs(collect(polls), index), index)
    heirs = list_heirs(found, index)
    names = {
        index.runs[heir].trip_id for heir in heirs.filter(pl.col("run") == index.find("planned", "20260303"))["heir"]
    }
    assert names == {"running", "later"}


def test_a_vehicle_with_an_id_of_its_own_keeps_it(town: Timetable) -> None:
    assert renamed(town, [[WAITS], [RUNS]], vehicle="v1") == {}


def test_a_train_seen_behind_where_the_first_one_stood_is_another(town: Timetable) -> None:
    assert renamed(town, [[("planned", "08:05:00", 3)], [("running", "08:05:00", 1)]]) == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(apart_s=st.integers(-300, 300), silent=st.integers(0, 6))
def test_two_ids_are_one_train_where_starts_and_polls_are_near(town: Timetable, apart_s: int, silent: int) -> None:
    start_s = 8 * 3600 + 300 + apart_s
    start = f"{start_s // 3600:02d}:{start_s // 60 % 60:02d}:{start_s % 60:02d}"
    polls = [[WAITS], *([[]] * silent), [("running", start, 1)]]
    is_one = abs(apart_s) <= APART_S and POLL_S * (silent + 1) <= SOON_S
    assert (renamed(town, polls) == {"planned": "running"}) is is_one


def table(columns: dict[str, Any], *rows: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns, orient="row")


CALL = {"run": pl.Int32, "position": pl.Int32}
HEIRS = table({**CALL, "heir": pl.Int32, "heir_position": pl.Int32}, (1, 1, 2, 1), (1, 2, 2, 2), (1, 1, 3, 1))


def test_promises_kept_under_another_id_stand_apart_from_those_kept_by_nobody() -> None:
    promised = table({"sampled_at": pl.Int64, **CALL, "p50": pl.Float64}, (0, 1, 1, 60.0), (0, 1, 2, 90.0))
    came = table({**CALL, "at": pl.Float64}, (2, 1, 70.0), (3, 1, None))
    found = presence(promised, "p50", came, 10_000, HEIRS)
    assert (found.ghost_ratio, found.renamed_ratio) == (0.5, 0.5)
    alone = presence(promised, "p50", came, 10_000)
    assert (alone.ghost_ratio, alone.renamed_ratio) == (1.0, 0.0)


def test_what_was_told_of_a_renamed_train_is_judged_by_when_it_came_under_its_later_ids() -> None:
    told = table({"sampled_at": pl.Int64, **CALL, "p50": pl.Float64}, (0, 1, 1, 60.0), (0, 2, 1, 65.0))
    assert follow_heirs(told, HEIRS).sort("run").rows() == [(0, 2, 1, 60.0), (0, 3, 1, 60.0)]
