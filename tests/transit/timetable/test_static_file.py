"""What one version of a timetable changed against another."""

from typing import Any

from transit.timetable.static_file import compare_static


def version(name: str, lines: dict[str, str], first: str = "06:00:00") -> dict[str, Any]:
    return {
        "version": name,
        "lines": [{"id": each, "long_name": words} for each, words in lines.items()],
        "stops": [],
        "patterns": [],
        "first_last": [{"line_id": each, "direction_id": 0, "first": first} for each in lines],
    }


def test_lines_are_told_that_came_went_and_changed() -> None:
    before, after = (
        version("a", {"1": "One", "2": "Two", "3": "Three"}),
        version("b", {"2": "Two", "3": "3", "4": "Four"}),
    )
    told = compare_static(before, after)
    assert (told["from"], told["to"]) == ("a", "b")
    assert told["lines"] == {"added": ["4"], "removed": ["1"], "changed": ["3"]}
    assert told["first_last_changed"] == ["1", "4"]


def test_other_times_are_told_by_line_and_equal_versions_changed_nothing() -> None:
    before = version("a", {"1": "One"})
    assert compare_static(before, version("b", {"1": "One"}, first="05:00:00"))["first_last_changed"] == ["1"]
    same = compare_static(before, before)
    assert same["lines"] == {"added": [], "removed": [], "changed": []}
    assert same["first_last_changed"] == []
