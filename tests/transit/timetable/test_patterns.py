from collections.abc import Callable, Sequence

from transit.timetable.compiled import Timetable
from transit.timetable.pattern_ids import PatternIdentity, name_patterns

Compile = Callable[..., Timetable]
TRIPS = "route_id,service_id,trip_id,trip_headsign,direction_id,shape_id"
TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type"


def _trip(trip_id: str, stops: str, *, at: int = 8, step: int = 1, pickup: str = "0") -> list[str]:
    return [
        f"{trip_id},{at:02d}:{2 * place:02d}:00,{at:02d}:{2 * place:02d}:00,{stop},{step * (place + 1)},{pickup}"
        for place, stop in enumerate(stops)
    ]


def _feed(make_timetable: Compile, *trips: list[str], headsigns: Sequence[str] = ()) -> Timetable:
    ids = [rows[0].split(",")[0] for rows in trips]
    signs = [*headsigns, *[""] * len(ids)]
    return make_timetable(
        trips=[TRIPS, *(f"L1,daily,{trip_id},{sign},0," for trip_id, sign in zip(ids, signs, strict=False))],
        stop_times=[TIMES, *(row for rows in trips for row in rows)],
    )


def test_trips_with_the_same_calls_share_a_pattern_and_a_timing(make_timetable: Compile) -> None:
    timetable = _feed(make_timetable, _trip("x", "abc"), _trip("y", "abc", at=9), _trip("z", "ab"))
    assert len(timetable.pattern_id) == 2
    assert len(timetable.timing_offset) - 1 == 2
    assert list(timetable.trip_id) == ["x", "y", "z"]
    assert timetable.trip_start_s.tolist() == [8 * 3600, 9 * 3600, 8 * 3600]


def test_boarding_rules_and_stop_sequences_set_patterns_apart_under_ids_of_one_stem(make_timetable: Compile) -> None:
    timetable = _feed(make_timetable, _trip("x", "abc"), _trip("y", "abc", pickup="1"), _trip("z", "abc", step=10))
    ids = sorted(timetable.pattern_id)
    assert len(set(ids)) == 3
    assert all(one.startswith(ids[0]) for one in ids)


def test_a_pattern_keeps_its_id_when_another_joins_the_line(make_timetable: Compile) -> None:
    alone = _feed(make_timetable, _trip("x", "abcd"))
    joined = _feed(make_timetable, _trip("a", "dcba"), _trip("x", "abcd"), _trip("y", "abcd", at=9))
    assert alone.pattern_id[0] in list(joined.pattern_id)


def test_the_commonest_headsign_speaks_for_the_pattern(make_timetable: Compile) -> None:
    timetable = _feed(
        make_timetable,
        _trip("x", "abc"),
        _trip("y", "abc", at=9),
        _trip("z", "abc", at=10),
        headsigns=["Town", "Centre", "Centre"],
    )
    assert list(timetable.pattern_headsign) == ["Centre"]
    assert list(timetable.trip_headsign) == ["Town", "Centre", "Centre"]


def test_patterns_with_most_trips_come_first_in_their_direction(make_timetable: Compile) -> None:
    timetable = _feed(make_timetable, _trip("x", "ab"), _trip("y", "abcd"), _trip("z", "abcd", at=9))
    assert (timetable.pattern_call_offset[1], timetable.pattern_call_offset[2]) == (4, 6)


def test_the_pattern_with_most_trips_has_the_plain_id_whatever_the_order() -> None:
    rare = PatternIdentity("L", 0, ("a", "b"), b"rare", 1)
    common = PatternIdentity("L", 0, ("a", "b"), b"common", 5)
    one, other = name_patterns([rare, common]), name_patterns([common, rare])
    assert one == other[::-1]
    assert one[0].startswith(one[1] + ":")


def test_directions_the_feed_leaves_out_are_told_by_where_trips_lead(
    make_timetable: Compile,
) -> None:
    trips = ["route_id,service_id,trip_id", *(f"L1,daily,{trip}" for trip in ("out", "out2", "back"))]
    times = [TIMES, *_trip("out", "abcd"), *_trip("out2", "abcd", at=9), *_trip("back", "dba")]
    timetable = make_timetable(trips=trips, stop_times=times)
    assert timetable.pattern_direction[timetable.trip_pattern].tolist() == [0, 0, 1]


def test_directions_need_no_stops_in_common(make_timetable: Compile) -> None:
    stops = ["stop_id,stop_name,stop_lat,stop_lon"]
    stops += [f"{name},{name},{latitude},{2.3 + place / 100}" for name, place, latitude in _kerbs()]
    trips = ["route_id,service_id,trip_id", "L1,daily,out", "L1,daily,out2", "L1,daily,back"]
    times = [TIMES, *_trip("out", "abc"), *_trip("out2", "abc", at=9), *_trip("back", "fed")]
    timetable = make_timetable(stops=stops, trips=trips, stop_times=times)
    assert timetable.pattern_direction[timetable.trip_pattern].tolist() == [0, 0, 1]


def test_loops_are_told_apart_by_the_order_of_their_stops(make_timetable: Compile) -> None:
    trips = ["route_id,service_id,trip_id", "L1,daily,loop,", "L1,daily,loop2", "L1,daily,reverse"]
    times = [TIMES, *_trip("loop", "abda"), *_trip("loop2", "abda", at=9), *_trip("reverse", "adba")]
    timetable = make_timetable(trips=trips, stop_times=times)
    assert timetable.pattern_direction[timetable.trip_pattern].tolist() == [0, 0, 1]


def _kerbs() -> list[tuple[str, int, float]]:
    return [
        *((name, place, 48.85) for place, name in enumerate("abc")),
        *((n, p, 48.8501) for p, n in enumerate("def")),
    ]
