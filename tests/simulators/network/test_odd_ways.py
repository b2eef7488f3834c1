from collections import Counter
from itertools import pairwise

import pytest

from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.line_plan import Network, PlannedPattern
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

Place = tuple[int, int]


@pytest.fixture(scope="module")
def odd() -> Network:
    return generate_network(14, 7, has_odd_ways=True)


def longest(network: Network, number: int) -> PlannedPattern:
    (line,) = (line for line in network.lines if line.id == f"bus-{number}")
    return line.patterns[0]


def progress_of(timetable: Timetable, number: int, planned: PlannedPattern) -> list[float]:
    """Metres along the way of each call, of the compiled pattern that calls where ``planned`` does."""
    for pattern, line in enumerate(timetable.pattern_line):
        calls = slice(*timetable.pattern_call_offset[pattern : pattern + 2])
        stops = tuple(timetable.stop_id[stop] for stop in timetable.call_stop[calls])
        if timetable.line_id[line] == f"bus-{number}" and stops == planned.stops:
            return [float(metres) for metres in timetable.call_progress_m[calls]]
    raise LookupError(number)


def stops_met_twice(pattern: PlannedPattern) -> int:
    return sum(1 for times in Counter(pattern.stops[1:-1]).values() if times > 1)


def streets_driven_again(pattern: PlannedPattern) -> int:
    driven = _legs(pattern)
    return len(driven) - len(set(driven))


def streets_driven_back(pattern: PlannedPattern) -> int:
    driven = set(_legs(pattern))
    return sum((there, here) in driven for here, there in driven)


def _legs(pattern: PlannedPattern) -> list[tuple[Place, Place]]:
    return list(pairwise((round(east), round(north)) for east, north in pattern.shape))


def test_every_other_line_goes_round_a_block_and_meets_a_stop_twice(odd: Network) -> None:
    for number in (3, 5, 7, 9, 11):
        pattern = longest(odd, number)
        assert stops_met_twice(pattern) == 1
        assert streets_driven_again(pattern) > 0


def test_the_others_drive_a_street_out_and_back_with_stops_on_both_kerbs(odd: Network) -> None:
    for number in (2, 4, 6, 8, 10, 12):
        pattern = longest(odd, number)
        assert stops_met_twice(pattern) == 0
        assert streets_driven_back(pattern) > 0


def test_no_line_of_a_city_without_odd_ways_does_either() -> None:
    plain = generate_network(14, 7)
    for number in range(2, 13):
        assert stops_met_twice(longest(plain, number)) == 0
        assert streets_driven_again(longest(plain, number)) == 0
        assert streets_driven_back(longest(plain, number)) == 0


def test_a_feed_without_distances_has_each_call_on_its_own_pass(odd: Network) -> None:
    tables = {name: b"".join(table) for name, table in tabulate(odd).items()}
    for name in ("stop_times.txt", "shapes.txt"):
        rows = (row.rpartition(b",")[0] for row in tables[name].splitlines())
        tables[name] = b"\n".join(rows)
    timetable = compile_timetable(tables, name="odd", source="")
    for number in range(2, 13):
        planned = longest(odd, number)
        assert list(planned.progress_m) == pytest.approx(progress_of(timetable, number, planned), abs=15)
