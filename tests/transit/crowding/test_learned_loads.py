"""Loads ahead as the tracker works them out: who usually gets off and on, what that makes of a load, and for whom."""

import numpy as np
import pytest

from schemas.line_forecasts import LOAD_COLUMNS, NO_LOAD, NO_TIME, TIME_COLUMNS
from transit.crowding.learn_loads import demand_now, exchange_at, note_riders, stop_noise, told_load
from transit.crowding.load import reported_load
from transit.crowding.memory import HOP_LOAD, LINE_LOAD, RIDERS
from transit.crowding.roll_loads import crowd_runs
from transit.crowding.scale import CLASSES
from transit.tracking.line_tables import CALL, PATTERN
from transit.tracking.standing import EN_ROUTE, NOT_DEPARTED, STANDING
from transit.tracking.state import NONE, VEHICLE, Rows

CALLS = 6
EVERY_S = 600
HOP_S = 100
USUAL = (20, 50, 60, 30, 10)
"""Per cent aboard on each hop: a vehicle fills to its middle and empties to its end."""


class Line:
    """A line of six stops on which vehicles report how full they are."""

    def __init__(self) -> None:
        self.calls = np.zeros(CALLS, CALL)
        self.calls["hop"] = np.arange(-1, CALLS - 1)
        self.patterns = np.zeros(1, PATTERN)
        self.patterns["call_count"] = CALLS
        self.hop_loads: Rows = np.zeros(CALLS - 1, HOP_LOAD)
        self.line: Rows = np.zeros(1, LINE_LOAD)
        self.now = 1_000_000

    @property
    def way(self) -> tuple[Rows, Rows]:
        return self.calls, self.patterns[0]

    def drive(self, loads: tuple[int, ...] = USUAL, *, key: int = 1) -> None:
        """Let a vehicle drive the whole line, reporting ``loads`` (per cent) on its hops."""
        vehicle, riders = self.vehicle(key), np.zeros(1, RIDERS)
        for hop, percentage in enumerate(loads):
            self.on_hop(vehicle, hop, percentage)
            note_riders(riders[0], vehicle[0], self.way, (self.hop_loads, self.line[0]))
        vehicle["finished"] = 1
        note_riders(riders[0], vehicle[0], self.way, (self.hop_loads, self.line[0]))

    def vehicle(self, key: int = 1) -> Rows:
        vehicle = np.zeros(1, VEHICLE)
        vehicle["run_key"], vehicle["owner"], vehicle["departed_origin"] = key, 1, 1
        vehicle["occupancy_status"] = NONE
        return vehicle

    def on_hop(self, vehicle: Rows, hop: int, percentage: int) -> None:
        vehicle["arrived"] = vehicle["departed"] = hop
        vehicle["departed_time"] = self.now + hop * HOP_S
        vehicle["occupancy_time"] = self.now + hop * HOP_S + 30
        vehicle["occupancy_percentage"] = percentage

    def day(self, vehicles: int = 8) -> None:
        for key in range(1, vehicles + 1):
            self.drive(key=key)
            self.now += EVERY_S

    def ahead(self, vehicle: Rows, hop: int, *, state: int = EN_ROUTE) -> list[int]:
        """Per cent foretold for each call from the one that ends ``hop`` (counted from 0) on."""
        return [int(load) for load in self.foretell(vehicle, hop, state=state)[:, 0]]

    def foretell(
        self, vehicle: Rows, hop: int, *, state: int = EN_ROUTE, hop_s: int = HOP_S
    ) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
        """The rows of loads told of a vehicle that needs ``hop_s`` for each hop ahead."""
        standing = np.zeros(1, STANDING)
        first = 0 if state == NOT_DEPARTED else hop + 1
        standing["state"], standing["next_position"], standing["after"] = state, first, NONE
        standing["call_count"] = CALLS - first
        for name in ("occupancy_status", "occupancy_percentage", "occupancy_time"):
            standing[name] = vehicle[name]
        times = np.full((CALLS, TIME_COLUMNS), NO_TIME, np.int16)
        loads = np.zeros((CALLS, LOAD_COLUMNS), np.uint8)
        now = self.now + hop * HOP_S + 40
        times[: CALLS - first, 4] = [(k - hop) * hop_s - 40 for k in range(first, CALLS)]
        riders = np.zeros(1, RIDERS)
        state_rows = (vehicle, riders, self.hop_loads, self.line)
        crowd_runs(standing, 1, state_rows, (self.calls, self.patterns), (now, times, loads))
        return loads[: CALLS - first]


