from collections.abc import Callable, Mapping, Sequence

import pytest

from schemas.timetable_versions import TimetableVersion, TimetableVersions, version_in_force
from transit.timetable.compiled import Timetable
from transit.timetable.difference import compare_timetables
from transit.timetable.succession import SuccessionError, activate, roll_back

Compile = Callable[..., Timetable]
Rows = Mapping[str, Sequence[str]]


def _version(content_hash: str, start: int | None = None) -> TimetableVersion:
    return TimetableVersion(hash=content_hash, from_service_date=start, activated_at=1, source="x")


def _activated(*versions: TimetableVersion) -> TimetableVersions:
    current: TimetableVersions | None = None
    for version in versions:
        current = activate(current, "city", version, None)
    assert current is not None
    return current


def _changed(make_timetable: Compile, base: Rows) -> Timetable:
    """Stop c moved a hundred metres, e new; t1 calls at e too; t2 gone, t3 new on a new line."""
    return make_timetable(
        routes=[*base["routes.txt"], "L2,one,2,Far,3,"],
        stops=[*(row.replace("c,Gamma,48.85,", "c,Gamma,48.851,") for row in base["stops.txt"]), "e,Eta,48.85,2.34,0,"],
        trips=[*base["trips.txt"][:2], "L2,daily,t3,,0,,"],
        stop_times=[
            *base["stop_times.txt"][:5],
            "t1,08:09:00,08:09:00,e,9",
            "t3,10:00:00,10:00:00,a,1",
            "t3,10:05:00,10:05:00,b,2",
        ],
    )


def test_a_diff_names_lines_and_stops_and_counts_the_rest(make_timetable: Compile, base: Rows) -> None:
    diff = compare_timetables(make_timetable(), _changed(make_timetable, base))
    assert (diff.lines_added, diff.lines_removed) == (("L2",), ())
    assert (diff.stops_added, diff.stops_removed, diff.stops_moved) == (("e",), (), ("c",))
    assert (diff.patterns_added, diff.patterns_removed, diff.patterns_kept) == (2, 2, 0)
    assert (diff.trips_added, diff.trips_removed, diff.trips_kept) == (1, 1, 1)


def test_nothing_changes_between_equal_timetables(make_timetable: Compile) -> None:
    diff = compare_timetables(make_timetable(), make_timetable())
    assert (diff.patterns_kept, diff.trips_kept) == (2, 2)
    assert not any((diff.lines_added, diff.stops_added, diff.stops_moved, diff.patterns_added, diff.trips_removed))


def test_a_version_activated_at_once_is_in_force_at_once() -> None:
    versions = _activated(_version("old"), _version("new"))
    found = version_in_force(versions, 20260101)
    assert found is not None
    assert found.hash == "new"


def test_a_planned_version_takes_over_on_its_day() -> None:
    versions = _activated(_version("old"), _version("new", 20260301))
    in_force = [version_in_force(versions, date) for date in (20260228, 20260301)]
    assert [version and version.hash for version in in_force] == ["old", "new"]


def test_a_newer_plan_for_an_earlier_day_supersedes_the_older_plan() -> None:
    versions = _activated(_version("old"), _version("planned", 20260401), _version("sooner", 20260301))
    assert [version.hash for version in versions.versions] == ["old", "sooner"]


def test_the_same_version_is_not_activated_twice() -> None:
    with pytest.raises(SuccessionError, match="is the newest version of city already"):
        _activated(_version("old"), _version("old"))


def test_a_rollback_brings_the_version_before_back() -> None:
    assert [version.hash for version in roll_back(_activated(_version("a"), _version("b")), None).versions] == ["a"]


def test_the_only_version_cannot_be_taken_back() -> None:
    with pytest.raises(SuccessionError, match="no version before a"):
        roll_back(_activated(_version("a")), None)


def test_a_long_history_is_cut_to_its_newest_versions() -> None:
    versions = _activated(*(_version(str(number)) for number in range(30)))
    assert [version.hash for version in versions.versions] == [str(number) for number in range(20, 30)]
