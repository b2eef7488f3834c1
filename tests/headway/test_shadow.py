"""Headway beside a predictor that is always a minute late, on a line of three stops, recorded and served over HTTP."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from headway.shadow.session import Session
from headway.shadow.watch import Feeds, open_feeds, watch
from runtime.errors import UserError
from simulators.publishing.feed_server import FeedServer
from streams.doors.poll import Poll
from streams.tracker.warm_up import DAY, STARTS_AT, TABLES
from streams.tracker.warm_up import LINE as WARM
from transit.scoring.judge import NothingToScoreError
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

EVERY_S = 15
DRIVES_S = 300
LATE_S = 60
"""The rival promises each stop so much later than the bus comes."""


def list_polls(minutes: int = 8) -> list[tuple[int, bytes, bytes]]:
    """Time, positions and trip updates: a bus that drives two minutes to the second stop and three to the third."""
    polls = []
    for at in range(STARTS_AT - 60, STARTS_AT + 60 * minutes, EVERY_S):
        gone_s = min(max(at - STARTS_AT, 0), DRIVES_S)
        east = 0.01 * gone_s / 120 if gone_s < 120 else 0.01 + 0.01 * (gone_s - 120) / 180
        positions, updates = FeedMessage(), FeedMessage()
        for message in (positions, updates):
            message.header.gtfs_realtime_version = "2.0"
            message.header.timestamp = at
        vehicle = positions.entity.add(id="bus").vehicle
        vehicle.vehicle.id = "bus"
        vehicle.trip.trip_id, vehicle.trip.start_date = "t", DAY
        vehicle.position.latitude, vehicle.position.longitude = 48.85, 2.30 + east
        vehicle.timestamp = at
        update = updates.entity.add(id="t").trip_update
        update.trip.trip_id, update.trip.start_date = "t", DAY
        for sequence, come_s in ((2, 120), (3, 300)):
            if gone_s < come_s:
                told = update.stop_time_update.add(stop_sequence=sequence)
                told.arrival.time = STARTS_AT + come_s + LATE_S
        polls.append((at, positions.SerializeToString(), updates.SerializeToString()))
    return polls


def write_recordings(folder: Path) -> tuple[Path, Path, Path]:
    gtfs, positions, updates = (folder / name for name in ("gtfs.zip", "positions.zip", "updates.zip"))
    with ZipFile(gtfs, "w") as zipped:
        for name, rows in TABLES.items():
            zipped.writestr(name, "\n".join(rows) + "\n")
    with ZipFile(positions, "w") as heard, ZipFile(updates, "w") as told:
        for at, position, update in list_polls():
            heard.writestr(f"{at}.pb", position)
            told.writestr(f"{at}.pb", update)
    return gtfs, positions, updates


@pytest.fixture(scope="module")
def line() -> Timetable:
    return compile_timetable(
        {name: ("\n".join(rows) + "\n").encode() for name, rows in TABLES.items()}, name="t", source=""
    )


def feeds(positions: str | Path, updates: str | Path, *, feed_clock: bool = False) -> Feeds:
    return Feeds(str(positions), str(updates), 1.0, 0.0, {}, feed_clock)


async def test_both_predictors_are_judged_on_the_same_moments(line: Timetable, tmp_path: Path) -> None:
    _, positions, updates = write_recordings(tmp_path)
    session = Session(line, ())
    await watch(feeds(positions, updates), session, 3600, asyncio.Event(), lambda: None)
    card = session.judge()
    duel = next(found for found in card.duels if found.rival == "agency")
    assert duel.theirs.overall.mean_s == pytest.approx(-LATE_S, abs=10)
    assert duel.ours.rows == duel.theirs.rows > 5
    assert (duel.ours.overall.mean_absolute_s or 99) < (duel.theirs.overall.mean_absolute_s or 0)
    assert (card.reach["agency"][0].told_ratio or 0) > 0.8
    assert card.samples == len(session.samples)


def test_of_lines_that_were_not_asked_for_no_promise_is_held_against_the_agency() -> None:
    tables = dict(TABLES)
    tables["routes.txt"] = (*TABLES["routes.txt"], "other,a,2,3")
    tables["trips.txt"] = (*TABLES["trips.txt"], "other,s,o,0")
    tables["stop_times.txt"] = (*TABLES["stop_times.txt"], "o,08:00:00,08:00:00,c,1", "o,08:05:00,08:05:00,a,2")
    both = compile_timetable({name: "\n".join(rows).encode() for name, rows in tables.items()}, name="t", source="")
    session = Session(both, (WARM,))
    for at, position, update in list_polls(25):
        told = FeedMessage.FromString(update)
        of_other = told.entity.add(id="o").trip_update
        of_other.trip.trip_id, of_other.trip.start_date = "o", DAY
        of_other.stop_time_update.add(stop_sequence=2).arrival.time = STARTS_AT + DRIVES_S
        session.take_positions(Poll(at, position))
        session.take_updates(Poll(at, told.SerializeToString()))
    presence = session.judge().presence["agency"]
    assert presence.near_promises > 10
    assert presence.ghost_ratio == 0


async def test_a_moment_is_noted_with_what_stood_before_it_never_with_what_came_after(line: Timetable) -> None:
    session = Session(line, ())
    for at, position, update in list_polls():
        session.take_positions(Poll(at, position))
        session.take_updates(Poll(at, update))
    told = session._told_at_sample
    for at in session.samples:
        for row in told[at]:
            assert float(str(row[5])) > at, "at that moment the bus had not come by yet"


async def test_it_ends_after_the_minutes_asked_for(line: Timetable, tmp_path: Path) -> None:
    _, positions, updates = write_recordings(tmp_path)
    session = Session(line, ())
    await watch(feeds(positions, updates), session, 120, asyncio.Event(), lambda: None)
    assert session.now - session.began_at == 120


def test_predictions_that_could_not_be_fetched_for_minutes_are_not_held_against_the_agency(line: Timetable) -> None:
    session = Session(line, ())
    (first, position, update), *later = list_polls()
    session.take_positions(Poll(first, position))
    session.take_updates(Poll(first, update))
    for at, position, _ in later:
        session.take_positions(Poll(at, position))
        session.take_updates(Poll(at, error="the server answers 500"))
    assert max(session._told_at_sample) <= first + 300
    assert session.updates.failures == len(later)
    assert session.updates.error == "the server answers 500"


def test_positions_that_cannot_be_fetched_are_told_to_the_lines_and_survived(line: Timetable) -> None:
    session = Session(line, ())
    polls = list_polls()
    for i, (at, position, update) in enumerate(polls):
        is_down = 14 <= i < 20
        session.take_positions(Poll(at, None if is_down else position, "down" if is_down else None))
        session.take_updates(Poll(at, update))
        if is_down:
            assert next(iter(session._replay.latest.values())).feed_down_since is not None
    assert session.positions.failures == 6
    assert session.judge().truth.runs == 1


def test_before_anything_came_there_is_nothing_to_judge(line: Timetable) -> None:
    session = Session(line, ())
    at, position, update = list_polls()[0]
    session.take_positions(Poll(at, position))
    session.take_updates(Poll(at, update))
    with pytest.raises(NothingToScoreError):
        session.judge()


def test_one_live_and_one_recorded_feed_are_refused(tmp_path: Path) -> None:
    _, positions, _ = write_recordings(tmp_path)
    with pytest.raises(UserError, match="both must be live or both recorded"):
        open_feeds(feeds(positions, "http://127.0.0.1:1/updates.pb"))


async def test_feeds_served_over_http_are_heard_by_their_own_clock_until_somebody_has_seen_enough(
    line: Timetable,
) -> None:
    servers = [FeedServer(0), FeedServer(0)]
    stop, session = asyncio.Event(), Session(line, ())
    polls = iter(list_polls())

    def publish() -> None:
        at, *contents = next(polls)
        for server, content in zip(servers, contents, strict=True):
            server.publish(content, at)
        if session.positions.polls >= 2 and session.updates.polls >= 2:
            stop.set()

    publish()
    try:
        here = feeds(servers[0].url, servers[1].url, feed_clock=True)
        await asyncio.wait_for(watch(here, session, 3600, stop, publish), 60)
    finally:
        for server in servers:
            server.close()
    assert stop.is_set()
    # on a busy machine the first fetch may come after the feed moved on
    assert session.began_at in [at for at, *_ in list_polls()]
    assert session.vehicles == 1


@pytest.mark.integration
def test_an_interrupt_ends_it_with_what_it_has(tmp_path: Path) -> None:
    gtfs, positions, updates = write_recordings(tmp_path)
    report = tmp_path / "report.json"
    command: list[str | Path] = [sys.executable, "-m", "headway", "shadow", "--gtfs", gtfs, "--positions", positions]
    command += ["--trip-updates", updates, "--speed", "40", "--report", report]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "5 of 60 min: 1 vehicles heard" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        told, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "stopped; this is how both did so far" in said
    assert "Mean error by minutes ahead" in told
    assert msgspec.json.decode(report.read_bytes())["truth"]["runs"] == 1
