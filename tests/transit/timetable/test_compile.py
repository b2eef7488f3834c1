import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Strings, Timetable
from transit.timetable.digest import content_hash
from transit.timetable.faults import TimetableError

Tables = dict[str, bytes]
MakeTables = Callable[..., Tables]
Compile = Callable[..., Timetable]


def _compile(tables: Mapping[str, bytes]) -> Timetable:
    return compile_timetable(tables, name="test", source="test feed")


def test_the_same_feed_gives_the_same_hash_and_every_byte_of_it_counts(make_tables: MakeTables) -> None:
    once, again = _compile(make_tables()), _compile(make_tables())
    assert once.hash == again.hash == content_hash(once)
    changed = make_tables()
    changed["stop_times.txt"] = changed["stop_times.txt"].replace(b"08:02:30", b"08:02:31")
    assert _compile(changed).hash != once.hash


def test_where_the_feed_came_from_does_not_change_the_hash_but_its_name_does(make_tables: MakeTables) -> None:
    one = compile_timetable(make_tables(), name="x", source="here")
    assert compile_timetable(make_tables(), name="x", source="there").hash == one.hash
    assert compile_timetable(make_tables(), name="y", source="here").hash != one.hash


def test_the_language_of_names_that_are_in_no_other_does_not_change_the_hash(make_tables: MakeTables) -> None:
    plain, said = make_tables(), make_tables()
    header, *rows = said["agency.txt"].decode().splitlines()
    said["agency.txt"] = "\n".join((f"{header},agency_lang", *(f"{row},zh" for row in rows))).encode()
    translated = b"table_name,field_name,language,translation,field_value\nstops,stop_name,en,Bridge,"
    name = _compile(plain).stop_name[0].encode()
    assert (_compile(said).language, _compile(said).hash) == ("zh", _compile(plain).hash)
    of_zh, of_none = ({**tables, "translations.txt": translated + name} for tables in (said, plain))
    assert _compile(of_zh).hash != _compile(of_none).hash


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_rows_in_another_order_give_the_same_timetable(base: Mapping[str, Sequence[str]], seed: int) -> None:
    shuffle = random.Random(seed)  # noqa: S311 - a test's order, not a secret
    tables: Tables = {}
    for name, (header, *rows) in base.items():
        shuffle.shuffle(rows)
        tables[name] = "\n".join((header, *rows)).encode()
    plain = {name: "\n".join(rows).encode() for name, rows in base.items()}
    assert _compile(tables).hash == _compile(plain).hash


def test_every_array_is_read_only_and_of_the_type_the_contract_names(make_timetable: Compile) -> None:
    timetable = make_timetable()
    for field in fields(timetable):
        value = getattr(timetable, field.name)
        if isinstance(value, Strings):
            assert (value.offsets.dtype.name, value.text.dtype.name) == ("int64", "uint8")
            assert not value.offsets.flags.writeable
        elif isinstance(value, np.ndarray):
            expected = {"Ints": np.int32, "Floats": np.float64}
            names = str(field.type)
            wanted = next((kind for name, kind in expected.items() if name in names), value.dtype.type)
            assert value.dtype in (wanted, np.bool_), field.name
            assert not value.flags.writeable, field.name


def test_offsets_lead_from_lines_to_patterns_to_calls_and_trips(make_timetable: Compile) -> None:
    timetable = make_timetable()
    assert list(timetable.line_pattern_offset) == [0, 2]
    assert list(timetable.pattern_call_offset) == [0, 4, 7]
    assert list(timetable.pattern_trip_offset) == [0, 1, 2]
    assert [timetable.stop_id[stop] for stop in timetable.call_stop] == ["a", "b", "c", "d", "d", "b", "a"]
    b = timetable.stop_id.find("b")
    calls = timetable.stop_call[timetable.stop_call_offset[b] : timetable.stop_call_offset[b + 1]]
    assert list(calls) == [1, 5]
    assert list(timetable.call_hop) == [-1, *timetable.call_hop[1:4], -1, *timetable.call_hop[5:]]
    assert [timetable.stop_id[stop] for stop in timetable.hop_from_stop[timetable.call_hop[[1, 5]]]] == ["a", "d"]


def test_nobody_boards_at_the_last_call_or_alights_at_the_first(make_timetable: Compile) -> None:
    timetable = make_timetable()
    assert timetable.call_boardable.tolist() == [True, True, True, False, True, True, False]
    assert timetable.call_alightable.tolist() == [False, True, True, True, False, True, True]


def test_a_byte_order_mark_unknown_columns_and_padding_change_nothing(make_tables: MakeTables) -> None:
    tables = make_tables()
    tables["stops.txt"] = b"\xef\xbb\xbf" + tables["stops.txt"].replace(b"stop_id,", b" stop_id ,").replace(
        b"parent_station", b"parent_station,colour_of_bench"
    ).replace(b"a,Alpha", b" a , Alpha ")
    assert _compile(tables).hash == _compile(make_tables()).hash


def test_windows_line_endings_and_blank_lines_change_nothing(make_tables: MakeTables) -> None:
    tables = {name: content.replace(b"\n", b"\r\n") + b"\r\n\r\n" for name, content in make_tables().items()}
    assert _compile(tables).hash == _compile(make_tables()).hash


