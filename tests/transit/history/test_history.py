"""What earlier service teaches, and how a line reads it."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import Passage
from transit.forecasting.memory import PLACE
from transit.history.day_type import ANY_DAY, day_type
from transit.history.history import History
from transit.history.learn import learn_history
from transit.history.line_past import WEIGHT_MAX, LinePast
from transit.history.loads_seen import LoadSeen
from transit.history.observed import HopSeen, LagSeen, Observations
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_start_s
from transit.tracking.line_tables import build_line_tables

MONDAY, SATURDAY, WORKED_SATURDAY = date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 14)


@pytest.fixture(scope="module")
def town() -> Timetable:
    """A metro of three stops, another line that shares its first hop, and a Saturday that is worked."""
    trips = [f"M,{service},{service}-{i},0" for service in ("work", "sat") for i in range(3)]
    times = [
        f"{service}-{i},{8 + i:02d}:{k:02d}:00,{8 + i:02d}:{k:02d}:00,{stop},{k + 1}"
        for service in ("work", "sat")
        for i in range(3)
        for k, stop in enumerate("abc")
    ]
    trips.append("N,work,other,0")
    times += [f"other,09:{k:02d}:30,09:{k:02d}:30,{stop},{k + 1}" for k, stop in enumerate("abd")]
    tables = {
        "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "a,A,https://a.example,UTC"],
        "routes.txt": ["route_id,route_short_name,route_type", "M,M,1", "N,N,1"],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "work,1,1,1,1,1,0,0,20260101,20261231",
            "sat,0,0,0,0,0,1,0,20260101,20261231",
        ],
        "calendar_dates.txt": ["service_id,date,exception_type", "work,20260314,1", "sat,20260314,2"],
        "stops.txt": [
            "stop_id,stop_name,stop_lat,stop_lon",
            *("a,A,40.0,10.0", "b,B,40.01,10.0", "c,C,40.02,10.0", "d,D,40.01,10.02"),
        ],
        "trips.txt": ["route_id,service_id,trip_id,direction_id", *trips],
        "stop_times.txt": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence", *times],
    }
    return compile_timetable({name: "\n".join(rows).encode() for name, rows in tables.items()}, name="town", source="t")


def hop(took_s: int, kind: int, hour: int = 8, at: int = 1_000_000) -> HopSeen:
    return HopSeen("a", "b", kind, hour, at, took_s, took_s - 20, 20)


def learned(hops: list[HopSeen], lags: list[LagSeen] | None = None) -> History:
    return learn_history(hops, lags or [], [], 1)


def both_log(town: Timetable, history: History, day: date, hour: int = 8, line: str = "M") -> float:
    past = LinePast(history, town, build_line_tables(town, line))
    now = service_day_start_s("UTC", day.toordinal()) + hour * 3600
    return float(past.at(now).hops["both_log"].max())


def test_days_are_alike_where_the_same_services_run_whatever_weekday_they_are(town: Timetable) -> None:
    kinds = [day_type(town, day.toordinal()) for day in (MONDAY, SATURDAY, WORKED_SATURDAY)]
    assert kinds[0] == kinds[2] != kinds[1]
    assert ANY_DAY not in kinds
    assert day_type(town, date(2026, 3, 8).toordinal()) == ANY_DAY


def test_a_worked_saturday_is_told_by_workdays_and_not_by_saturdays(town: Timetable) -> None:
    work, sat = day_type(town, MONDAY.toordinal()), day_type(town, SATURDAY.toordinal())
    history = learned([hop(100, work)] * 40 + [hop(200, sat)] * 40)
    assert both_log(town, history, WORKED_SATURDAY) == pytest.approx(both_log(town, history, MONDAY))
    assert both_log(town, history, MONDAY) < math.log(115)
    assert both_log(town, history, SATURDAY) > math.log(175)


def test_lines_that_share_a_hop_share_what_was_learned_of_it(town: Timetable) -> None:
    start = service_day_start_s("UTC", MONDAY.toordinal()) + 8 * 3600
    observed = Observations(town)
    for stop, position, kind, after_s in (("a", 0, "departure", 0), ("b", 1, "arrival", 240)):
        at = start + after_s
        observed.add([Passage("M", "work-0", 20260302, None, "v", stop, position + 1, position, kind, at, at, at)])
    history = learned(list(observed.hops()) * 20)
    assert both_log(town, history, MONDAY, line="N") == pytest.approx(both_log(town, history, MONDAY, line="M"))
    other = LinePast(history, town, build_line_tables(town, "N")).at(start).hops
    assert sorted(other["weight"].tolist()) == [0.0, WEIGHT_MAX], "the hop that is its own knows nothing"


def test_an_hour_hardly_seen_leans_on_the_whole_day(town: Timetable) -> None:
    kind = day_type(town, MONDAY.toordinal())
    history = learned([hop(100, kind, hour=8)] * 30 + [hop(200, kind, hour=9)])
    assert math.log(100) < both_log(town, history, MONDAY, hour=9) < math.log(125)
    assert both_log(town, history, MONDAY, hour=17) == pytest.approx(math.log(100), abs=0.05)


@given(st.lists(st.integers(90, 110), min_size=9, max_size=30), st.integers(1_000, 3_600))
def test_one_incident_is_no_habit(usual: list[int], incident_s: int) -> None:
    calm, shaken = learned([hop(s, 1) for s in usual]), learned([hop(s, 1) for s in [*usual, incident_s]])
    assert shaken.hops["both_log"][0] - calm.hops["both_log"][0] < 0.08


def test_older_service_counts_less() -> None:
    old, new = 1_000_000, 1_000_000 + 63 * 86400
    history = learned([hop(100, 1, at=old), hop(150, 1, at=new)])
    assert history.hops["count"][0] == pytest.approx(1.125)
    assert history.hops["both_log"][0] > math.log(140)


def test_what_was_seen_is_never_worth_more_than_a_few_of_todays_trains(town: Timetable) -> None:
    kind = day_type(town, MONDAY.toordinal())
    past = LinePast(learned([hop(100, kind)] * 500), town, build_line_tables(town, "M"))
    assert past.at(service_day_start_s("UTC", MONDAY.toordinal()) + 8 * 3600).hops["weight"].max() == WEIGHT_MAX


def test_without_a_history_every_weight_is_zero(town: Timetable) -> None:
    past = LinePast(None, town, build_line_tables(town, "M")).at(1_000_000)
    assert not past.hops["weight"].any()
    assert not past.lags["weight"].any()
    assert not past.places["count"].any()
    assert (past.demand["level"] == 1.0).all()


def test_a_line_reads_how_its_own_demand_turns_with_the_hours_of_such_a_day(town: Timetable) -> None:
    kind, starts_at = day_type(town, MONDAY.toordinal()), service_day_start_s("UTC", MONDAY.toordinal())
    loads = [
        LoadSeen(line, "a", "b", kind, hour, 1_000_000 + i, load, 0.0, 600, 2)
        for line, told in (("M", {8: 0.2, 9: 0.4}), ("N", {8: 0.2, 9: 0.1}))
        for hour, load in told.items()
        for i in range(500)
    ]
    history = learn_history([], [], [], 1, loads)
    turns = []
    for line in "MN":
        demand = LinePast(history, town, build_line_tables(town, line)).at(starts_at + 8 * 3600).demand[0]
        assert demand["starts_at"] == starts_at
        turns.append(demand["level"][9] / demand["level"][8])
    assert turns == pytest.approx([2.0, 0.5], rel=0.03)


def test_lags_of_a_first_stop_are_kept_as_quantiles(town: Timetable) -> None:
    kind = day_type(town, MONDAY.toordinal())
    history = learned([], [LagSeen("a", kind, 8, 1_000_000, lag_s) for lag_s in range(0, 101, 10)])
    past = LinePast(history, town, build_line_tables(town, "M"))
    lags = past.at(service_day_start_s("UTC", MONDAY.toordinal()) + 8 * 3600).lags[0]
    assert lags["weight"] == 11
    assert lags["lag_s"].tolist() == sorted(lags["lag_s"].tolist())
    assert lags["lag_s"][0] == pytest.approx(5)


def test_lines_that_share_a_spot_of_a_hop_share_what_they_learned_there() -> None:
    one, other = np.zeros(4, PLACE), np.zeros(4, PLACE)
    one[0], other[2] = (77, 3, 4.0), (77, 1, 5.0)
    places = learn_history([], [], [one, other], 1).places
    assert places["key"].tolist() == [77]
    assert places["count"][0] == 4
    assert places["mean_log"][0] == pytest.approx(4.25)


def test_equal_observations_give_an_equal_hash_in_any_order() -> None:
    seen = [hop(100 + i, i % 3, hour=i % 5) for i in range(30)]
    assert learned(seen).hash == learned(seen[::-1]).hash != learned(seen[1:]).hash


def test_hops_are_observed_from_arrival_to_arrival_and_from_the_departure_at_a_first_stop(town: Timetable) -> None:
    start = service_day_start_s("UTC", MONDAY.toordinal()) + 8 * 3600
    observed = Observations(town)
    for stop, position, kind, after_s in (
        ("a", 0, "departure", 30),
        ("b", 1, "arrival", 100),
        ("b", 1, "departure", 125),
        ("c", 2, "arrival", 190),
    ):
        at = start + after_s
        observed.add([Passage("M", "work-0", 20260302, None, "v", stop, position + 1, position, kind, at, at, at)])
    first, second = observed.hops()
    assert (first.both_s, first.run_s, first.dwell_s) == (70, 70, None)
    assert (second.both_s, second.run_s, second.dwell_s) == (90, 65, 25)
    assert [lag.lag_s for lag in observed.lags()] == [30]
    assert observed.days() == 1
