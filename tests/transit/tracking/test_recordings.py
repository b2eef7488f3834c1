"""Real feeds: what an independent, plain interpolation says was passed, and input that nobody promised."""

import math
import os
import random
import statistics
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import FeedHeaders
from schemas.line_forecasts import encode_public
from schemas.rejects import RejectReason
from tests.ablation.without_trips import take_out_trips
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker
from transit.tracking.silence import LEAST_S

SOON_S = 2700
RECORDED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
MUTATIONS = int(os.environ.get("HEADWAY_MUTATIONS", "1500"))

pytestmark = [
    pytest.mark.recording,
    pytest.mark.skipif(not RECORDED.exists(), reason="the shared recordings are not here"),
    pytest.mark.timeout(600),
]


def compile_zip(path: Path) -> Timetable:
    with ZipFile(path) as files:
        tables = {name: files.read(name) for name in files.namelist() if name.endswith(".txt")}
    return compile_timetable(tables, name="t", source=path.name)


def list_messages(path: Path, route: str) -> Iterator[tuple[int, bytes]]:
    """Poll time and message of one route's vehicles, poll after poll."""
    with ZipFile(path) as files:
        for name in sorted(files.namelist()):
            message = FeedMessage.FromString(files.read(name))
            line = FeedMessage()
            line.header.CopyFrom(message.header)
            line.entity.extend(e for e in message.entity if e.vehicle.trip.route_id == route)
            yield int(name.split(".")[0]), line.SerializeToString()


@pytest.fixture(scope="module")
def washington() -> Timetable:
    return compile_zip(RECORDED / "dc-bus" / "gtfs.zip")


def list_crossings(timetable: Timetable, trip: str, reports: list[tuple[int, float, float]]) -> dict[int, float]:
    """When each call's place was crossed, by plain interpolation between two reports at most 65 s apart."""
    pattern = int(timetable.trip_pattern[timetable.trip_id.find(trip)])
    points = slice(int(timetable.pattern_point_offset[pattern]), int(timetable.pattern_point_offset[pattern + 1]))
    latitudes, longitudes = timetable.point_latitude[points].tolist(), timetable.point_longitude[points].tolist()
    along = timetable.point_progress_m[points].tolist()
    scale = math.cos(math.radians(latitudes[0])) * 111_195
    shape = [
        ((lon - longitudes[0]) * scale, (lat - latitudes[0]) * 111_195, m)
        for lat, lon, m in zip(latitudes, longitudes, along, strict=True)
    ]
    path: list[tuple[int, float]] = []
    for at, lat, lon in reports:
        place = (lon - longitudes[0]) * scale, (lat - latitudes[0]) * 111_195
        window = (path[-1][1] - 60, path[-1][1] + 31 * (at - path[-1][0]) + 60) if path else (-1.0, math.inf)
        nearest = min(list_places(shape, place, window), default=(math.inf, 0.0))
        if nearest[0] <= 60:
            path.append((at, nearest[1]))
    calls = slice(int(timetable.pattern_call_offset[pattern]) + 1, int(timetable.pattern_call_offset[pattern + 1]))
    found = {}
    for sequence, at_m in zip(timetable.call_sequence[calls], timetable.call_progress_m[calls], strict=True):
        for (t0, m0), (t1, m1) in pairwise(path):
            if m0 < at_m <= m1:
                if t1 - t0 <= 65:
                    found[int(sequence)] = t0 + (at_m - m0) / (m1 - m0) * (t1 - t0)
                break
    return found


