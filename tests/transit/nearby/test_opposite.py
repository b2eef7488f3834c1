"""The stop across the street, found by line and order."""

from hypothesis import given
from hypothesis import strategies as st

from transit.coordinates.datum import Place
from transit.nearby.opposite import LIKELY, SURE, WITHIN_M, OnWay, Way, find_opposite
from transit.nearby.walking import Catch, crow_m, judge_catch, walk_m

HOP_DEG = 0.005


def street(names: list[str], *, first_row: int, east_deg: float = 0.0, back: bool = False) -> Way:
    """A straight street northward, its stops half a kilometre apart; ``back`` runs it the other way."""
    way = [OnWay(first_row + n, name, Place(40 + HOP_DEG * n, -75 + east_deg)) for n, name in enumerate(names)]
    return way[::-1] if back else way


NAMES = ["Dock", "Mill", "Church", "Market", "School"]


def test_the_opposite_stop_has_the_name_and_lies_in_reverse_order() -> None:
    back = street(NAMES, first_row=10, east_deg=0.0002, back=True)
    found = find_opposite(street(NAMES, first_row=0), 2, [back])
    assert found is not None
    assert (found.stop, found.confidence) == (12, SURE)
    assert 10 < found.walk_m < 40


def test_on_one_way_streets_the_nearest_in_order_is_likely_it() -> None:
    names = [*NAMES[:2], "Chapel", *NAMES[3:]]
    found = find_opposite(street(NAMES, first_row=0), 2, [street(names, first_row=10, east_deg=0.003, back=True)])
    assert found is not None
    assert (found.stop, found.confidence) == (12, LIKELY)


def test_a_name_alone_is_not_enough() -> None:
    same_way = street(NAMES, first_row=10, east_deg=0.0002)
    assert find_opposite(street(NAMES, first_row=0), 2, [same_way]) is None


def test_a_loop_has_no_opposite() -> None:
    loop = [*street(NAMES, first_row=0), OnWay(0, "Dock", Place(40, -75))]
    assert find_opposite(loop, 2, [street(NAMES, first_row=10, back=True)]) is None


def test_where_the_way_back_only_ends_nobody_boards() -> None:
    back = street(NAMES, first_row=10, east_deg=0.0002, back=True)
    assert find_opposite(street(NAMES, first_row=0), 0, [back]) is None


@given(
    count=st.integers(4, 12),
    at=st.integers(0, 11),
    east=st.floats(0.0001, 0.02),
    dropped=st.sets(st.integers(0, 11), max_size=3),
)
def test_an_opposite_is_near_and_in_order_and_has_the_first_as_its_own(
    count: int, at: int, east: float, dropped: set[int]
) -> None:
    names = [f"stop {n}" for n in range(count)]
    out = street(names, first_row=0)
    back = [each for each in street(names, first_row=100, east_deg=east, back=True) if each.stop - 100 not in dropped]
    position = at % count
    found = find_opposite(out, position, [back])
    if found is None:
        return
    there = next(n for n, each in enumerate(back) if each.stop == found.stop)
    assert crow_m(out[position].place, back[there].place) <= WITHIN_M
    if found.confidence == SURE and position < count - 1:
        again = find_opposite(back, there, [out])
        assert again is not None
        assert again.stop == out[position].stop


@given(st.floats(0, 3600), st.floats(0, 3600), st.floats(0, 1800))
def test_who_can_wait_need_not_hurry_and_who_has_missed_it_need_not_run(
    walk: float, early: float, width: float
) -> None:
    told = judge_catch(0.0, walk, early, early + width)
    assert (told in (Catch.CAN_WAIT, Catch.LEAVE_NOW)) == (walk <= early)
    assert (told is Catch.MISSED) == (walk > early and walk > early + width)


@given(st.floats(-60, 60), st.floats(-179, 179), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_walks_are_the_same_there_and_back_and_longer_than_the_crows(
    latitude: float, longitude: float, north: float, east: float
) -> None:
    one, other = Place(latitude, longitude), Place(latitude + north, longitude + east)
    assert walk_m(one, other) == walk_m(other, one)
    assert walk_m(one, other) >= crow_m(one, other)
