"""Runs by frequency share a trip: whoever speaks of one names it by its start, and is not held against another's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from transit.scoring.agency import agency_rows, read_updates
from transit.scoring.judge import number_served
from transit.scoring.runs import RunIndex, number_runs
from transit.scoring.terminal_boards import _aimed
from transit.timetable.compiled import Timetable

DAY = "20260303"
MIDNIGHT = 1_772_524_800 - 8 * 3600
STARTS = ("08:00:00", "08:10:00", "8:20:00")


@pytest.fixture
def often(drive_way: Callable[..., Any]) -> Timetable:
    """A line that runs every ten minutes under one trip."""
    timetable: Timetable = drive_way([(0.0, 0.0), (1500.0, 0.0)], [(0.0, 0.0), (1500.0, 0.0)], every_s=600).timetable
    return timetable


def reports(*named: tuple[str, str | None]) -> pl.DataFrame:
    """Rows (trip, start), a minute after one another."""
    rows = [(trip, DAY, start, MIDNIGHT + 8 * 3600 + 60 * minute) for minute, (trip, start) in enumerate(named)]
    names = {"trip_id": pl.String, "start_date": pl.String, "start_time": pl.String, "observed_at": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def test_each_start_of_a_frequency_is_a_run_of_its_own_with_its_own_times(often: Timetable) -> None:
    index = RunIndex(often)
    numbered = number_runs(reports(*(("way-1", start) for start in (*STARTS, STARTS[0]))), index)
    assert numbered["run"].to_list() == [0, 1, 2, 0]
    starts = [int(run.aimed_departure_s[0]) - MIDNIGHT for run in index.runs]
    assert starts == [28_800, 29_400, 30_000]
    assert index.find("way-1", DAY, 29_400) == 1


def test_forecasts_and_the_agencys_updates_are_of_the_run_that_they_name(often: Timetable) -> None:
    index = RunIndex(often)
    number_runs(reports(*(("way-1", start) for start in STARTS)), index)
    served = reports(("way-1", "08:10:00"), ("way-1", "08:20:00")).with_columns(
        position=pl.lit(0), sampled_at="observed_at", basis=pl.lit(0), vehicle_id=pl.lit("a"),
        next_position=pl.lit(0), pattern=pl.lit(0),
    )  # fmt: skip
    assert sorted(number_served(served, index)["run"].to_list()) == [1, 2]
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    update = message.entity.add(id="u").trip_update
    update.trip.trip_id, update.trip.start_date, update.trip.start_time = "way-1", DAY, "08:20:00"
    update.stop_time_update.add(stop_sequence=2).arrival.time = MIDNIGHT + 30_100
    told = agency_rows({MIDNIGHT + 30_000: read_updates(message.SerializeToString())}, index)
    assert told["run"].to_list() == [2]


def test_where_reports_give_no_start_all_is_of_the_one_run_that_they_show(often: Timetable) -> None:
    index = RunIndex(often)
    number_runs(reports(("way-1", None)), index)
    assert index.number("way-1", DAY, "08:10:00", 0) == 0


def test_a_start_tells_nothing_of_a_trip_that_runs_once(town: Timetable) -> None:
    index = RunIndex(town)
    assert number_runs(reports(("out-1", "08:00:00"), ("out-1", None)), index)["run"].to_list() == [0, 0]


def test_a_headway_alone_gives_no_departure_to_wait_for(often: Timetable) -> None:
    index = RunIndex(often)
    number_runs(reports(("way-1", STARTS[0])), index)
    assert list(_aimed(index, {0})) == []


def test_starts_that_a_frequency_fixes_are_waited_for_one_by_one(often: Timetable) -> None:
    fixed = replace(often, frequency_exact=np.ones_like(often.frequency_exact))
    index = RunIndex(fixed)
    number_runs(reports(("way-1", "08:10:00")), index)
    aimed = list(_aimed(index, {0}))
    assert [each.at - MIDNIGHT for each in aimed[:3]] == [28_800, 29_400, 30_000]
    assert [each.number for each in aimed[:3]] == [-1, 0, -1]
    assert aimed[-1].at == MIDNIGHT + 10 * 3600 - 600