def test_a_quoted_line_break_stays_in_a_name_and_lines_are_still_counted_right(make_timetable: Compile) -> None:
    timetable = make_timetable(
        stops=[
            "stop_id,stop_name,stop_lat,stop_lon",
            'a,"Alpha\nHouse",48.85,2.30',
            "b,Beta,48.85,2.31",
            "c,Gamma,48.85,2.32",
            "d,Delta,48.85,2.33",
            "e,Nowhere,,",
        ]
    )
    assert timetable.stop_name[timetable.stop_id.find("a")] == "Alpha\nHouse"
    assert timetable.faults == ("stops.txt:7: stop 'e' has no position, nor has its station; row left out",)


def test_a_trip_without_headsign_goes_by_its_last_stop(
    make_timetable: Compile, base: Mapping[str, Sequence[str]]
) -> None:
    timetable = make_timetable(trips=[row.replace("Delta", "") for row in base["trips.txt"]])
    assert timetable.trip_headsign[timetable.trip_id.find("t1")] == "Delta"


def test_a_stop_headsign_is_kept_only_where_it_differs_from_the_trips(make_timetable: Compile) -> None:
    timetable = make_timetable(
        stop_times=[
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign",
            "t1,08:00:00,08:00:00,a,1,Delta",
            "t1,08:02:00,08:02:00,b,2,Delta via Gamma",
            "t1,08:04:00,08:04:00,d,3,",
        ]
    )
    assert list(timetable.call_headsign) == ["", "Delta via Gamma", ""]


def test_extended_route_types_are_kept_as_they_are(make_timetable: Compile) -> None:
    routes = ["route_id,route_short_name,route_type", "L1,1,702"]
    assert make_timetable(routes=routes).line_route_type.tolist() == [702]


def test_a_route_type_that_is_no_number_is_read_as_bus_and_listed(make_timetable: Compile) -> None:
    timetable = make_timetable(routes=["route_id,route_short_name,route_type", "L1,1,tram"])
    assert timetable.line_route_type.tolist() == [3]
    assert timetable.faults == ("routes.txt:2: route_type 'tram' is no number; read as bus",)


def test_the_days_of_a_timetable_are_those_of_the_services_its_trips_use(
    make_timetable: Compile, base: Mapping[str, Sequence[str]]
) -> None:
    calendar = [*base["calendar.txt"], "unused,1,1,1,1,1,1,1,20200101,20301231"]
    timetable = make_timetable(calendar=calendar)
    days = [date.fromordinal(day) for day in (timetable.first_service_day, timetable.last_service_day)]
    assert days == [date(2026, 1, 1), date(2026, 12, 31)]


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("agency", "agency.txt: is missing from the feed"),
        ("routes", "routes.txt: is missing from the feed"),
        ("stops", "stops.txt: is missing from the feed"),
        ("trips", "trips.txt: is missing from the feed"),
        ("stop_times", "stop_times.txt: is missing from the feed"),
        ("calendar", "calendar.txt: is missing from the feed, and so is calendar_dates.txt"),
    ],
)
def test_a_feed_without_a_required_file_is_refused_by_name(make_tables: MakeTables, missing: str, says: str) -> None:
    with pytest.raises(TimetableError) as refused:
        _compile(make_tables(**{missing: None}))
    assert str(refused.value) == says


def test_a_missing_column_is_refused_by_name(make_tables: MakeTables) -> None:
    with pytest.raises(TimetableError, match=r"^routes\.txt:1: column route_type is missing$"):
        _compile(make_tables(routes=["route_id,route_short_name", "L1,1"]))


def test_an_unknown_time_zone_is_refused_with_its_line(make_tables: MakeTables) -> None:
    rows = ["agency_name,agency_timezone", "One,Europe/Atlantis"]
    with pytest.raises(TimetableError, match=r"^agency\.txt:2: agency_timezone 'Europe/Atlantis' is no zone"):
        _compile(make_tables(agency=rows))


def test_a_table_that_is_mostly_wrong_is_refused_at_its_first_wrong_line(make_tables: MakeTables) -> None:
    rows = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    rows += ["t1,08:00:00,08:00:00,a,1", *(f"t1,25-00,25-00,b,{place}" for place in range(2, 9))]
    with pytest.raises(TimetableError) as refused:
        _compile(make_tables(stop_times=rows))
    assert (refused.value.file, refused.value.line) == ("stop_times.txt", 3)


def test_faults_of_one_kind_are_listed_five_times_and_then_counted(make_timetable: Compile) -> None:
    rows = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    rows += [f"t1,08:{place:02d}:00,08:{place:02d}:00,{'abcd'[place % 4]},{place}" for place in range(20)]
    rows += [f"t1,09:{place:02d}:00,09:{place:02d}:00,gone,{place}" for place in range(20, 29)]
    faults = make_timetable(stop_times=rows).faults
    assert faults[0] == "stop_times.txt:22: stop_id 'gone' is not in stops.txt; call left out"
    assert faults[5] == "stop_times.txt: 4 more rows: stop_id … is not in stops.txt; call left out"


@given(
    garbage=st.binary(max_size=400), where=st.sampled_from(["stops.txt", "stop_times.txt", "trips.txt", "calendar.txt"])
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_in_a_table_are_compiled_or_refused_but_never_crash(
    base: Mapping[str, Sequence[str]], garbage: bytes, where: str
) -> None:
    tables = {name: "\n".join(rows).encode() for name, rows in base.items()}
    tables[where] = tables[where] + b"\n" + garbage
    with suppress(TimetableError):
        assert len(_compile(tables).trip_id) <= 2
