"""Crowding at the stop asked about, and what misleads it: unset, gaps, drift, absurd and stale counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import (
    Basis,
    Carriage,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
)
from transit.crowding.ahead import Capacity, crowding_ahead
from transit.crowding.load import Load, beyond_stops, class_probabilities, reported_load
from transit.crowding.scale import CrowdingScale

NOW = 1_771_246_800
BUS = Capacity(80, CrowdingScale((0.4, 0.65, 0.9), ("2E9E5B", "E0B000", "E06A00", "C22030")))
NO_DATA = 7
LOADS = st.builds(Load, st.floats(0, 2), st.floats(0, 0.5))


def run(**changes: Any) -> RunForecast:
    fields: dict[str, Any] = dict.fromkeys(RunForecast.__struct_fields__)
    fields |= {
        "state": RunState.EN_ROUTE,
        "basis": Basis.LIVE,
        "verdict": Verdict.EXPECTED,
        "verdict_reason": VerdictReason.NONE,
        "revision": Revision.NONE,
        "next_position": 3,
        "carriages": (),
        "occupancy_observed_at": NOW - 30,
        "due": False,
    }
    return RunForecast(**(fields | changes))


def test_50_an_unset_class_and_no_data_are_absent_and_never_empty() -> None:
    assert crowding_ahead(run(), 3, NOW, BUS) is None
    assert crowding_ahead(run(occupancy_status=NO_DATA), 3, NOW, BUS) is None
    told = crowding_ahead(run(occupancy_status=0), 3, NOW, BUS)
    assert told is not None
    assert told.level.name == "comfortable"


def test_51_carriages_that_were_discarded_leave_the_whole_vehicles_word() -> None:
    told = crowding_ahead(run(occupancy_percentage=70, carriages=()), 3, NOW, BUS)
    assert told is not None
    assert (told.level.number, told.carriages, told.board_at) == (3, (), ())


def test_52_over_a_hundred_percent_is_severe_and_minus_one_is_no_data() -> None:
    told = crowding_ahead(run(occupancy_percentage=130), 3, NOW, BUS)
    assert told is not None
    assert (told.level.number, round(told.load, 2)) == (4, 1.3)
    assert reported_load(None, -1) is None
    assert reported_load(2, -1) is not None


@given(LOADS, st.integers(0, 30))
def test_53_counters_that_drift_never_make_a_load_negative(load: Load, stops: int) -> None:
    drifted = load._replace(mean=load.mean - 0.5)
    found = beyond_stops(drifted, stops)
    assert found.mean >= 0
    assert found.variance >= 0


def test_53_a_vehicle_before_its_first_stop_tells_nothing_of_those_who_board_there() -> None:
    waiting = run(next_position=0, state=RunState.NOT_DEPARTED, occupancy_percentage=60)
    assert crowding_ahead(waiting, 2, NOW, BUS) is None
    assert crowding_ahead(waiting, 0, NOW, BUS) is not None
    assert crowding_ahead(waiting, 0, NOW + 600, BUS) is None
    assert crowding_ahead(run(due=True, occupancy_percentage=60), 5, NOW, BUS) is None


def test_54_a_nought_that_no_class_confirms_is_unknown_and_never_empty() -> None:
    assert reported_load(None, 0) is None
    assert crowding_ahead(run(occupancy_percentage=0), 3, NOW, BUS) is None
    assert crowding_ahead(run(occupancy_percentage=0, occupancy_status=0), 3, NOW, BUS) is not None


def test_54_not_accepting_and_not_boardable_say_nothing_of_the_load() -> None:
    for status in (6, 8, 99, -1):
        assert crowding_ahead(run(occupancy_status=status), 3, NOW, BUS) is None


def test_55_a_train_is_told_carriage_by_carriage_in_the_order_it_runs_in() -> None:
    carriages = (
        Carriage(1, None, None, 5),
        Carriage(2, None, None, NO_DATA),
        Carriage(3, None, None, None, 20),
        Carriage(4, None, None, 1),
    )
    told = crowding_ahead(run(carriages=carriages), 3, NOW, BUS)
    assert told is not None
    assert [(each.sequence, each.level.number) for each in told.carriages] == [(1, 4), (3, 1), (4, 1)]
    assert told.board_at == (3, 4)


def test_55_where_all_carriages_are_alike_none_is_worth_a_walk() -> None:
    carriages = (Carriage(1, None, None, 1), Carriage(2, None, None, 1))
    told = crowding_ahead(run(carriages=carriages), 3, NOW, BUS)
    assert told is not None
    assert told.board_at == ()


def test_56_a_count_from_long_ago_says_nothing_and_a_late_one_says_less() -> None:
    fresh = crowding_ahead(run(occupancy_percentage=55), 3, NOW, BUS)
    late = crowding_ahead(run(occupancy_percentage=55, occupancy_observed_at=NOW - 900), 3, NOW, BUS)
    assert fresh is not None
    assert late is not None
    assert fresh.is_observed
    assert not late.is_observed
    assert max(late.probabilities) < max(fresh.probabilities)
    assert crowding_ahead(run(occupancy_percentage=55, occupancy_observed_at=NOW - 1_900), 3, NOW, BUS) is None


def test_57_without_a_known_capacity_the_share_still_tells_the_level() -> None:
    for riders in (1, 80, 1_000):
        told = crowding_ahead(run(occupancy_percentage=95), 6, NOW, BUS._replace(riders=riders))
        assert told is not None
        assert told.level.name == "severe"


def test_a_stop_in_between_makes_it_an_estimate() -> None:
    told = crowding_ahead(run(occupancy_status=2), 4, NOW, BUS)
    assert told is not None
    assert not told.is_observed


@given(st.integers(0, 5), st.integers(3, 30))
def test_further_stops_only_widen_what_is_known(status: int, position: int) -> None:
    near = crowding_ahead(run(occupancy_status=status), position, NOW, BUS)
    far = crowding_ahead(run(occupancy_status=status), position + 1, NOW, BUS)
    assert near is not None
    assert far is not None
    assert far.probabilities[status] <= near.probabilities[status] + 1e-9


@given(LOADS)
def test_probabilities_are_shares_that_sum_to_one(load: Load) -> None:
    shares = class_probabilities(load)
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0


@given(st.integers(1, 120), st.integers(1, 120))
def test_a_fuller_report_never_foretells_a_lower_level(one: int, other: int) -> None:
    lower, higher = (
        crowding_ahead(run(occupancy_percentage=percentage), 8, NOW, BUS) for percentage in sorted((one, other))
    )
    assert lower is not None
    assert higher is not None
    assert lower.level.number <= higher.level.number


def test_beyond_a_stop_what_the_tracker_foretold_is_told_and_not_what_is_aboard_now() -> None:
    told = crowding_ahead(run(occupancy_percentage=95), 6, NOW, BUS, foretold=Load(0.2, 0.002))
    assert told is not None
    assert (told.level.name, round(told.load, 2), told.is_observed) == ("comfortable", 0.2, False)
    assert told.probabilities[2] == pytest.approx(0.5, abs=0.01)
    here = crowding_ahead(run(occupancy_percentage=95), 3, NOW, BUS, foretold=Load(0.2, 0.002))
    assert here is not None
    assert here.level.name == "severe"


def test_a_waiting_or_due_vehicle_tells_of_later_stops_what_was_foretold() -> None:
    waiting = run(next_position=0, state=RunState.NOT_DEPARTED, occupancy_percentage=0, occupancy_status=0)
    told = crowding_ahead(waiting, 4, NOW, BUS, foretold=Load(0.7, 0.01))
    due = crowding_ahead(run(next_position=0, due=True, occupancy_percentage=60), 0, NOW, BUS, foretold=None)
    assert told is not None
    assert (told.level.name, told.is_observed) == ("crowded", False)
    assert due is None


def test_carriages_fill_and_empty_with_their_train() -> None:
    carriages = (Carriage(1, None, None, None, 90), Carriage(2, None, None, None, 30))
    told = crowding_ahead(run(occupancy_percentage=60, carriages=carriages), 5, NOW, BUS, foretold=Load(0.3, 0.01))
    assert told is not None
    assert [each.level.number for each in told.carriages] == [2, 1]
    assert told.board_at == (2,)
