"""Coordinates go from each datum to each other and come back to where they were."""

from itertools import permutations
from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.coordinates.datum import Datum, Place, convert

METRES_A_DEGREE = 111_195.0

in_china = st.builds(Place, st.floats(18.0, 53.5), st.floats(73.5, 135.0))


def apart_m(one: Place, other: Place) -> float:
    north = (one.latitude - other.latitude) * METRES_A_DEGREE
    east = (one.longitude - other.longitude) * METRES_A_DEGREE * cos(radians(one.latitude))
    return hypot(north, east)


@pytest.mark.parametrize(("frm", "to"), list(permutations(Datum, 2)))
@given(place=in_china)
def test_there_and_back_is_the_same_place_to_a_millimetre(frm: Datum, to: Datum, place: Place) -> None:
    assert apart_m(convert(convert(place, frm, to), to, frm), place) < 0.001


@given(place=in_china)
def test_the_way_to_baidu_is_the_same_by_way_of_gcj02(place: Place) -> None:
    direct = convert(place, Datum.WGS84, Datum.BD09)
    assert apart_m(convert(convert(place, Datum.WGS84, Datum.GCJ02), Datum.GCJ02, Datum.BD09), direct) < 1e-6


@given(place=in_china)
def test_shifts_are_of_the_size_that_maps_show(place: Place) -> None:
    assert 20.0 < apart_m(convert(place, Datum.WGS84, Datum.GCJ02), place) < 1000.0


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # published pairs: Tiananmen's gate tower, and a point in Shanghai
        (Place(39.907333, 116.391083), Place(39.908735, 116.397326)),
        (Place(31.1774276, 121.5272106), Place(31.17530398364597, 121.531541859215)),
    ],
)
def test_known_places_are_where_maps_draw_them(wgs84: Place, gcj02: Place) -> None:
    assert apart_m(convert(wgs84, Datum.WGS84, Datum.GCJ02), gcj02) < 1.0


def test_a_place_in_its_own_datum_is_left_alone() -> None:
    place = Place(39.9, 116.4)
    assert convert(place, Datum.BD09, Datum.BD09) is place
