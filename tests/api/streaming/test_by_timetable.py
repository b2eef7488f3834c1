"""What streams keep of a timetable goes when nothing speaks it any more."""

from dataclasses import replace
from typing import Any

from api.streaming.by_timetable import ByTimetable
from api.view.compiled_view import CompiledView
from schemas.line_value import Watermark

City = Any


def _take_in(city: City, timetable_hash: str) -> None:
    city.view.shelf.keep(CompiledView(replace(city.timetable, hash=timetable_hash)))


def test_a_timetable_that_no_value_speaks_is_let_go_when_another_comes(city: City) -> None:
    kept = ByTimetable[int, str](city.view)
    old = kept.of(city.timetable.hash)
    old[1] = "one"
    assert kept.of(city.timetable.hash) is old
    _take_in(city, "second")
    kept.of("second")[1] = "two"
    assert kept.of(city.timetable.hash) == {}


def test_a_timetable_that_a_value_still_speaks_stays(city: City) -> None:
    kept = ByTimetable[int, str](city.view)
    kept.of(city.timetable.hash)[1] = "one"
    city.view.take_line(Watermark(1, 0, 0), city.forecasts("1", [city.run("t1-12", 1, 3)]))
    _take_in(city, "second")
    kept.of("second")
    assert kept.of(city.timetable.hash) == {1: "one"}
