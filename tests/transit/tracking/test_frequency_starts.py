"""Which departure of a frequency a vehicle is taken to have made."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.tracking.frequency_starts import list_starts

EIGHT_S = 8 * 3600
STREET = [(400.0 * i, 0.0) for i in range(4)]


@pytest.fixture
def often(drive_way: Callable[..., Any]) -> Any:
    """A line whose one trip runs every ten minutes from eight until before ten, at no exact times."""
    return drive_way(STREET, STREET, every_s=600).timetable


@pytest.mark.parametrize(("meant_s", "start_s"), [(-900, 0), (550, 600), (601, 600), (1100, 600), (9000, 6600)])
def test_it_is_the_last_departure_that_is_past_or_else_the_first(often: Any, meant_s: int, start_s: int) -> None:
    assert list_starts(often, 0, EIGHT_S + meant_s)[0] == EIGHT_S + start_s


@given(meant_s=st.floats(0, 200_000))
def test_every_departure_of_the_day_is_listed_once_nearer_ones_first(meant_s: float) -> None:
    from tests.transit.conftest import Tables  # noqa: PLC0415 - kept beside its only use

    tables = Tables()
    tables.add_shape("way", STREET)
    tables.add_trip("bus", "way-1", ("way", 0), STREET, (EIGHT_S, 60, ""))
    tables.frequencies += ["way-1,08:00:00,09:00:00,600", "way-1,09:00:00,10:00:00,900"]
    starts = list_starts(tables.compile(), 0, meant_s)
    assert sorted(starts) == [*range(EIGHT_S, EIGHT_S + 3600, 600), *range(EIGHT_S + 3600, EIGHT_S + 7200, 900)]
    away = [abs(start - meant_s) for start in starts[1:]]
    assert away == sorted(away)
