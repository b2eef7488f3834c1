"""How full a line is now, by direction and section."""

from typing import Any

from schemas.line_value import Watermark
from transit.answers.line_view import view_line
from transit.crowding.ahead import Capacity
from transit.crowding.line_now import DirectionNow, list_line_crowding
from transit.crowding.scale import CrowdingScale

CAPACITY = Capacity(80, CrowdingScale((0.4, 0.65, 0.9), ("2E9E5B", "E0B000", "E06A00", "C22030")))


def crowding_of(bus: Any, now: int) -> dict[int, DirectionNow]:
    line = view_line(Watermark(1, 0, 1), bus.outcome.public)
    return list_line_crowding(line, bus.timetable, "bus", bus.outcome.public.computed_at + now, CAPACITY)


def drive(bus: Any, first: dict[str, Any], second: dict[str, Any]) -> None:
    for i in range(4):
        ahead = {"x_m": 1100.0 + 200.0 * i, "vehicle": "v1", "trip": "out-1", **first}
        behind = {"x_m": 200.0 * i, "vehicle": "v2", "trip": "out-2", **second}
        bus.say(600 + 30 * i, ahead, behind)


def test_each_section_tells_of_the_vehicles_on_it_in_the_direction_of_travel(bus: Any) -> None:
    drive(bus, {"occupancy_percentage": 80}, {"occupancy_percentage": 20})
    found = crowding_of(bus, 10)
    assert set(found) == {0}
    outward = found[0]
    assert (outward.heard, outward.reporting, round(outward.load, 2)) == (2, 2, 0.5)
    names = [(bus.timetable.stop_name[s.from_stop], bus.timetable.stop_name[s.to_stop]) for s in outward.sections]
    assert names == [("s400-0", "s800-0"), ("s1600-0", "s2000-0")]
    assert [section.level.name for section in outward.sections] == ["comfortable", "crowded"]
    assert outward.level.name == "moderate"


def test_a_vehicle_that_says_nothing_is_heard_but_never_counted_as_empty(bus: Any) -> None:
    drive(bus, {"occupancy_percentage": 80}, {"occupancy_status": 7})
    outward = crowding_of(bus, 10)[0]
    assert (outward.heard, outward.reporting, round(outward.load, 2)) == (2, 1, 0.8)


def test_a_direction_nobody_reports_of_is_absent(bus: Any) -> None:
    drive(bus, {}, {})
    assert crowding_of(bus, 10) == {}


def test_old_reports_say_nothing_of_now(bus: Any) -> None:
    drive(bus, {"occupancy_percentage": 80}, {"occupancy_percentage": 20})
    assert crowding_of(bus, 3600) == {}
