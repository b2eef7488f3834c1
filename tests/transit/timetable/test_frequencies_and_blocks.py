from collections.abc import Callable, Mapping, Sequence

from transit.timetable.compiled import Timetable

Compile = Callable[..., Timetable]
HEADER = "trip_id,start_time,end_time,headway_secs,exact_times"


def test_frequencies_are_sorted_by_trip_and_start(make_timetable: Compile) -> None:
    timetable = make_timetable(
        frequencies=[HEADER, "t1,10:00:00,12:00:00,600,0", "t1,06:00:00,10:00:00,300,1", "t2,06:00:00,25:00:00,900,0"]
    )
    trip = timetable.trip_id.find("t1")
    rows = slice(timetable.trip_frequency_offset[trip], timetable.trip_frequency_offset[trip + 1])
    assert timetable.frequency_start_s[rows].tolist() == [6 * 3600, 10 * 3600]
    assert timetable.frequency_exact[rows].tolist() == [True, False]
    assert timetable.trip_has_frequency.all()
    assert timetable.trip_start_s[trip] == 8 * 3600 + 30


def test_a_frequency_that_makes_no_runs_is_listed_and_left_out(make_timetable: Compile) -> None:
    timetable = make_timetable(
        frequencies=[HEADER, "t1,10:00:00,09:00:00,600,0", "t1,06:00:00,10:00:00,0,", "zz,1:0:0,2:0:0,9,"]
    )
    assert not timetable.trip_has_frequency.any()
    assert [fault.split(": ")[0] for fault in timetable.faults] == [
        "frequencies.txt:4",
        "frequencies.txt:2",
        "frequencies.txt:3",
    ]


def test_a_frequency_that_lasts_beyond_three_days_is_listed_and_left_out(make_timetable: Compile) -> None:
    timetable = make_timetable(frequencies=[HEADER, "t1,06:00:00,999:00:00,60,0"])
    assert not timetable.trip_has_frequency.any()
    said = "end_time '999:00:00' lies more than 72 hours after its service day began; row left out"
    assert f"frequencies.txt:2: {said}" in timetable.faults


def test_a_block_holds_its_trips_by_start(make_timetable: Compile, base: Mapping[str, Sequence[str]]) -> None:
    timetable = make_timetable(trips=[base["trips.txt"][0], "L1,daily,t2,,1,B,", "L1,daily,t1,,0,B,"])
    assert list(timetable.block_id) == ["B"]
    assert [timetable.trip_id[trip] for trip in timetable.block_trip] == ["t1", "t2"]
    assert timetable.trip_block.tolist() == [0, 0]


def test_a_trip_without_a_block_has_none(make_timetable: Compile) -> None:
    assert make_timetable().trip_block.tolist() == [-1, -1]