@pytest.fixture
def line() -> Line:
    found = Line()
    found.day()
    return found


def test_a_vehicle_as_full_as_usual_is_told_to_stay_so_at_every_stop_ahead(line: Line) -> None:
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 20)
    assert line.ahead(vehicle, 0) == pytest.approx([20, 50, 60, 30, 10], abs=2)


def test_a_fuller_vehicle_stays_fuller_until_its_riders_get_off(line: Line) -> None:
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 40)
    more = np.array(line.ahead(vehicle, 0)) - [20, 50, 60, 30, 10]
    assert more[0] == 20
    assert (np.diff(more) <= 1).all()
    assert 0 <= more[-1] < 8


def test_who_comes_after_a_long_gap_finds_more_people_waiting(line: Line) -> None:
    line.now += EVERY_S
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 20)
    assert line.ahead(vehicle, 0)[1] > 60


def test_a_vehicle_still_to_leave_is_told_as_full_as_usual_beyond_its_first_stop(line: Line) -> None:
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 0)
    vehicle["occupancy_status"] = 0
    vehicle["departed_origin"] = 0
    told = line.ahead(vehicle, 0, state=NOT_DEPARTED)
    assert told[0] == NO_LOAD
    assert told[1:] == pytest.approx(list(USUAL), abs=2)


def test_a_vehicle_that_reports_no_load_is_told_of_none(line: Line) -> None:
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, -1)
    vehicle["occupancy_time"] = 0
    assert line.ahead(vehicle, 0) == [NO_LOAD] * (CALLS - 1)


def test_where_nothing_was_learned_a_load_stays_and_gets_less_sure() -> None:
    fresh = Line()
    vehicle = fresh.vehicle()
    fresh.on_hop(vehicle, 0, 40)
    assert fresh.ahead(vehicle, 0) == [40] * (CALLS - 1)


def test_where_the_usual_load_falls_by_more_than_even_travel_says_more_get_off_and_nobody_boards(line: Line) -> None:
    stays, boards = exchange_at(line.way, line.hop_loads, 3)
    assert stays == pytest.approx(0.5, abs=0.02)
    assert boards == pytest.approx(0.0, abs=0.01)


def test_demand_that_falls_on_the_whole_line_is_believed_before_every_stop_has_shown_it(line: Line) -> None:
    before = demand_now(line.line[0])
    for key in range(20, 23):
        line.drive((10, 25, 30, 15, 5), key=key)
        line.now += EVERY_S
    assert demand_now(line.line[0]) < before - 0.05


def test_a_load_further_ahead_in_time_is_less_sure_for_demand_turns(line: Line) -> None:
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 0)
    vehicle["occupancy_status"] = 0
    soon = line.foretell(vehicle, 0, state=NOT_DEPARTED)
    later = line.foretell(vehicle, 0, state=NOT_DEPARTED, hop_s=20 * HOP_S)
    assert later[1:, 0].tolist() == soon[1:, 0].tolist()
    assert (later[2:5, 1] > soon[2:5, 1]).all()


def test_a_line_whose_loads_scatter_is_less_sure_of_them() -> None:
    steady, wild = Line(), Line()
    steady.day(20)
    for key in range(1, 21):
        up = 1.6 if key % 2 else 0.4
        wild.drive((20, int(50 * up), 60, int(30 * up), 10), key=key)
        wild.now += EVERY_S
    assert stop_noise(wild.line[0]) > 2 * stop_noise(steady.line[0])


def test_what_a_report_means_is_the_same_to_the_tracker_as_to_an_answer() -> None:
    for status in range(-1, 9):
        for percentage in (-1, 0, 40, 130):
            said = reported_load(status if status >= 0 else None, percentage if percentage >= 0 else None)
            known = told_load(status, percentage)
            assert (said is None) == bool(np.isnan(known))
            if said is not None:
                assert known == pytest.approx(said.mean)
    assert CLASSES == 6
