"""Whole feeds of real agencies, as the recordings have them."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

pytestmark = pytest.mark.recording

FEEDS = {
    "dc-bus/gtfs.zip": (3, 4167),
    "boston-subway/gtfs.zip": (8, 268),
    "nyc-subway/gtfs.zip": (23, 5162),
    "gtfs/mexico-city.zip": (145, 1741),
    "gtfs/cairns.zip": (22, 1339),
    "conformance/transitland_rt/ct.zip": (9, 176),
    "conformance/transitland_rt/bart-rt.zip": (8, 2641),
}
Compiled = Callable[[str], Timetable]


def _tables(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def compiled(recordings: Path) -> Compiled:
    kept: dict[str, Timetable] = {}

    def compile_feed(feed: str) -> Timetable:
        if feed not in kept:
            kept[feed] = compile_timetable(_tables(recordings / feed), name="feed", source=feed)
        return kept[feed]

    return compile_feed


@pytest.mark.parametrize("feed", FEEDS)
def test_a_recorded_feed_compiles_whole(compiled: Compiled, feed: str) -> None:
    timetable = compiled(feed)
    assert (len(timetable.line_id), len(timetable.trip_id)) == FEEDS[feed]
    assert len(set(timetable.pattern_id)) == len(timetable.pattern_id)
    follows = np.flatnonzero(np.diff(timetable.call_pattern) == 0)
    assert (np.diff(timetable.call_progress_m)[follows] >= 0.999).all()
    ends = timetable.pattern_call_offset[1:] - 1
    assert (timetable.call_progress_m[ends] <= timetable.pattern_length_m + 1e-6).all()
    counts = np.diff(timetable.pattern_call_offset)[timetable.trip_pattern]
    assert (np.diff(timetable.timing_offset)[timetable.trip_timing] == counts).all()


@pytest.mark.parametrize("feed", FEEDS)
def test_times_of_a_recorded_feed_never_run_back(compiled: Compiled, feed: str) -> None:
    timetable = compiled(feed)
    events = np.stack((timetable.timing_arrival_s, timetable.timing_departure_s), axis=1).ravel()
    within = np.ones(len(events) - 1, np.bool_)
    within[2 * timetable.timing_offset[1:-1] - 1] = False
    assert (np.diff(events)[within] >= 0).all()


def test_new_yorks_rows_at_unknown_stops_are_listed_and_survived(compiled: Compiled) -> None:
    faults = compiled("nyc-subway/gtfs.zip").faults
    assert faults[0] == "stop_times.txt:3989: stop_id '36388' is not in stops.txt; call left out"
    assert faults[5] == "stop_times.txt: 72 more rows: stop_id … is not in stops.txt; call left out"


def test_washingtons_stops_lie_on_its_shapes(compiled: Compiled) -> None:
    timetable = compiled("dc-bus/gtfs.zip")
    assert timetable.pattern_has_shape.all()
    assert np.median(timetable.call_offset_m) < 10
    assert timetable.call_offset_m.max() < 25


@pytest.mark.parametrize("feed", ["boston-subway/gtfs.zip", "gtfs/cairns.zip"])
def test_directions_left_out_of_a_recorded_feed_are_told_again(compiled: Compiled, recordings: Path, feed: str) -> None:
    tables = _tables(recordings / feed)
    tables["trips.txt"] = tables["trips.txt"].replace(b"direction_id", b"no_direction")
    told, given = compile_timetable(tables, name="feed", source=feed), compiled(feed)
    row = [told.trip_id.find(trip_id) for trip_id in given.trip_id]
    equal = (given.pattern_direction[given.trip_pattern] == told.pattern_direction[told.trip_pattern[row]]).astype(int)
    line = given.pattern_line[given.trip_pattern]
    as_given, all_trips = np.bincount(line, equal), np.bincount(line)
    # which way of a line is called 0 is free
    assert np.maximum(as_given, all_trips - as_given).sum() >= 0.99 * len(line)


def test_no_recorded_feed_joins_lines_that_only_share_vehicles(compiled: Compiled) -> None:
    for feed in FEEDS:
        timetable = compiled(feed)
        assert len(timetable.group_id) == len(timetable.line_id)


def test_mexico_city_compiles_in_time(recordings: Path) -> None:
    tables = _tables(recordings / "gtfs/mexico-city.zip")
    started = time.process_time()
    compile_timetable(tables, name="feed", source="mexico")
    assert time.process_time() - started <= 15
