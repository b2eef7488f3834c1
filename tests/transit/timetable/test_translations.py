"""Names in other languages, as translations.txt gives them."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.spoken import in_language
from transit.timetable.translations import LANGUAGES_MAX

_HEAD = "table_name,field_name,language,translation,record_id,record_sub_id,field_value"
Compile = Callable[..., Timetable]


def _translated(make_timetable: Compile, *rows: str, **changes: Sequence[str] | None) -> Timetable:
    return make_timetable(translations=[_HEAD, *rows], **changes)


def test_a_feed_without_translations_tells_its_own_names_in_any_language(make_timetable: Compile) -> None:
    timetable = make_timetable()
    assert list(timetable.languages) == []
    assert in_language(timetable, "zh") is timetable


def test_names_are_found_by_record_and_by_value(make_timetable: Compile) -> None:
    timetable = _translated(
        make_timetable,
        "stops,stop_name,zh,甲,a,,",
        "stops,stop_name,zh,乙,,,Beta",
        "routes,route_long_name,zh,东西线,L1,,",
        "agency,agency_name,zh,一公司,,,One",
    )
    spoken = in_language(timetable, "zh")
    assert list(spoken.stop_name) == ["甲", "乙", "Gamma", "Delta"]
    assert list(spoken.line_long_name) == ["东西线"]
    assert list(spoken.agency_name) == ["一公司"]
    assert list(timetable.stop_name) == ["Alpha", "Beta", "Gamma", "Delta"]


def test_a_record_goes_before_a_value_whatever_their_order(make_timetable: Compile) -> None:
    rows = ("stops,stop_name,zh,值,,,Alpha", "stops,stop_name,zh,记录,a,,")
    for ordered in (rows, rows[::-1]):
        assert in_language(_translated(make_timetable, *ordered), "zh").stop_name[0] == "记录"


def test_signs_go_by_their_text_or_their_trip_and_else_by_the_stop_of_that_name(make_timetable: Compile) -> None:
    timetable = _translated(
        make_timetable,
        "trips,trip_headsign,zh,往丁,t1,,",
        "stops,stop_name,zh,甲,a,,",
        "stops,stop_name,zh,丁,d,,",
    )
    spoken = in_language(timetable, "zh")
    signs = {trip: spoken.trip_headsign[spoken.trip_id.find(trip)] for trip in ("t1", "t2")}
    assert signs == {"t1": "往丁", "t2": "甲"}
    assert set(spoken.pattern_headsign) == {"往丁", "甲"}


def test_a_call_has_its_own_sign_translated(make_timetable: Compile) -> None:
    calls = [
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign",
        "t1,08:00:00,08:00:30,a,1,via Beta",
        "t1,08:02:00,08:02:30,b,2,",
        "t2,09:00:00,09:00:00,d,1,",
        "t2,09:03:00,09:03:30,b,2,",
    ]
    by_record = _translated(make_timetable, "stop_times,stop_headsign,zh,经乙,t1,1,", stop_times=calls)
    assert "经乙" in list(in_language(by_record, "zh").call_headsign)


def test_what_cannot_be_used_is_listed_and_the_feed_stands(make_timetable: Compile) -> None:
    timetable = _translated(
        make_timetable,
        "stops,stop_name,zh,无,nowhere,,",
        "stops,stop_name,not a language,无,a,,",
        "stops,stop_name,zh,甲,a,,",
        "levels,level_name,zh,层,1,,",
    )
    assert in_language(timetable, "zh").stop_name[0] == "甲"
    said = " ".join(timetable.faults)
    assert "translations.txt:2: translates nothing that the feed has" in said
    assert "translations.txt:3: language 'not a language' is no language code" in said


def test_a_file_of_the_older_format_is_listed_and_left_aside(make_timetable: Compile) -> None:
    timetable = make_timetable(translations=["trans_id,lang,translation", "Alpha,zh,甲"])
    assert list(timetable.languages) == []
    assert any("column table_name is missing; names are told as they stand" in fault for fault in timetable.faults)


def test_the_feeds_own_language_is_what_it_says(make_timetable: Compile) -> None:
    assert make_timetable().language == ""
    agency = [
        "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
        "one,One,https://o.example,Europe/Paris,fr",
    ]
    assert make_timetable(agency=agency).language == "fr"
    info = ["feed_publisher_name,feed_lang", "Us,mul"]
    assert make_timetable(agency=agency, feed_info=info).language == ""


def test_only_the_languages_with_most_names_are_kept(make_timetable: Compile) -> None:
    rows = [f"stops,stop_name,a{letter},x,a,," for letter in "abcdefghij"]
    timetable = _translated(make_timetable, *rows, "stops,stop_name,zz,x,a,,", "stops,stop_name,zz,y,b,,")
    assert len(timetable.languages) == LANGUAGES_MAX
    assert "zz" in list(timetable.languages)


_NAMES = st.sampled_from(["Alpha", "Beta", "Gamma", "Delta", "Elsewhere", ""])
_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["stops,stop_name", "trips,trip_headsign", "routes,route_short_name", "stops,stop_desc"]),
        st.sampled_from(["zh", "de", "zh-Hant", "??"]),
        st.sampled_from(["x", "y", ""]),
        st.sampled_from(["a", "t1", "L1", "none", ""]),
        _NAMES,
    ),
    max_size=12,
)


@given(rows=_ROWS)
def test_whatever_is_translated_no_stop_loses_its_name_and_the_order_of_rows_does_not_matter(
    rows: list[tuple[str, str, str, str, str]], make_tables: Callable[..., dict[str, bytes]]
) -> None:
    # of two rows that translate the same record the first holds: a value beside it says nothing
    unique = list({(row[0], row[1], row[3] or row[4]): row for row in rows}.values())
    written = [f"{field},{language},{text},{record},,{value}" for field, language, text, record, value in unique]
    made, turned = (
        compile_timetable(make_tables(translations=[_HEAD, *ordered]), name="test", source="s")
        for ordered in (written, written[::-1])
    )
    assert list(made.languages) == list(turned.languages)
    for language in made.languages:
        spoken = in_language(made, language)
        again = in_language(turned, language)
        assert len(spoken.stop_name) == len(made.stop_name)
        assert all(spoken.stop_name)
        for one, other in ((spoken.stop_name, again.stop_name), (spoken.trip_headsign, again.trip_headsign)):
            assert list(one) == list(other)
