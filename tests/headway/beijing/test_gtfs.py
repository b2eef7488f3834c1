import csv
import io
import zipfile
from pathlib import Path

import pytest

from headway.beijing.gtfs import write_beijing_gtfs
from runtime.errors import UserError
from runtime.timetables import read_gtfs
from simulators.city.city import City
from transit.timetable.compile import compile_timetable

STOPS = """stop_id,stop_name,tts_stop_name,stop_lat,stop_lon,location_type
a,甲(上行),甲,39.90,116.30,0
a1,甲,甲,39.90,116.30,1
a2,甲 A出口,甲,39.80,116.30,2
c,丙,丙,39.90,116.34,1
d,丁,丁,39.90,116.36,1
e,戊,戊,39.92,116.36,1
"""
NEAR = """{  // written by riders
    name: "九线", color: "#9FC238", aliases: ["Line 9"], carriage_num: 6, carriage_type: "B", design_speed: 80,
    stations: [{name: "甲", aliases: ["First"]}, {name: "乙", dist: 1700}, {name: "丙", dist: 1700}],
    train_routes: {
        "南行": {"全程车": {}, "跨线车": {starts_with: "甲"}},
        "北行": {reversed: true, "全程车": {}, "跨线车": {ends_with: "甲"}},
    },
    date_groups: {"工作日": {weekday: [1, 2, 3, 4, 5]}, "双休日": {weekday: [6, 7]}},
    timetable: {
        "甲": {"南行": {
            "工作日": {schedule: [{first_train: "05:30", delta: [10, [2, [5, 5]], 10]},
                                  {first_train: "23:55", delta: [10]}],
                       filters: [{plan: "跨线车", first_train: "05:40", skip_trains: 1, count: 2}]},
            "双休日": {schedule: [{first_train: "06:00", delta: [[3, [20]]]}]}}},
        "乙": {"南行": {"工作日": {schedule: [{first_train: "05:33", delta: [10, [2, [5, 5]], 10]}],
                       filters: [{plan: "跨线车", trains: ["05:43", "05:53"]}]}}},
        "丙": {"北行": {"工作日": {schedule: [{first_train: "06:00", delta: [10]}]}}},
    },
}"""
FAR = """{
    name: "房线", color: "#C9602B", carriage_type: "B", design_speed: 100,
    stations: [{name: "丁"}, {name: "丙", dist: 1700}],
    train_routes: {"进城": {"全程车": {}, "跨线车": {}},
                   "出城": {reversed: true, "全程车": {}, "跨线车": {starts_with: "丙"}}},
    date_groups: {"工作日": {weekday: [1, 2, 3, 4, 5]}},
    timetable: {
        "丙": {"出城": {"工作日": {schedule: [{first_train: "05:46", delta: [4, 6]}],
                                 filters: [{plan: "跨线车", trains: ["05:46", "05:56"]}]}}},
        "丁": {"进城": {"工作日": {schedule: [{first_train: "05:10", delta: []}]}}},
    },
}"""
LOOP = """{
    name: "环线", color: "#356094", aliases: ["Loop"], carriage_type: "B-", design_speed: 80, loop: true,
    stations: [{name: "甲", dist: 2000}, {name: "丙", dist: 3400}, {name: "戊", dist: 2500}],
    train_routes: {"外环": {"环行": {}, "丙出库车": {starts_with: "丙"}, "戊回库车": {loop: false}},
                   "内环": {reversed: true, "环行": {}}},
    date_groups: {"全日": {weekday: [1, 2, 3, 4, 5, 6, 7]}},
    timetable: {
        "甲": {"外环": {"全日": {schedule: [{first_train: "06:00", delta: [15, 15, 15]}],
                               filters: [{plan: "戊回库车", trains: ["06:45"]}]}}},
        "丙": {"外环": {"全日": {schedule: [{first_train: "05:50", delta: [15]}],
                               filters: [{plan: "丙出库车", trains: ["05:50"]}]}}},
        "戊": {"内环": {"全日": {schedule: [{first_train: "06:00", delta: [20]}]}}},
    },
}"""
METADATA = '{through_trains: [{lines: ["九线", "房线"], route: "跨线车", date_group: "工作日"}]}'
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beijing")
    for name, text in (("near", NEAR), ("far", FAR), ("loop", LOOP), ("metadata", METADATA)):
        (folder / f"{name}.json5").write_text(text, "utf-8")
    (folder / "stops.txt").write_text(STOPS, "utf-8")
    write_beijing_gtfs(folder, folder / "out.zip", year=2026)
    return folder


