"""What a partner's stops and lines are taken for, how surely, and why."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.crosswalk.entries import Entry, Kind, Match, Reason, Verdict, mapping_of, with_choices
from transit.crosswalk.match import has_id, match_entries
from transit.crosswalk.names import is_alike
from transit.crosswalk.own_ids import OwnIds, digest_of
from transit.timetable.compiled import Timetable


def _stop(town: Timetable, **said: Any) -> Match:
    return match_entries(Kind.STOPS, [Entry(**{"id": "X", **said})], town)[0]


def _line(town: Timetable, **said: Any) -> Match:
    return match_entries(Kind.LINES, [Entry(**{"id": "X", **said})], town)[0]


A = {"latitude": 48.8500, "longitude": 2.3000}
BETWEEN_B = {"latitude": 48.8501, "longitude": 2.3101}


@pytest.mark.parametrize(
    ("said", "verdict", "reason", "ours"),
    [
        ({"code": "1001"}, "matched", "code", "a"),
        ({"id": "1001"}, "matched", "code", "a"),
        ({"id": "a", "name": "Abbey St."}, "matched", "code", "a"),
        ({"code": "1001", "name": "Abbey Street", **A}, "matched", "code", "a"),
        ({"code": "1001", "name": "Docks"}, "doubtful", "code_named_otherwise", "a"),
        ({"code": "1001", "latitude": 48.86, "longitude": 2.33}, "doubtful", "code_elsewhere", "a"),
        ({"name": "Abbey St", "latitude": 48.8503, "longitude": 2.3003}, "matched", "name_and_place", "a"),
        ({"name": "教堂广场站", "latitude": 48.8501, "longitude": 2.3201}, "matched", "name_and_place", "c"),
        ({"name": "Bridge Road", "latitude": 48.8500, "longitude": 2.3100}, "matched", "name_and_place", "b"),
        ({"name": "Bridge Road", **BETWEEN_B}, "doubtful", "several", "b"),
        ({"name": "Central Station", "latitude": 48.86, "longitude": 2.33}, "matched", "name_and_place", "s"),
        ({"name": "Somewhere", **A}, "doubtful", "place", "a"),
        ({"name": "Somewhere", "latitude": 48.9, "longitude": 2.5}, "missing", "nothing_like_it", None),
        ({"name": "Abbey Street", "latitude": 48.9, "longitude": 2.5}, "missing", "nothing_like_it", None),
        ({"name": "Abbey Street"}, "doubtful", "name", "a"),
        ({"name": "Bridge Road"}, "doubtful", "several", "b"),
        ({"name": "15th Street", "latitude": 48.85, "longitude": 2.3400}, "matched", "name_and_place", "e"),
        ({"name": "Nowhere"}, "missing", "nothing_like_it", None),
        ({}, "missing", "nothing_like_it", None),
    ],
)
def test_stops(town: Timetable, said: dict[str, Any], verdict: str, reason: str, ours: str | None) -> None:
    found = _stop(town, **said)
    assert (found.verdict, found.reason, found.ours) == (verdict, reason, ours)
    assert (ours is None) == (found.candidates == ())


@pytest.mark.parametrize(
    ("said", "verdict", "reason", "ours"),
    [
        ({"id": "r1"}, "matched", "code", "r1"),
        ({"name": "1"}, "matched", "name", "r1"),
        ({"name": "Line 1"}, "matched", "name", "r1"),
        ({"name": "1", "origin": "Church Sq", "destination": "Abbey St"}, "matched", "name_and_termini", "r1"),
        ({"name": "1", "origin": "Docks", "destination": "Quay"}, "doubtful", "termini_differ", "r1"),
        ({"name": "2"}, "doubtful", "several", "r2"),
        ({"name": "2", "origin": "Bridge Road", "destination": "15th Street"}, "matched", "name_and_termini", "r2n"),
        ({"name": "地铁4号线"}, "matched", "name", "m4"),
        ({"name": "9", "origin": "Central", "destination": "13th Street"}, "doubtful", "termini", "m4"),
        ({"name": "9"}, "missing", "nothing_like_it", None),
    ],
)
def test_lines(town: Timetable, said: dict[str, Any], verdict: str, reason: str, ours: str | None) -> None:
    found = _line(town, **said)
    assert (found.verdict, found.reason, found.ours) == (verdict, reason, ours)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Abbey Street", "ABBEY ST.", True),
        ("Árbol Sq", "Arbol Square", True),
        ("Church / Main", "Main & Church", True),
        ("13th Street", "15th Street", False),
        ("North Street", "South Street", False),
        ("人民广场站", "人民广场", True),
        ("", "", False),
        ("Station", "Station", True),
    ],
)
def test_names_are_alike_however_they_are_spelled(one: str, other: str, alike: bool) -> None:
    assert is_alike(one, other) is alike
    assert is_alike(other, one) is alike


def test_what_the_partner_decides_goes_before_the_rule_as_long_as_the_timetable_has_it(town: Timetable) -> None:
    doubtful = _stop(town, id="one", name="Bridge Road")
    matched = _stop(town, id="two", code="1001")

    def decided(**choices: str | None) -> list[Match]:
        return with_choices([doubtful, matched], choices, lambda ours: has_id(Kind.STOPS, town, ours))

    assert mapping_of(decided()) == {"two": "a"}
    assert mapping_of(decided(one="b2")) == {"one": "b2", "two": "a"}
    assert mapping_of(decided(two=None)) == {}
    gone = decided(two="no longer")[1]
    assert (gone.verdict, gone.reason, gone.ours) == (Verdict.DOUBTFUL, Reason.CONFIRMED_GONE, "a")


_TEXT = st.text(max_size=12)
_ENTRIES = st.builds(
    Entry,
    id=st.text(min_size=1, max_size=6),
    name=st.one_of(_TEXT, st.sampled_from(["Bridge Road", "Central", "1", "2"])),
    code=st.one_of(_TEXT, st.sampled_from(["1001", "1002"])),
    latitude=st.floats(48.84, 48.87),
    longitude=st.floats(2.29, 2.35),
    origin=_TEXT,
    destination=_TEXT,
)


@given(entries=st.lists(_ENTRIES, max_size=5), kind=st.sampled_from(Kind))
def test_every_entry_has_one_match_in_order_and_only_what_the_timetable_has_is_named(
    town: Timetable, entries: list[Entry], kind: Kind
) -> None:
    found = match_entries(kind, entries, town)
    assert [match.id for match in found] == [entry.id for entry in entries]
    for match in found:
        assert 0.0 <= match.confidence <= 1.0
        assert all(has_id(kind, town, each) for each in match.candidates)
        assert (match.verdict is Verdict.MISSING) == (match.ours is None)
        assert match.ours is None or match.ours in match.candidates
        if match.verdict is Verdict.MATCHED:
            assert match.confidence >= 0.9


def test_of_an_id_that_two_timetables_have_the_first_counts_and_every_change_renames_them() -> None:
    maps = {("b", Kind.STOPS): {"1": "x"}, ("a", Kind.STOPS): {"1": "y", "2": "z"}}
    own = OwnIds(b"digest", maps)
    assert own.ours[Kind.STOPS] == {"1": "a:y", "2": "a:z"}
    assert own.theirs[Kind.STOPS] == {"a:y": "1", "a:z": "2"}
    assert digest_of("p", {("a", "stops"): 1}) != digest_of("p", {("a", "stops"): 2})
    assert digest_of("p", {("a", "stops"): 1}) != digest_of("q", {("a", "stops"): 1})
