"""A line across the 180th meridian, where a longitude of 180 degrees is followed by -180."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.transit import conftest
from transit.assignment.place_index import PlaceIndex
from transit.tracking.line_tables import build_line_tables

STREET = [(400.0 * i, 0.0) for i in range(10)]
place = conftest.place


@pytest.fixture
def fiji(monkeypatch: pytest.MonkeyPatch, drive_way: Callable[..., Any]) -> Any:
    """A street that begins 2 km west of the meridian."""

    def across(x_m: float, y_m: float) -> tuple[float, float]:
        latitude, longitude = place(x_m - 2000.0, y_m)
        east_deg = longitude - conftest.LONGITUDE
        return latitude, (180.0 if east_deg <= 0.0 else -180.0) + east_deg

    monkeypatch.setattr(conftest, "place", across)
    return drive_way(STREET, STREET)


def test_a_bus_across_the_180th_meridian_passes_every_stop(fiji: Any) -> None:
    for at in range(0, 600, 30):
        fiji.go(at, min(at * 400 / 60, 3600.0), trip="way-1")
        assert fiji.reasons() == []
    assert list(fiji.passed(trip="way-1")) == list(range(1, 10))


@pytest.mark.parametrize("x_m", [100.0, 1999.0, 2001.0, 3500.0])
def test_a_line_is_found_on_both_sides_of_the_180th_meridian(fiji: Any, x_m: float) -> None:
    index = PlaceIndex(fiji.timetable)
    assert index.find_groups(*conftest.place(x_m, 10.0)) == {fiji.timetable.group_id.find("bus")}
    assert index.find_groups(*conftest.place(x_m, 900.0)) == frozenset()
    assert index.is_in_area(*conftest.place(x_m, 0.0))
    assert not index.is_in_area(*conftest.place(40_000.0 if x_m > 2000.0 else -40_000.0, 0.0))
    assert abs(build_line_tables(fiji.timetable, "bus").place(*conftest.place(x_m, 0.0))[0] - x_m) < 1.0