def rows(folder: Path, table: str) -> Rows:
    with zipfile.ZipFile(folder / "out.zip") as archive:
        return list(csv.DictReader(io.StringIO(archive.read(table).decode())))


def calls(folder: Path, trip_id: str) -> list[tuple[str, str]]:
    names = {row["stop_id"]: row["stop_name"] for row in rows(folder, "stops.txt")}
    told = [row for row in rows(folder, "stop_times.txt") if row["trip_id"] == trip_id]
    return [(names[row["stop_id"]], row["departure_time"]) for row in told]


def test_every_train_leaves_each_station_when_that_stations_table_says(folder: Path) -> None:
    assert calls(folder, "line-9-0-0-12345-001")[:2] == [("甲", "05:30:00"), ("乙", "05:33:00")]
    assert calls(folder, "line-9-0-1-12345-001")[:2] == [("甲", "05:40:00"), ("乙", "05:43:00")]


def test_a_train_after_midnight_is_of_the_day_before(folder: Path) -> None:
    starts = {row["departure_time"] for row in rows(folder, "stop_times.txt") if row["stop_sequence"] == "1"}
    assert {"23:55:00", "24:05:00"} <= starts


def test_a_through_train_is_one_vehicle_and_riders_stay_aboard(folder: Path) -> None:
    trips = {row["trip_id"]: row for row in rows(folder, "trips.txt")}
    pairs = rows(folder, "transfers.txt")
    assert len(pairs) == 2
    for pair in pairs:
        near, far = trips[pair["from_trip_id"]], trips[pair["to_trip_id"]]
        assert (near["route_id"], far["route_id"], pair["transfer_type"]) == ("line-9", "房线", "4")
        assert near["block_id"] == far["block_id"] != ""
        assert calls(folder, near["trip_id"])[-1][0] == calls(folder, far["trip_id"])[0][0] == "丙"


def test_a_loop_ends_where_it_begins_and_its_trains_go_round_again(folder: Path) -> None:
    whole = [stop for stop, _ in calls(folder, "loop-0-0-1234567-001")]
    assert whole == ["甲", "丙", "戊", "甲"]
    assert [stop for stop, _ in calls(folder, "loop-1-0-1234567-001")] == ["戊", "丙", "甲", "戊"]
    blocks = {row["trip_id"]: row["block_id"] for row in rows(folder, "trips.txt")}
    assert blocks["loop-0-0-1234567-001"] == blocks["loop-0-0-1234567-002"] != ""


def test_trains_from_and_to_depots_do_not_go_round(folder: Path) -> None:
    assert [stop for stop, _ in calls(folder, "loop-0-1-1234567-001")] == ["丙", "戊", "甲"]
    assert [stop for stop, _ in calls(folder, "loop-0-2-1234567-001")] == ["甲", "丙", "戊"]


def test_lines_of_one_station_share_it_and_what_the_map_lacks_lies_between_its_neighbours(folder: Path) -> None:
    stops = rows(folder, "stops.txt")
    stations = {row["stop_name"]: row for row in stops if row["location_type"] == "1"}
    platforms = [row["parent_station"] for row in stops if row["stop_name"] == "丙" and row["location_type"] == "0"]
    assert len(platforms) == 6
    assert set(platforms) == {stations["丙"]["stop_id"]}
    assert (float(stations["乙"]["stop_lat"]), float(stations["乙"]["stop_lon"])) == (39.9, 116.32)
    assert float(stations["甲"]["stop_lat"]) == 39.9


def test_names_are_chinese_and_english_where_riders_gave_one(folder: Path) -> None:
    told = {(row["field_value"], row["translation"]) for row in rows(folder, "translations.txt")}
    assert {("甲", "First"), ("九线", "Line 9")} <= told


def test_the_city_drives_it(folder: Path) -> None:
    timetable = compile_timetable(read_gtfs(folder / "out.zip"), name="beijing", source="test")
    assert timetable.faults == ()
    # Tuesday, 2026-11-24, 05:45 in Beijing
    seen = City(timetable, 7).positions_at(1_795_470_300).entity
    assert len({entity.vehicle.trip.route_id for entity in seen}) >= 2


def test_a_folder_without_lines_or_stops_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"stops\.txt"):
        write_beijing_gtfs(tmp_path, tmp_path / "out.zip")
    (tmp_path / "stops.txt").write_text(STOPS, "utf-8")
    with pytest.raises(UserError, match="holds no line"):
        write_beijing_gtfs(tmp_path, tmp_path / "out.zip")
    (tmp_path / "odd.json5").write_text("{train_routes: {}}", "utf-8")
    with pytest.raises(UserError, match=r"odd\.json5"):
        write_beijing_gtfs(tmp_path, tmp_path / "out.zip")
