import pytest

from transit.timetable.railways import is_railway


@pytest.mark.parametrize("route_type", [0, 1, 2, 12, 100, 109, 400, 900])
def test_trams_subways_and_trains_run_on_rails(route_type: int) -> None:
    assert is_railway(route_type)


@pytest.mark.parametrize("route_type", [3, 11, 200, 700, 704, 800])
def test_buses_coaches_and_trolleybuses_do_not(route_type: int) -> None:
    assert not is_railway(route_type)
