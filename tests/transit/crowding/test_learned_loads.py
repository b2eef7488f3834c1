"""Loads ahead as the tracker works them out: who usually gets off and on, what that makes of a load, and for whom."""

import numpy as np
import pytest

from schemas.line_forecasts import LOAD_COLUMNS, NO_LOAD, NO_TIME, TIME_COLUMNS
from transit.crowding.exchange import exchange_at
from transit.crowding.learn_loads import note_riders, stop_noise, told_load
from transit.crowding.load import reported_load
from transit.crowding.memory import HOP_LOAD, LINE_LOAD, RIDERS, RUN_AHEAD
from transit.crowding.roll_loads import crowd_runs
from transit.crowding.scale import CLASSES
from transit.tracking.line_tables import CALL, PATTERN
from transit.tracking.past import PAST_DEMAND
from transit.tracking.standing import EN_ROUTE, NOT_DEPARTED, STANDING
from transit.tracking.state import NEVER, NONE, VEHICLE, Rows

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
        self.by_hour: Rows = np.zeros(1, PAST_DEMAND)
        self.by_hour["starts_at"], self.by_hour["level"] = self.now - 3600, 1.0

    @property
    def way(self) -> tuple[Rows, Rows]:
        return self.calls, self.patterns[0]

    def drive(self, loads: tuple[int, ...] = USUAL, *, key: int = 1) -> None:
        """Let a vehicle drive the whole line, reporting ``loads`` (per cent) on its hops."""
        vehicle, riders = self.vehicle(key), np.zeros(1, RIDERS)
        learned = (self.hop_loads, self.line[0], self.by_hour[0])
        for hop, percentage in enumerate(loads):
            self.on_hop(vehicle, hop, percentage)
            note_riders(riders[0], vehicle[0], self.way, learned)
        vehicle["finished"] = 1
        note_riders(riders[0], vehicle[0], self.way, learned)

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
        return self.foretell_all([(vehicle, hop, state)], at_hop=hop, hop_s=hop_s)[0]

    def foretell_all(
        self, vehicles: "list[tuple[Rows, int, int]]", *, at_hop: int = 0, hop_s: int = HOP_S
    ) -> "list[np.ndarray[tuple[int, int], np.dtype[np.uint8]]]":
        """The same of several vehicles at once, each with the hop it is on and its state, when ``at_hop`` has begun."""
        standing = np.zeros(len(vehicles), STANDING)
        times = np.full((CALLS * len(vehicles), TIME_COLUMNS), NO_TIME, np.int16)
        rows, count = [], 0
        now = self.now + at_hop * HOP_S + 40
        for i, (vehicle, hop, state) in enumerate(vehicles):
            first = 0 if state == NOT_DEPARTED else hop + 1
            row = standing[i : i + 1]
            row["state"], row["next_position"], row["after"], row["vehicle"] = state, first, NONE, i
            row["call_count"] = CALLS - first
            for name in ("occupancy_status", "occupancy_percentage", "occupancy_time"):
                row[name] = vehicle[name]
            rows.append(slice(count, count + CALLS - first))
            times[rows[-1], 4] = [(k - hop) * hop_s - 40 for k in range(first, CALLS)]
            count += CALLS - first
        loads = np.zeros((count, LOAD_COLUMNS), np.uint8)
        riders, known = np.zeros(len(vehicles), RIDERS), np.concatenate([vehicle for vehicle, _, _ in vehicles])
        state_rows = (known, riders, self.hop_loads, self.line)
        tables = (self.calls, self.patterns, self.by_hour)
        room = (np.zeros(len(vehicles), RUN_AHEAD), np.zeros(CALLS - 1))
        crowd_runs(standing, len(vehicles), state_rows, tables, (now, times[:count], loads), room)
        return [loads[each] for each in rows]


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


def test_demand_that_falls_on_the_whole_line_is_told_of_its_first_stop_though_nobody_has_shown_it_there(
    line: Line,
) -> None:
    waiting = line.vehicle(99)
    line.on_hop(waiting, 0, 0)
    waiting["occupancy_status"] = 0
    before = line.ahead(waiting, 0, state=NOT_DEPARTED)
    for key in range(20, 23):
        line.drive((20, 35, 35, 15, 5), key=key)
        line.now += EVERY_S
    line.on_hop(waiting, 0, 0)
    assert line.ahead(waiting, 0, state=NOT_DEPARTED)[1] < before[1] - 1


def test_a_turn_of_demand_that_the_history_knows_is_told_before_the_hour_comes(line: Line) -> None:
    """Half of the line is driven before the hour turns, and the stops beyond after."""
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 20)
    usual = line.ahead(vehicle, 0)
    hours = (line.now + 2 * HOP_S + 40 - int(line.by_hour["starts_at"][0])) // 3600
    line.by_hour["starts_at"] = line.now + 2 * HOP_S - hours * 3600
    line.by_hour["level"][0, hours:] = 2.0
    turned = line.ahead(vehicle, 0)
    assert turned[:2] == usual[:2]
    assert turned[2] > usual[2] + 10


def test_who_follows_close_behind_another_finds_fewer_waiting_in_whatever_order_they_are_told(line: Line) -> None:
    leader, follower = line.vehicle(98), line.vehicle(99)
    line.on_hop(leader, 1, 50)
    line.on_hop(follower, 0, 20)
    alone = line.foretell_all([(follower, 0, EN_ROUTE)])[0]
    both = [(follower, 0, EN_ROUTE), (leader, 1, EN_ROUTE)]
    behind, ahead = line.foretell_all(both)
    assert behind[2, 0] < alone[2, 0] - 5
    assert [each.tolist() for each in line.foretell_all(both[::-1])] == [ahead.tolist(), behind.tolist()]
    assert ahead.tolist() == line.foretell_all([(leader, 1, EN_ROUTE)])[0].tolist()


def test_a_vehicle_without_a_counter_takes_riders_from_the_one_behind_it_all_the_same(line: Line) -> None:
    leader, follower = line.vehicle(98), line.vehicle(99)
    line.on_hop(leader, 1, -1)
    leader["occupancy_time"] = 0
    line.on_hop(follower, 0, 20)
    alone = line.foretell_all([(follower, 0, EN_ROUTE)])[0]
    behind, unknown = line.foretell_all([(follower, 0, EN_ROUTE), (leader, 1, EN_ROUTE)])
    assert behind[2, 0] < alone[2, 0] - 5
    assert (unknown == NO_LOAD).all()


def test_a_load_further_ahead_in_time_is_less_sure_for_demand_turns(line: Line) -> None:
    vehicle = line.vehicle(99)
    line.on_hop(vehicle, 0, 0)
    vehicle["occupancy_status"] = 0
    line.hop_loads["left_at"] = NEVER
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
