from collections.abc import Callable, Sequence

from transit.timetable.compiled import Timetable

Compile = Callable[..., Timetable]
ROUTES = "route_id,agency_id,route_short_name,route_type"
TRIPS = "route_id,service_id,trip_id,direction_id,block_id"
TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"


def _trip(trip_id: str, stops: str, minute: int) -> list[str]:
    clock = [f"{(minute + 5 * place) // 60:02d}:{(minute + 5 * place) % 60:02d}:00" for place in range(len(stops))]
    return [
        f"{trip_id},{time},{time},{stop},{place}" for place, (time, stop) in enumerate(zip(clock, stops, strict=True))
    ]


def _groups(timetable: Timetable) -> list[list[str]]:
    ends = timetable.group_line_offset
    return [
        [timetable.line_id[line] for line in timetable.group_line[ends[group] : ends[group + 1]]]
        for group in range(len(timetable.group_id))
    ]


def _two_lines(make_timetable: Compile, rest_min: int, **tables: Sequence[str]) -> Timetable:
    """Line L1 from a to c, then on the same vehicle L2 from c to d after a rest; three times."""
    trips, times = [TRIPS], [TIMES]
    for hour in (8, 9, 10):
        trips += [f"L1,daily,x{hour},0,b{hour}", f"L2,daily,y{hour},0,b{hour}"]
        times += _trip(f"x{hour}", "abc", hour * 60) + _trip(f"y{hour}", "cd", hour * 60 + 10 + rest_min)
    routes = [ROUTES, "L1,one,1,3", "L2,one,2,3"]
    return make_timetable(**{"routes": routes, "trips": trips, "stop_times": times, **tables})


def test_a_line_is_ordinarily_a_group_of_its_own(make_timetable: Compile) -> None:
    assert _groups(make_timetable()) == [["L1"]]


def test_lines_that_run_through_at_once_are_one_group_named_after_the_first(make_timetable: Compile) -> None:
    timetable = _two_lines(make_timetable, rest_min=1)
    assert _groups(timetable) == [["L1", "L2"]]
    assert list(timetable.group_id) == ["L1"]
    assert timetable.line_group.tolist() == [0, 0]


def test_vehicles_that_change_lines_after_a_rest_join_nothing(make_timetable: Compile) -> None:
    assert _groups(_two_lines(make_timetable, rest_min=10)) == [["L1"], ["L2"]]


def test_lines_that_riders_stay_seated_between_are_one_group(make_timetable: Compile) -> None:
    transfers = ["from_trip_id,to_trip_id,transfer_type", "x8,y8,4", "x9,y9,4"]
    assert _groups(_two_lines(make_timetable, rest_min=10, transfers=transfers)) == [["L1", "L2"]]


def test_one_seated_transfer_of_many_trips_joins_nothing(make_timetable: Compile) -> None:
    transfers = ["from_trip_id,to_trip_id,transfer_type", "x8,y8,4"]
    assert _groups(_two_lines(make_timetable, rest_min=10, transfers=transfers)) == [["L1"], ["L2"]]


def test_a_bus_and_a_tram_are_never_one_group(make_timetable: Compile) -> None:
    routes = [ROUTES, "L1,one,1,3", "L2,one,2,0"]
    assert _groups(_two_lines(make_timetable, rest_min=1, routes=routes)) == [["L1"], ["L2"]]


def test_two_routes_that_are_one_lines_directions_are_one_group(make_timetable: Compile) -> None:
    routes = [ROUTES, "L1-in,one,1,3", "L1-out,one,1,3"]
    trips = [TRIPS, "L1-out,daily,x,0,", "L1-in,daily,y,1,"]
    timetable = make_timetable(
        routes=routes, trips=trips, stop_times=[TIMES, *_trip("x", "abcd", 480), *_trip("y", "dcba", 540)]
    )
    assert _groups(timetable) == [["L1-in", "L1-out"]]


def test_two_routes_of_one_name_that_lead_elsewhere_are_two_groups(make_timetable: Compile) -> None:
    routes = [ROUTES, "L1-a,one,1,3", "L1-b,one,1,3"]
    trips = [TRIPS, "L1-a,daily,x,0,", "L1-b,daily,y,0,"]
    timetable = make_timetable(
        routes=routes, trips=trips, stop_times=[TIMES, *_trip("x", "abc", 480), *_trip("y", "ad", 540)]
    )
    assert len(timetable.group_id) == 2


def test_no_more_than_four_lines_are_joined(make_timetable: Compile) -> None:
    lines = [f"L{number}" for number in range(6)]
    trips, times = [TRIPS], [TIMES]
    for number, line in enumerate(lines):
        trips.append(f"{line},daily,t{number},0,chain")
        times += _trip(f"t{number}", "ab" if number % 2 == 0 else "ba", 480 + 6 * number)
    timetable = make_timetable(
        routes=[ROUTES, *(f"{line},one,{line},3" for line in lines)], trips=trips, stop_times=times
    )
    assert max(len(group) for group in _groups(timetable)) == 4
    assert sorted(line for group in _groups(timetable) for line in group) == lines
