"""A derived product's output tells of groups, never of one vehicle."""

from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import Passage
from transit.grants.derived import Observed, Query, check_query, derive

UTC = ZoneInfo("UTC")
DWELLS = Query(measure="dwell_s", by=("line", "stop"), min_group=5)


def passage(number: int, at: int, kind: str = "arrival", *, line: str = "1", stop: str = "A") -> Observed:
    return Observed(
        "town",
        Passage(
            line_id=line,
            trip_id=f"t{number}",
            service_date=20260216,
            start_time_s=None,
            vehicle_id=f"secret-bus-{number}",
            stop_id=stop,
            stop_sequence=ord(stop),
            position=1,
            kind=kind,
            at=at,
            earliest_at=at - 5,
            latest_at=at,
        ),
    )


def visits(count: int, dwell_s: int = 20, *, stop: str = "A") -> list[Observed]:
    return [
        each
        for number in range(count)
        for each in (
            passage(number, 36_000 + 600 * number, stop=stop),
            passage(number, 36_000 + 600 * number + dwell_s, "departure", stop=stop),
        )
    ]


def test_dwells_are_told_by_group() -> None:
    rows = derive(visits(10), DWELLS, UTC)
    assert rows == [
        {
            "line": "town:1",
            "stop": "town:A",
            "observations": 10,
            "mean_s": 20.0,
            "p10_s": 20.0,
            "p50_s": 20.0,
            "p90_s": 20.0,
        }
    ]


def test_headways_are_gaps_between_arrivals_of_a_line_at_a_stop() -> None:
    rows = derive(visits(12), Query(measure="headway_s", by=("hour",), min_group=5), UTC)
    assert [(row["hour"], row["observations"], row["p50_s"]) for row in rows] == [(10, 5, 600.0), (11, 6, 600.0)]


def test_copies_of_a_passage_count_once() -> None:
    assert derive(visits(6) * 3, DWELLS, UTC) == derive(visits(6), DWELLS, UTC)


@given(st.integers(1, 30), st.integers(5, 20))
def test_no_group_smaller_than_agreed_and_no_vehicle_is_told(count: int, least: int) -> None:
    query = Query(measure="dwell_s", by=("stop",), min_group=least)
    rows = derive([*visits(count), *visits(least, stop="B")], query, UTC)
    assert all(row["observations"] >= least for row in rows)
    assert ("town:A" in [row["stop"] for row in rows]) is (count >= least)
    assert b"secret-bus" not in orjson.dumps(rows)


@pytest.mark.parametrize(
    "query",
    [
        Query(measure="latitude", by=("line",)),
        Query(measure="dwell_s", by=("vehicle",)),
        Query(measure="dwell_s", by=()),
        Query(measure="dwell_s", by=("line",), min_group=1),
    ],
)
def test_a_query_that_could_tell_of_one_vehicle_is_not_published(query: Query) -> None:
    with pytest.raises(ValueError, match="query"):
        check_query(query)
