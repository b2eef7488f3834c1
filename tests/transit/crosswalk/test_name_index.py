"""Names that are alike are found without comparing each with all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.crosswalk import names
from transit.crosswalk.entries import Entry, Kind
from transit.crosswalk.match import match_entries
from transit.crosswalk.name_index import NameIndex
from transit.crosswalk.names import is_alike, plain_name, words_of
from transit.timetable.compile import compile_timetable

_NAMES = st.lists(st.text("abst1 2站É", max_size=8), max_size=8)


@given(told=_NAMES, wanted=st.text("abst1 2站É", max_size=8))
def test_whoever_is_alike_is_found_but_for_a_first_letter_that_differs(told: list[str], wanted: str) -> None:
    plain = plain_name(wanted)
    expected = [
        row
        for row, each in enumerate(told)
        if is_alike(plain, each)
        and (plain_name(each)[:1] == plain[:1] or words_of(plain_name(each)) == words_of(plain))
    ]
    assert NameIndex(enumerate(told)).find(wanted) == expected


def _words(seed: int, count: int) -> list[str]:
    letters = np.random.default_rng(seed).integers(ord("a"), ord("z") + 1, (count, 14))
    return ["".join(map(chr, row)) for row in letters]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_thousand_names_against_a_thousand_compare_a_few(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison of two names takes a hundred microseconds, and 20,000 times 20,000 of them a day."""
    count = 1000
    stops = "\n".join(f"s{n},{name},48.85,2.30" for n, name in enumerate(_words(1, count)))
    trips = "\n".join(f"r{n},all,t{n}" for n in range(count // 2))
    calls = "\n".join(
        f"t{n},8:00:00,8:00:00,s{2 * n},1\nt{n},8:10:00,8:10:00,s{2 * n + 1},2" for n in range(count // 2)
    )
    routes = "\n".join(f"r{n},,,3,Line of {n}" for n in range(count // 2))
    tables = {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\no,One,https://one.example,Europe/Paris",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n" + stops,
        "routes.txt": "route_id,agency_id,route_short_name,route_type,route_long_name\n" + routes,
        "calendar_dates.txt": "service_id,date,exception_type\nall,20260101,1",
        "trips.txt": "route_id,service_id,trip_id\n" + trips,
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + calls,
    }
    big = compile_timetable({name: text.encode() for name, text in tables.items()}, name="big", source="test")
    compared = 0
    ratio = names._is_spelt_alike.__wrapped__

    def counted(first: str, second: str) -> bool:
        nonlocal compared
        compared += 1
        return bool(ratio(first, second))

    monkeypatch.setattr(names, "_is_spelt_alike", counted)
    theirs = _words(2, count)
    entries = [
        Entry(id=f"x{n}", name=each, origin=each, destination=theirs[n - 1]) for n, each in enumerate(theirs)
    ] + [Entry(id=f"none{n}") for n in range(count)]
    found = match_entries(kind, entries, big)
    assert len(found) == 2 * count
    assert compared < 10 * count
