"""The 62 ways in which real feeds mislead a predictor, each with the tests that prove what a rider is told of it.

``CASES.md`` is written from here (HEADWAY_WRITE_CASES=1) and held against the tests that there are.
"""

import os
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("CASES.md")
NUMBERED = re.compile(r"def (test_(\d\d)_\w+)")

CASES = (
    "A loop with the same first and last stop, without sequence numbers",
    "A stop visited twice on one trip",
    "One stop in two trips of a block",
    "A loop in the middle of the way",
    "A street driven twice, stops on the wrong pass",
    "Out and back, lollipops: extra arrivals",
    "An early stop off its place shifts the later ones",
    "A stop far off the shape; points drawn twice",
    "Stop and sequence disagree",
    "A single jump",
    "A jump that lasts",
    "Noise of 30 m beside a parallel street",
    "Jitter backwards while standing",
    "A tunnel of minutes",
    "No bearing, or nought",
    "Coordinates of nought, or swapped",
    "Reports a minute apart skip short stops",
    "A frozen place with fresh times",
    "An older report after a newer one",
    "A time in the future",
    "All vehicles bear the message's time",
    "No time at all",
    "Old reports",
    "A vehicle's clock runs wrong",
    "Trips past midnight, changed clocks, no service date",
    "The same message twice",
    "A wrong trip signed in",
    "Two vehicles on one trip",
    "One vehicle on two trips, two devices in one vehicle",
    "A vehicle swapped on the way",
    "A block goes on, also with another vehicle or line",
    "A finished vehicle matched again",
    "No trip named, two trips fit",
    "Cancelled, added, duplicated, by frequency",
    "A short turn",
    "Express runs and skipped stops",
    "Layover",
    "A vehicle leaves early",
    "Early where it must wait for its time",
    "A long stand on the way",
    "A late bus catches up: no negative hops",
    "A first stop left early: no negative dwell",
    "Early or skipping: times still rise",
    "A diversion around one stop",
    "A detour of all vehicles",
    "A stalled vehicle",
    "Bunching and overtaking",
    "The first vehicle of the day, without history",
    "History without variance",
    "An unset class read as empty",
    "Carriages with a gap",
    "Percentages over 100 and -1",
    "Counters that drift below nought",
    "Nought that means unknown",
    "Short and turned trains",
    "A count that comes late",
    "An unknown capacity",
    "A time before now",
    "A stop passed before its scheduled time",
    "No data and missing",
    "A restart",
    "A feed that fails",
)


def list_tests() -> dict[int, list[tuple[str, str]]]:
    """By the case's number, each test's file and name."""
    found: dict[int, list[tuple[str, str]]] = {number: [] for number in range(1, len(CASES) + 1)}
    for file in sorted(TESTS.rglob("test_*.py")):
        for name, number in NUMBERED.findall(file.read_text()):
            found[int(number)].append((file.relative_to(TESTS).as_posix(), name))
    return found


def write_table() -> str:
    rows = ["# The 62 failure cases and the tests that prove each", "", "| | case | proved by |", "|---|---|---|"]
    for number, tests in list_tests().items():
        proofs = "<br>".join(f"{name.split('_', 2)[2].replace('_', ' ')} (`{file}`)" for file, name in tests)
        rows.append(f"| {number} | {CASES[number - 1]} | {proofs} |")
    return "\n".join(rows) + "\n"


def test_every_case_is_proved_by_a_test_named_as_a_sentence() -> None:
    found = list_tests()
    assert len(found) == 62
    assert [number for number, tests in found.items() if not tests] == []


def test_the_table_of_cases_names_the_tests_that_there_are() -> None:
    if os.environ.get("HEADWAY_WRITE_CASES"):
        TABLE.write_text(write_table())
    assert TABLE.read_text() == write_table(), "write it anew with HEADWAY_WRITE_CASES=1"
