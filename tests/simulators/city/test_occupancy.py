"""How a train's riders spread over its carriages."""

import numpy as np
import pytest

from simulators.chance import draw_uniform
from simulators.city.demand import TRAIN_CARRIAGES
from simulators.city.movement import DrivenDay
from simulators.city.occupancy import share_carriages
from tests.simulators.city.driven_day import drive_day
from transit.timetable.compiled import Floats, Timetable

WEDNESDAY = 739580
SEED = 7
EVEN = 50


@pytest.fixture(scope="module")
def day(timetable: Timetable) -> DrivenDay:
    return drive_day(timetable, WEDNESDAY, SEED)


def shares_at(timetable: Timetable, day: DrivenDay, rows: np.ndarray) -> Floats:
    return share_carriages(
        SEED + day.duties.day, timetable, day, row=rows, percentage=np.full(len(rows), EVEN), carriages=TRAIN_CARRIAGES
    )


def test_behind_a_first_station_riders_are_where_its_stairs_are(timetable: Timetable, day: DrivenDay) -> None:
    rows = np.flatnonzero((day.duties.is_first == 1) & day.is_train[day.duties.run_of(np.arange(len(day.duties)))])
    rows = rows[day.boarded[rows] > 20]
    stop = timetable.call_stop[day.duties.call_of(rows)].astype(np.int64)
    stairs = draw_uniform(SEED, stop, 95) * (TRAIN_CARRIAGES - 1)
    fullest = shares_at(timetable, day, rows).argmax(axis=1)
    assert len(rows) > 50
    assert np.abs(fullest - stairs).max() <= 1


def test_further_on_they_are_where_all_stairs_behind_them_were(timetable: Timetable, day: DrivenDay) -> None:
    trains = np.flatnonzero(day.is_train[day.duties.run_of(np.arange(len(day.duties)))] & (day.load > 60))
    spread = np.ptp(shares_at(timetable, day, trains), axis=1)
    position = trains - day.duties.row_offset[day.duties.run_of(trains)]
    assert spread[position == 0].mean() > 1.3 * spread[position > 6].mean()
    assert spread[position > 6].mean() > 5, "they are never quite even"


def test_carriages_together_hold_what_the_train_holds(timetable: Timetable, day: DrivenDay) -> None:
    trains = np.flatnonzero(day.is_train[day.duties.run_of(np.arange(len(day.duties)))])
    shares = shares_at(timetable, day, trains)
    assert np.allclose(shares.mean(axis=1), EVEN, atol=3.5)
    assert shares.min() >= 0
