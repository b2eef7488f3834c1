import math

import numpy as np
import pytest

from simulators.chance import draw_normal, draw_uniform
from simulators.city.driving import draw
from simulators.city.movement import begin_day
from tests.simulators.city.driven_day import drive_day
from transit.timetable.compiled import Timetable

WEDNESDAY = 739580


@pytest.mark.parametrize("row", [0, 7, 19_000_000])
def test_compiled_draws_are_those_of_chance(row: int) -> None:
    uniform, normal = draw(7, row, 41)
    assert uniform == float(draw_uniform(7, row, 41))
    assert normal == pytest.approx(float(draw_normal(7, row, 41)), abs=1e-12)


def test_a_day_driven_in_steps_is_the_day_driven_at_once(timetable: Timetable) -> None:
    whole, drive = drive_day(timetable, WEDNESDAY, 7), begin_day(timetable, WEDNESDAY, 7)
    starts_at = drive.day.duties.starts_at
    for hour in range(5, 32):
        drive.until(starts_at + 3600 * hour + 17 * (hour % 5))
    drive.until(math.inf)
    for name in whole.made._fields:
        assert np.array_equal(getattr(drive.day.made, name), getattr(whole.made, name))


def test_a_day_is_driven_no_further_than_it_must_be_to_know_a_moment(timetable: Timetable) -> None:
    drive = begin_day(timetable, WEDNESDAY, 7)
    at = drive.day.duties.starts_at + 8 * 3600
    drive.until(at)
    day, made = drive.day, drive.day.is_made
    assert 0.05 < made.mean() < 0.4
    after = np.flatnonzero(made & (day.departure < at) & ~day.duties.is_last)
    assert made[after + 1].all()


def test_vehicles_of_one_depot_are_those_that_share_lines(timetable: Timetable) -> None:
    drive = begin_day(timetable, WEDNESDAY, 7)
    runs, depots = drive.day.duties.runs, drive.depots
    line = timetable.pattern_line[timetable.trip_pattern[runs.trip]]
    depot_of = np.empty(len(drive.day.fleet.row), np.int64)
    depot_of[depots.vehicle] = np.repeat(np.arange(len(depots.now)), np.diff(depots.offset))
    for each in np.unique(line):
        assert len(np.unique(depot_of[runs.duty[line == each]])) == 1
    assert len(depots.now) > 8
