"""What is to go is told in time: in headers of every answer, in the description and on its page."""

from datetime import date
from typing import Any

import pytest

from api.deprecations.declared import DEPRECATIONS, EVERY_PATH, NOTICE, Deprecated
from api.deprecations.marks import marks_of

LINES = Deprecated(path="/v1/lines/{line_id}", since=date(2026, 1, 2), instead="Nothing.")
SHAPES = Deprecated(
    path="/v1/lines/{line_id}", parameter="shapes", since=date(2026, 3, 4), sunset=date(2027, 5, 6), instead="Nothing."
)
ALL = Deprecated(path=EVERY_PATH, contract="2020-01-01", since=date(2026, 1, 1), instead="The next.")


@pytest.mark.parametrize(
    ("method", "path", "query", "is_told"),
    [
        ("GET", b"/v1/lines/town%3A1", b"", False),
        ("GET", b"/v1/lines/town%3A1", b"shapes=false", True),
        ("HEAD", b"/v1/lines/town%3A1", b"shapes=false", True),
        ("GET", b"/v1/lines/town%3A1", b"x=1&%73hapes=false", True),
        ("GET", b"/v1/lines/town%3A1", b"x=shapes", False),
        ("POST", b"/v1/lines/town%3A1", b"shapes=false", False),
        ("GET", b"/v1/lines", b"shapes=false", False),
        ("GET", b"/v1/lines/town%3A1/vehicles", b"shapes=false", False),
        ("GET", b"/v1/replays/monday/lines/town%3A1", b"shapes=false", True),
    ],
)
def test_only_who_asks_for_what_is_to_go_is_told(method: str, path: bytes, query: bytes, is_told: bool) -> None:
    assert bool(marks_of(method, path, query, [SHAPES])) is is_told


def test_days_are_written_as_the_standards_have_them() -> None:
    told = dict(marks_of("GET", b"/v1/lines/town%3A1", b"shapes=false", [SHAPES]))
    assert told == {
        b"deprecation": b"@1772582400",
        b"sunset": b"Thu, 06 May 2027 00:00:00 GMT",
        b"link": b'</deprecations>; rel="deprecation"; type="text/html", '
        b'</deprecations>; rel="sunset"; type="text/html"',
    }


def test_of_several_things_the_earliest_days_are_told_and_no_sunset_where_none_is_decided() -> None:
    both = dict(marks_of("GET", b"/v1/lines/a", b"shapes=false", [SHAPES, LINES]))
    assert (both[b"deprecation"], both[b"sunset"][:16]) == (b"@1767312000", b"Thu, 06 May 2027")
    assert b"sunset" not in dict(marks_of("GET", b"/v1/lines/a", b"", [SHAPES, LINES]))


def test_a_whole_contract_can_be_deprecated() -> None:
    assert marks_of("POST", b"/v1/arrivals", b"", [ALL])
    assert ALL.name == "the contract of 2020-01-01"


@pytest.mark.parametrize("declared", DEPRECATIONS, ids=lambda each: each.name)
async def test_what_is_declared_exists_is_described_has_its_notice_and_stands_on_the_page(
    declared: Deprecated, city: Any, client: Any
) -> None:
    operation = city.api.application.openapi()["paths"][declared.path][declared.method]
    marked = [each for each in operation["parameters"] if each["name"] == declared.parameter]
    assert [each["deprecated"] for each in (marked if declared.parameter else [operation])] == [True]
    assert declared.sunset is None or declared.sunset - declared.since >= NOTICE
    answered = await client.get("/deprecations")
    assert declared.name in answered.text
    assert str(declared.since) in answered.text
