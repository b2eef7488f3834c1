"""Which timetables stay mapped."""

from dataclasses import replace
from typing import Any

from api.view.compiled_view import CompiledView
from api.view.shelf import UNUSED_S, Shelf
from schemas.timetable_versions import TimetableVersion, TimetableVersions

City = Any


def version(timetable_hash: str) -> TimetableVersion:
    return TimetableVersion(hash=timetable_hash, from_service_date=None, activated_at=0, source="")


def test_a_timetable_that_nothing_names_for_two_days_is_let_go(city: City) -> None:
    shelf = Shelf(lambda _: city.timetable)
    for timetable_hash in ("old", "used", "late", "new"):
        shelf.keep(CompiledView(replace(city.timetable, hash=timetable_hash)))
    versions = TimetableVersions(name="town", versions=(version("old"), version("late"), version("new")))
    shelf.take_versions({"town": versions})
    assert shelf.let_go(["used"], 0.0) == []
    assert shelf.let_go(["used", "old"], UNUSED_S) == [], "a value has named it since"
    assert shelf.let_go(["used"], UNUSED_S + 1) == []
    assert shelf.let_go(["used"], 2 * UNUSED_S + 1) == ["old"]
    assert [each in shelf for each in ("old", "used", "late", "new")] == [False, True, True, True]
