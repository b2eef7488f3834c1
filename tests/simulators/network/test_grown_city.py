import csv
import io
from collections import defaultdict

import numpy as np
import pytest

from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import Table, tabulate
from simulators.network.line_plan import Network
from simulators.network.names import CITY
from simulators.network.streets import lay_streets
from simulators.network.subway_lines import plan_subway_lines

LINES = 120
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def network() -> Network:
    return generate_network(LINES, 7)


@pytest.fixture(scope="module")
def tables(network: Network) -> dict[str, Rows]:
    return _read(tabulate(network))


def _read(written: dict[str, Table]) -> dict[str, Rows]:
    wanted = ("trips.txt", "transfers.txt")
    return {name: list(csv.DictReader(io.StringIO(b"".join(written[name]).decode()))) for name in wanted}


def test_two_lines_meet_end_to_end_and_some_trains_go_on_from_one_to_the_other(
    network: Network, tables: dict[str, Rows]
) -> None:
    [through] = network.through
    trips = {trip["trip_id"]: trip for trip in tables["trips.txt"]}
    pairs = [(trips[row["from_trip_id"]], trips[row["to_trip_id"]]) for row in tables["transfers.txt"]]
    assert {row["transfer_type"] for row in tables["transfers.txt"]} == {"4"}
    assert {before["block_id"] == after["block_id"] for before, after in pairs} == {True}
    lines = {(before["route_id"], after["route_id"], before["direction_id"]) for before, after in pairs}
    assert lines == {(through.near, through.far, "0"), (through.far, through.near, "1")}
    near, far = (next(line for line in network.lines if line.id == each) for each in (through.near, through.far))
    ends = [network.stops[stop].station for stop in (near.patterns[0].stops[-1], far.patterns[0].stops[0])]
    assert ends[0] == ends[1]


def test_the_last_buses_of_a_loop_do_not_go_round(network: Network, tables: dict[str, Rows]) -> None:
    loop = next(line for line in network.lines if line.is_loop)
    whole, depot_in = (
        next(p for p in loop.patterns if p.direction == 0 and p.is_depot_in == is_in) for is_in in (False, True)
    )
    assert depot_in.stops[:-1] == whole.stops[: len(depot_in.stops) - 1]
    assert len(depot_in.stops) < 0.6 * len(whole.stops)
    starts: dict[bool, list[str]] = defaultdict(list)
    for trip in tables["trips.txt"]:
        if trip["route_id"] == loop.id and trip["direction_id"] == "0" and trip["service_id"] == "WD":
            starts[trip["trip_id"].split("-")[3] == "0d"].append(trip["trip_id"].rpartition("-")[2])
    assert len(starts[True]) == 3
    assert min(starts[True]) > max(starts[False])


def test_a_terminal_behind_the_last_block_is_driven_round_one_way(network: Network) -> None:
    rounds = [line for line in network.lines if line.id.startswith("bus-") and int(line.id[4:]) % 20 == 7]
    found = 0
    for line in rounds:
        there, back = line.patterns[:2]
        near_there, near_back = (
            {stop.rpartition("-")[0] for stop in each} for each in (there.stops[-4:-1], back.stops[1:4])
        )
        assert there.stops[-1] == back.stops[0]
        found += not near_there & near_back and len(there.stops) == len(back.stops)
    assert found >= 3


@pytest.mark.parametrize("lines", [14, 20])
def test_a_small_city_has_none_of_these(lines: int) -> None:
    network = generate_network(lines, 7)
    assert network.through == []
    assert not any(pattern.is_depot_in for line in network.lines for pattern in line.patterns)


@pytest.fixture(scope="module")
def subways() -> Network:
    """The subways of the largest city."""
    random = np.random.Generator(np.random.PCG64(7))
    network = Network(CITY, 30.56, 118.42, "Asia/Shanghai")
    network.lines.extend(plan_subway_lines(network, lay_streets(69, 57, random), 28, random))
    return network


def test_every_platform_of_many_lines_stands_beside_its_own_track(subways: Network) -> None:
    network = subways
    for pattern in (pattern for line in network.lines for pattern in line.patterns):
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(pattern.shape, axis=0).T))))
        for stop, progress_m in zip(pattern.stops, pattern.progress_m, strict=True):
            track = [np.interp(progress_m, along, pattern.shape[:, axis]) for axis in (0, 1)]
            assert np.hypot(*(track - np.array([network.stops[stop].east_m, network.stops[stop].north_m]))) < 10


def test_names_can_be_read_on_every_lines_colour(subways: Network) -> None:
    for route in csv.DictReader(io.StringIO(b"".join(tabulate(subways)["routes.txt"]).decode())):
        bright, text = (
            sum(share * part for share, part in zip((0.299, 0.587, 0.114), bytes.fromhex(colour), strict=True))
            for colour in (route["route_color"], route["route_text_color"])
        )
        assert abs(bright - text) >= 72


def test_a_city_in_another_zone_is_the_same_city_under_other_names_of_runs(tables: dict[str, Rows]) -> None:
    elsewhere = _read(tabulate(generate_network(LINES, 7, "Etc/GMT+8")))
    here, there = ([row["trip_id"] for row in each["trips.txt"]] for each in (tables, elsewhere))
    assert not set(here) & set(there)
    assert len(set(there)) == len(here)
    for column in ("route_id", "shape_id", "block_id"):
        assert [row[column] for row in elsewhere["trips.txt"]] == [row[column] for row in tables["trips.txt"]]
    named = {row[column] for row in elsewhere["transfers.txt"] for column in ("from_trip_id", "to_trip_id")}
    assert named <= set(there)
