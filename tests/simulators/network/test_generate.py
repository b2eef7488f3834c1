import hashlib
import itertools
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from simulators.network.generate import count_subway_lines, generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from transit.timetable.compiled import Timetable

Rows = list[dict[str, str]]


def _seconds(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def test_the_same_seed_gives_the_same_file_to_the_byte(city_zip: Path, tmp_path: Path) -> None:
    write_gtfs(tabulate(generate_network(14, 7)), tmp_path / "again.zip")
    write_gtfs(tabulate(generate_network(14, 8)), tmp_path / "other.zip")
    assert (tmp_path / "again.zip").read_bytes() == city_zip.read_bytes()
    assert (
        hashlib.sha256((tmp_path / "other.zip").read_bytes()).digest() != hashlib.sha256(city_zip.read_bytes()).digest()
    )


def test_the_timetable_compiles_without_a_fault(timetable: Timetable) -> None:
    assert timetable.faults == ()
    assert len(timetable.line_id) == 14
    assert timetable.pattern_has_shape.all()


def test_every_reference_between_tables_is_kept(city_tables: dict[str, Rows]) -> None:
    stops = {row["stop_id"] for row in city_tables["stops.txt"]}
    trips = {row["trip_id"] for row in city_tables["trips.txt"]}
    assert {row["route_id"] for row in city_tables["trips.txt"]} == {
        row["route_id"] for row in city_tables["routes.txt"]
    }
    assert {row["trip_id"] for row in city_tables["stop_times.txt"]} == trips
    assert {row["stop_id"] for row in city_tables["stop_times.txt"]} <= stops
    assert {row["parent_station"] for row in city_tables["stops.txt"]} - {""} <= stops
    assert {row["shape_id"] for row in city_tables["trips.txt"]} == {
        row["shape_id"] for row in city_tables["shapes.txt"]
    }
    assert len(trips) == len(city_tables["trips.txt"])


def test_times_and_distances_never_go_back_along_a_trip(city_tables: dict[str, Rows]) -> None:
    calls: dict[str, Rows] = defaultdict(list)
    for row in city_tables["stop_times.txt"]:
        calls[row["trip_id"]].append(row)
    for rows in calls.values():
        times = [_seconds(row[column]) for row in rows for column in ("arrival_time", "departure_time")]
        along = [float(row["shape_dist_traveled"]) for row in rows]
        assert times == sorted(times)
        assert all(there > here for here, there in itertools.pairwise(along))


def test_stops_lie_at_their_lines_kerb(timetable: Timetable) -> None:
    assert timetable.call_offset_m.max() < 30


def test_lines_share_streets_stops_and_vehicles(city_tables: dict[str, Rows]) -> None:
    line_of = {row["trip_id"]: row["route_id"] for row in city_tables["trips.txt"]}
    lines_at: dict[str, set[str]] = defaultdict(set)
    for row in city_tables["stop_times.txt"]:
        lines_at[row["stop_id"]].add(line_of[row["trip_id"]])
    assert sum(len(lines) >= 2 for lines in lines_at.values()) > 40
    lines_of_block: dict[str, set[str]] = defaultdict(set)
    for row in city_tables["trips.txt"]:
        lines_of_block[row["block_id"]].add(row["route_id"])
    assert any(len(lines) == 2 for block, lines in lines_of_block.items() if block)


def test_a_block_rests_between_its_trips_and_goes_on_where_it_came_to(city_tables: dict[str, Rows]) -> None:
    first: dict[str, dict[str, str]] = {}
    last: dict[str, dict[str, str]] = {}
    for row in city_tables["stop_times.txt"]:
        first.setdefault(row["trip_id"], row)
        last[row["trip_id"]] = row
    parent = {row["stop_id"]: row["parent_station"] or row["stop_id"] for row in city_tables["stops.txt"]}
    blocks: dict[str, list[str]] = defaultdict(list)
    for row in city_tables["trips.txt"]:
        if row["block_id"]:
            blocks[row["block_id"]].append(row["trip_id"])
    assert any(len(trips) > 5 for trips in blocks.values())
    for trips in blocks.values():
        trips.sort(key=lambda trip: _seconds(first[trip]["departure_time"]))
        for before, after in itertools.pairwise(trips):
            assert parent[last[before]["stop_id"]] == parent[first[after]["stop_id"]]
            rest = _seconds(first[after]["departure_time"]) - _seconds(last[before]["arrival_time"])
            assert 240 <= rest <= 3600


def test_the_small_city_has_each_kind_of_service(city_tables: dict[str, Rows], timetable: Timetable) -> None:
    trips = city_tables["trips.txt"]
    patterns = Counter((row["route_id"], row["shape_id"]) for row in trips)
    assert [row["route_type"] for row in city_tables["routes.txt"]].count("1") == 2
    assert any(shape.endswith("s") for _, shape in patterns), "a short turn"
    assert {row["exact_times"] for row in city_tables["frequencies.txt"]} == {"0"}
    assert any(_seconds(row["departure_time"]) > 27 * 3600 for row in city_tables["stop_times.txt"]), "night service"
    starts, ends = timetable.pattern_call_offset[:-1], timetable.pattern_call_offset[1:] - 1
    assert (timetable.call_stop[starts] == timetable.call_stop[ends]).any(), "a loop"
    stations = [row for row in city_tables["stops.txt"] if row["location_type"] == "1"]
    platforms = Counter(row["parent_station"] for row in city_tables["stops.txt"])
    assert any(platforms[row["stop_id"]] == 4 for row in stations), "a transfer station"


def test_stations_are_told_apart_by_name(city_tables: dict[str, Rows]) -> None:
    names = [row["stop_name"] for row in city_tables["stops.txt"] if row["location_type"] == "1"]
    assert len(names) == len(set(names))


def test_every_name_has_its_chinese(city_tables: dict[str, Rows]) -> None:
    translated = {(row["table_name"], row["field_value"]) for row in city_tables["translations.txt"]}
    assert all(("stops", row["stop_name"]) in translated for row in city_tables["stops.txt"])
    assert all(("trips", row["trip_headsign"]) in translated for row in city_tables["trips.txt"])
    assert all(any(sign >= "\u4e00" for sign in row["translation"]) for row in city_tables["translations.txt"])


@pytest.mark.parametrize(("lines", "subways"), [(1, 0), (5, 0), (6, 2), (14, 2), (60, 2), (1258, 28)])
def test_large_cities_have_more_subways(lines: int, subways: int) -> None:
    assert count_subway_lines(lines) == subways


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("lines", [1, 7, 40])
def test_any_seed_makes_a_city(seed: int, lines: int) -> None:
    network = generate_network(lines, seed)
    assert len(network.lines) == lines
    for line in network.lines:
        for pattern in line.patterns:
            assert len(pattern.stops) == len(pattern.progress_m) >= 4
            assert set(pattern.stops) <= set(network.stops)


@pytest.mark.parametrize("lines", [0, -3, 5000])
def test_a_city_without_lines_or_beyond_all_names_is_refused(lines: int) -> None:
    with pytest.raises(ValueError, match="ask for 1 to 3000"):
        generate_network(lines, 7)
