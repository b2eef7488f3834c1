"""docs/city.md says of each way in which feeds mislead by which scenario the city has it, or why no city can."""

import re
from pathlib import Path

from simulators.city.scenarios import SCENARIOS, read_scenario

DOC = Path(__file__).resolve().parents[3] / "docs" / "city.md"
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
SAID_OTHERWISE = ("every run", "tests alone")


def rows() -> dict[int, str]:
    section = DOC.read_text().partition("## Scenarios\n")[2].partition("\n## ")[0]
    return {int(number): where.strip() for number, where in ROW.findall(section)}


def test_each_failure_case_names_the_scenarios_that_make_it_and_no_others() -> None:
    found = rows()
    assert sorted(found) == list(range(1, 63))
    for number, where in found.items():
        named = set(re.findall(r"`([a-z-]+)`", where.partition(";")[0])) if where.startswith("`") else set()
        assert named == {each.name for each in SCENARIOS if number in each.cases}, number


def test_each_scenario_that_is_named_loads_and_a_case_without_one_says_where_it_is_met() -> None:
    for where in rows().values():
        names = re.findall(r"`([a-z-]+)`", where.partition(";")[0]) if where.startswith("`") else []
        assert all(read_scenario(name).name == name for name in names)
        assert names or where.startswith(SAID_OTHERWISE)