def list_places(shape: Any, place: tuple[float, float], window: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Distance from each piece of a shape and metres along, as far as those lie in the window."""
    for (x0, y0, m0), (x1, y1, m1) in pairwise(shape):
        squared = (x1 - x0) ** 2 + (y1 - y0) ** 2
        if not squared:
            continue
        share = min(max(((place[0] - x0) * (x1 - x0) + (place[1] - y0) * (y1 - y0)) / squared, 0.0), 1.0)
        metres = m0 + share * (m1 - m0)
        if window[0] <= metres <= window[1]:
            yield math.hypot(place[0] - x0 - share * (x1 - x0), place[1] - y0 - share * (y1 - y0)), metres


def test_washingtons_passages_are_found_and_timed_as_plain_interpolation_has_them(washington: Timetable) -> None:
    recording = RECORDED / "dc-bus" / "vehicle_positions.zip"
    reports: dict[tuple[str, str], dict[int, tuple[float, float]]] = defaultdict(dict)
    told: dict[tuple[str, int], int] = {}
    for route in ("C53", "D96"):
        tracker = LineTracker(washington, route)
        for at, content in list_messages(recording, route):
            for entity in FeedMessage.FromString(content).entity:
                vehicle = entity.vehicle
                place = (vehicle.position.latitude, vehicle.position.longitude)
                reports[vehicle.trip.trip_id, vehicle.vehicle.id].setdefault(vehicle.timestamp, place)
            outcome = tracker.apply(content, FeedHeaders(washington.hash, at, "wmata", 1))
            for passage in outcome.public.passages:
                if passage.kind == "arrival":
                    assert told.setdefault((passage.trip_id, passage.stop_sequence), passage.at) == passage.at
    crossed: dict[tuple[str, int], float] = {}
    for (trip, _), fixes in reports.items():
        for sequence, at_s in list_crossings(washington, trip, [(t, *fixes[t]) for t in sorted(fixes)]).items():
            crossed.setdefault((trip, sequence), at_s)
    differences = [abs(told[call] - at_s) for call, at_s in crossed.items() if call in told]
    assert len(crossed) > 3000
    assert len(differences) / len(crossed) >= 0.97
    assert statistics.median(differences) <= 5.0


def test_distance_to_a_call_never_grows_without_a_reason_in_washington(washington: Timetable) -> None:
    tracker = LineTracker(washington, "D96")
    progress: dict[tuple[str, str], float] = {}
    for at, content in list_messages(RECORDED / "dc-bus" / "vehicle_positions.zip", "D96"):
        for run in tracker.apply(content, FeedHeaders(washington.hash, at, "wmata", 1)).public.runs:
            before = progress.get((run.trip_id, run.vehicle_id), 0.0)
            assert run.progress_m >= before or run.revision.name == "REMATCHED"
            progress[run.trip_id, run.vehicle_id] = run.progress_m


def test_washingtons_buses_are_told_as_the_trips_they_make_where_they_name_their_line_alone(
    washington: Timetable,
) -> None:
    tracker = LineTracker(washington, "C53")
    right = told = 0
    for at, content in list_messages(RECORDED / "dc-bus" / "vehicle_positions.zip", "C53"):
        true = {e.vehicle.vehicle.id: e.vehicle.trip.trip_id for e in FeedMessage.FromString(content).entity}
        nameless = take_out_trips(content, keeps_direction=False)
        outcome = tracker.apply(nameless, FeedHeaders(washington.hash, at, "wmata", 1))
        trips = {run.vehicle_id: run.trip_id for run in outcome.public.runs if not run.due}
        right += sum(trip == true.get(vehicle) for vehicle, trip in trips.items())
        told += len(trips)
    assert right / told >= 0.93


def test_a_replay_gives_the_same_bytes_also_through_takeovers(washington: Timetable) -> None:
    first, second = LineTracker(washington, "D96"), LineTracker(washington, "D96")
    for i, (at, content) in enumerate(list_messages(RECORDED / "dc-bus" / "vehicle_positions.zip", "D96")):
        if i == 500:
            break
        headers = FeedHeaders(washington.hash, at, "wmata", 1)
        if i % 7 == 0:
            second = LineTracker.restore(washington, "D96", second.dump())
        assert encode_public(first.apply(content, headers).public) == encode_public(
            second.apply(content, headers).public
        )
    assert first.dump() == second.dump()


def test_bostons_trains_arrive_when_they_are_first_said_to_stand() -> None:
    timetable = compile_zip(RECORDED / "boston-subway" / "gtfs.zip")
    tracker = LineTracker(timetable, "Orange")
    stood: dict[tuple[str, str], int] = {}
    under_way: set[tuple[str, str]] = set()
    told: dict[tuple[str, str], int] = {}
    for at, content in list_messages(RECORDED / "boston-subway" / "vehicle_positions.zip", "Orange"):
        for entity in FeedMessage.FromString(content).entity:
            vehicle = entity.vehicle
            if vehicle.current_status == 2:
                under_way.add((vehicle.trip.trip_id, vehicle.stop_id))
            elif vehicle.current_status == 1 and (vehicle.trip.trip_id, vehicle.stop_id) in under_way:
                stood.setdefault((vehicle.trip.trip_id, vehicle.stop_id), vehicle.timestamp)
        for passage in tracker.apply(content, FeedHeaders(timetable.hash, at, "mbta", 1)).public.passages:
            if passage.kind == "arrival":
                told[passage.trip_id, passage.stop_id] = passage.at
    found = [abs(told[call] - at_s) for call, at_s in stood.items() if call in told]
    assert len(found) / len(stood) >= 0.97
    assert statistics.median(found) <= 1


def test_new_yorks_trains_without_coordinates_or_known_trips_are_forecast_as_they_move_and_before() -> None:
    timetable = compile_zip(RECORDED / "nyc-subway" / "gtfs.zip")
    tracker = LineTracker(timetable, "A")
    arrivals = 0
    share: dict[bool, list[bool]] = {True: [], False: []}
    for path in sorted((RECORDED / "nyc-subway" / "snapshots").glob("*.pb")):
        at = int(path.name.split(".")[0])
        message = FeedMessage.FromString(path.read_bytes())
        line = FeedMessage()
        line.header.CopyFrom(message.header)
        line.entity.extend(e for e in message.entity if "A" in (e.vehicle.trip.route_id, e.trip_update.trip.route_id))
        outcome = tracker.apply(line.SerializeToString(), FeedHeaders(timetable.hash, at, "mta", 1))
        arrivals += sum(passage.kind == "arrival" for passage in outcome.public.passages)
        told = {run.trip_id for run in outcome.public.runs if run.call_count or run.state.name == "FINISHED"}
        for entity in line.entity:
            # trains are announced an hour ahead, at stops that lie before those which the timetable has of them
            if entity.HasField("vehicle") and at - LEAST_S < entity.vehicle.timestamp < at + SOON_S:
                share[entity.vehicle.HasField("current_status")].append(entity.vehicle.trip.trip_id in told)
    assert arrivals > 300
    assert outcome.public.conditions.matched > 20
    # no forecast for trains whose stops are on no pattern of the line: a ghost is worse than a gap
    assert statistics.mean(share[True]) > 0.97, "trains that move"
    assert statistics.mean(share[False]) > 0.97, "trains announced"


def list_conformance() -> list[Path]:
    return sorted(path for path in (RECORDED / "conformance").rglob("*.pb") if path.is_file())


def test_every_conformance_file_is_taken_or_refused_with_a_reason(washington: Timetable) -> None:
    files = list_conformance()
    assert len(files) > 5
    for path in files:
        tracker = LineTracker(washington, "C53")
        outcome = tracker.apply(path.read_bytes(), FeedHeaders(washington.hash, 1_771_266_540, "odd", 1))
        assert all(isinstance(reject.reason, RejectReason) for reject in outcome.rejects), path


def test_mutated_messages_never_harm_the_tracker(washington: Timetable) -> None:
    chance = random.Random(20260216)  # noqa: S311 - a seeded test, no secret
    messages = [
        m for _, m in zip(range(400), list_messages(RECORDED / "dc-bus" / "vehicle_positions.zip", "C53"), strict=False)
    ]
    tracker = LineTracker(washington, "C53")
    refused: dict[str, int] = defaultdict(int)
    for i in range(MUTATIONS):
        at, content = messages[i % len(messages)]
        broken = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 5, 40))):
            place = chance.randrange(len(broken))
            match chance.randrange(4):
                case 0:
                    broken[place] = chance.randrange(256)
                case 1:
                    del broken[place : place + chance.randrange(1, 30)]
                case 2:
                    broken[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
                case _:
                    broken[place:place] = broken[place : place + 60]
            broken = broken or bytearray(b"\0")
        outcome = tracker.apply(bytes(broken), FeedHeaders(washington.hash, at + i // len(messages) * 15, "odd", 1))
        for reject in outcome.rejects:
            refused[reject.reason] += 1
        encode_public(outcome.public)
    assert refused["undecodable"] > 0
    LineTracker.restore(washington, "C53", tracker.dump())
