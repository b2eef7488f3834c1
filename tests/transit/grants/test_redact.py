from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import (
    NO_TIME,
    TIME_COLUMNS,
    Basis,
    Carriage,
    LineConditions,
    LineForecasts,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
)
from transit.grants.area import Area, Box
from transit.grants.fields import ALL
from transit.grants.reach import EVERYTHING, Reach
from transit.grants.redact import redact


def run(line: str, vehicle: str, calls: int) -> RunForecast:
    return RunForecast(
        line_id=line,
        trip_id=f"t-{vehicle}",
        service_date=20260216,
        start_time_s=None,
        pattern=0,
        direction_id=0,
        vehicle_id=vehicle,
        vehicle_label=f"label-{vehicle}",
        state=RunState.EN_ROUTE,
        basis=Basis.LIVE,
        verdict=Verdict.EXPECTED,
        verdict_reason=VerdictReason.NONE,
        revision=Revision.NONE,
        observed_at=1_000,
        valid_until=1_090,
        latitude=40.0,
        longitude=-75.0,
        bearing_deg=90.0,
        speed_mps=8.0,
        progress_m=100.0,
        next_position=1,
        call_count=calls,
        skipped=(),
        occupancy_status=1,
        occupancy_percentage=37,
        occupancy_observed_at=990,
        carriages=(Carriage(1, "c1", "A", 1, 37),),
        schedule_relationship=0,
        delay_s=61,
        due=False,
    )


def value(*runs: RunForecast) -> LineForecasts:
    rows = np.arange(sum(each.call_count for each in runs) * TIME_COLUMNS, dtype="<i2")
    return LineForecasts(
        line_group="town:1",
        timetable="hash",
        computed_at=1_010,
        feed="town",
        feed_down_since=None,
        runs=runs,
        times=rows.tobytes(),
        passages=(),
        conditions=LineConditions(2, 2, 2, 2, {}),
    )


def every_line(_: str) -> bool:
    return True


def rows_of(forecasts: LineForecasts) -> list[list[int]]:
    found: list[list[int]] = np.frombuffer(forecasts.times, dtype="<i2").reshape(-1, TIME_COLUMNS).tolist()
    return found


def test_a_reach_of_everything_changes_nothing() -> None:
    whole = value(run("1", "a", 2), run("1", "b", 1))
    assert redact(whole, EVERYTHING, every_line) == whole


def test_runs_of_other_lines_go_with_their_times_and_the_rest_keep_theirs() -> None:
    whole = value(run("1", "a", 2), run("2", "b", 3), run("1", "c", 1))
    told = redact(whole, EVERYTHING, lambda line: line == "1")
    assert [each.vehicle_id for each in told.runs] == ["a", "c"]
    assert rows_of(told) == rows_of(whole)[:2] + rows_of(whole)[5:]


def test_without_the_spread_only_medians_are_told() -> None:
    told = redact(value(run("1", "a", 1)), Reach(fields=ALL - {"spread"}), every_line)
    assert rows_of(told) == [[NO_TIME, 1, NO_TIME, NO_TIME, 4, NO_TIME]]


def test_without_expected_times_no_forecast_and_no_delay_is_told() -> None:
    told = redact(value(run("1", "a", 4)), Reach(fields=ALL - {"expected"}), every_line)
    assert told.times == b""
    assert (told.runs[0].call_count, told.runs[0].delay_s) == (0, None)


def test_a_vehicle_outside_the_box_has_no_position() -> None:
    box = Area(box=Box(41.0, -76.0, 42.0, -74.0))
    told = redact(value(run("1", "a", 1)), Reach(areas=(box,)), every_line)
    assert told.runs[0].latitude is None
    assert told.runs[0].longitude is None


def test_occupancy_stays_where_crowding_is_made_from_it() -> None:
    whole = value(run("1", "a", 1))
    assert redact(whole, Reach(fields=ALL - {"occupancy"}), every_line).runs[0].occupancy_percentage == 37
    told = redact(whole, Reach(fields=ALL - {"occupancy", "crowding"}), every_line).runs[0]
    assert (told.occupancy_status, told.occupancy_percentage, told.carriages) == (None, None, ())


def test_a_feed_whose_owner_gives_less_is_told_less_and_other_feeds_are_not() -> None:
    whole = value(run("1", "a", 1))
    reach = Reach(withheld={"town": frozenset({"vehicle"})})
    assert redact(whole, reach, every_line).runs[0].vehicle_id == ""
    elsewhere = Reach(withheld={"other": frozenset({"vehicle"})})
    assert redact(whole, elsewhere, every_line).runs[0].vehicle_id == "a"


@given(st.sets(st.sampled_from(sorted(ALL))))
def test_what_is_withheld_is_nowhere_in_the_value(granted: set[str]) -> None:
    packed = repr(redact(value(run("1", "bus-77", 2)), Reach(fields=frozenset(granted)), every_line))
    secrets = {"vehicle": ("bus-77", "label-bus-77"), "position": ("40.0", "-75.0"), "expected": ("61",)}
    for group, texts in secrets.items():
        for text in texts if group not in granted else ():
            # the trip's id in this test holds the vehicle's
            assert text not in packed.replace("t-bus-77", "")


def test_equal_reaches_have_equal_digests_and_different_ones_differ() -> None:
    one = Reach(fields=frozenset({"expected", "vehicle"}), areas=(Area(lines=frozenset({"a:1", "a:2"})),))
    other = Reach(fields=frozenset({"vehicle", "expected"}), areas=(Area(lines=frozenset({"a:2", "a:1"})),))
    assert one.digest == other.digest != b""
    changes: list[Reach] = [
        replace(one, fields=frozenset({"vehicle"})),
        replace(one, areas=()),
        replace(one, delay_s=60),
        replace(one, closed=frozenset({"a"})),
        replace(one, withheld={"f": frozenset({"vehicle"})}),
        replace(one, count_classes=(5,)),
    ]
    assert len({each.digest for each in [one, *changes]}) == len(changes) + 1
    assert EVERYTHING.digest == b""


@pytest.mark.parametrize(("longitude", "inside"), [(179.0, True), (-179.0, True), (0.0, False)])
def test_a_box_may_lie_across_the_date_line(longitude: float, inside: bool) -> None:
    assert Box(-10, 170, 10, -170).holds(0.0, longitude) is inside
