"""Which views by reach stay in memory."""

from typing import Any

from api.reached.view_for import VIEWS_MAX, reached
from transit.grants.reach import Reach

City = Any


def _reach(number: int) -> Reach:
    return Reach(count_classes=(number + 1,))


def test_of_many_reaches_those_that_are_asked_for_stay(city: City) -> None:
    view = city.view
    first, second = reached(view, _reach(0)), reached(view, _reach(1))
    for number in range(2, VIEWS_MAX + 1):
        reached(view, _reach(number))
        assert reached(view, _reach(0)) is first
    assert len(view.reached) == VIEWS_MAX
    assert reached(view, _reach(1)) is not second


def test_a_thousand_partners_reaches_are_made_once_each(city: City) -> None:
    made = [reached(city.view, _reach(number)) for number in range(1000)]
    assert all(reached(city.view, _reach(number)) is view for number, view in enumerate(made))
