from collections.abc import Callable

from transit.timetable.compiled import Timetable

Compile = Callable[..., Timetable]
HEADER = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station"
OTHERS = ["b,Beta,48.85,2.31,0,", "c,Gamma,48.85,2.32,0,", "d,Delta,48.85,2.33,0,"]


def test_a_station_knows_its_platforms(make_timetable: Compile) -> None:
    timetable = make_timetable(stops=[HEADER, "S,Central,48.85,2.30,1,", "a,Central,48.85,2.30,0,S", *OTHERS])
    station = timetable.stop_id.find("S")
    children = timetable.stop_child[timetable.stop_child_offset[station] : timetable.stop_child_offset[station + 1]]
    assert [timetable.stop_id[stop] for stop in children] == ["a"]
    assert timetable.stop_parent[timetable.stop_id.find("a")] == station
    assert timetable.stop_location_type[station] == 1


def test_a_platform_without_a_position_is_at_its_station(make_timetable: Compile) -> None:
    timetable = make_timetable(stops=[HEADER, "S,Central,48.85,2.30,1,", "a,Central,,,0,S", *OTHERS])
    row = timetable.stop_id.find("a")
    assert (timetable.stop_latitude[row], timetable.stop_longitude[row]) == (48.85, 2.30)
    assert timetable.faults == ()


def test_a_position_off_the_earth_or_in_the_gulf_of_guinea_is_none(make_timetable: Compile) -> None:
    timetable = make_timetable(stops=[HEADER, "a,Alpha,48.85,2.30,0,", "x,X,95,2.3,0,", "y,Y,0,0,0,", *OTHERS])
    assert timetable.stop_id.find("x") == timetable.stop_id.find("y") == -1
    assert len(timetable.faults) == 2


def test_a_stop_with_an_unknown_station_stands_alone(make_timetable: Compile) -> None:
    timetable = make_timetable(stops=[HEADER, "a,Alpha,48.85,2.30,0,gone", *OTHERS])
    assert timetable.stop_parent.tolist() == [-1] * 4
    assert timetable.faults == ("stops.txt:2: parent_station 'gone' is not in stops.txt; the stop stands alone",)


def test_a_stop_id_used_twice_means_the_first(make_timetable: Compile) -> None:
    timetable = make_timetable(stops=[HEADER, "a,Alpha,48.85,2.30,0,", "a,Other,48.9,2.30,0,", *OTHERS])
    assert timetable.stop_name[timetable.stop_id.find("a")] == "Alpha"
    assert timetable.faults == ("stops.txt:3: stop_id 'a' was used before; row left out",)
