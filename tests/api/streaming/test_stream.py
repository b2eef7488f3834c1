"""Streams over a log that several replicas read."""

import zlib
from datetime import datetime
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.gzip_parts import HEAD
from api.refusal import Refusal
from api.streaming.parse_wanted import Asked, parse_wanted
from api.streaming.position import Position, parse_position
from api.streaming.wanted import Wanted
from runtime.settings import CoordinateSettings
from transit.coordinates.datum import Datum

City = Any


async def test_a_stream_begins_with_all_that_is_known_and_says_when_it_has_told_it(
    replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    replicas.write(bus())
    hub = replicas.make_hub()
    await replicas.read(hub)
    events = await reader(hub, all_of_it).take()
    assert [event.name for event in events] == [b"snapshot", b"ready"]
    assert b'"full":true' in events[0].body


async def test_a_delta_holds_only_the_calls_that_changed(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    client = reader(hub, all_of_it)
    await client.lines()
    city.now += 10
    replicas.write(bus(50))
    await replicas.read(hub)
    (line,) = await client.lines()
    assert (line["full"], line["previous"], line["sequence"]) == (False, 0, 1)
    assert line["runs"][0]["calls"] == []
    assert line["runs"][0]["observed_at"].endswith("07:59:58-05:00")
    city.now += 10
    replicas.write(bus(45))
    await replicas.read(hub)
    (line,) = await client.lines()
    assert [call["stop_id"] for call in line["runs"][0]["calls"]] == ["town:B", "town:C", "town:D"]
    assert line["runs"][0]["calls"][0]["expected_at"] == "2026-02-16T08:01:05-05:00"


async def test_a_stop_hears_of_its_own_calls_and_when_the_run_has_passed(
    city: City, replicas: Any, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    wanted = parse_wanted(city.view, Asked(stops="town:B"))
    client = reader(hub, wanted)
    replicas.write(bus(60))
    await replicas.read(hub)
    (line,) = await client.lines()
    assert [call["stop_id"] for call in line["runs"][0]["calls"]] == ["town:B"]
    city.now += 90
    replicas.write(bus(60, next_position=2))
    await replicas.read(hub)
    (line,) = await client.lines()
    assert (line["runs"], line["gone"]) == ([], ["town:t1-12:20260216"])
    city.now += 10
    replicas.write(bus(50, next_position=2))
    await replicas.read(hub)
    (line,) = await client.lines()
    assert (line["previous"], line["runs"], line["gone"]) == (1, [], [])


async def test_a_vehicle_that_leaves_a_run_is_gone_for_who_follows_the_vehicle(
    city: City, replicas: Any, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    client = reader(hub, parse_wanted(city.view, Asked(vehicles="town:v-t1-12")))
    replicas.write(bus(60))
    await replicas.read(hub)
    assert [run["vehicle_id"] for line in await client.lines() for run in line["runs"]] == ["town:v-t1-12"]
    replicas.write(bus(60, vehicle_id="another"))
    await replicas.read(hub)
    assert [line["gone"] for line in await client.lines()] == [["town:t1-12:20260216"]]


async def test_a_late_value_of_a_worker_that_woke_is_not_told(
    replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60), mark=7)
    await replicas.read(hub)
    client = reader(hub, all_of_it)
    await client.lines()
    replicas.write(bus(40), mark=3)
    await replicas.read(hub)
    assert await client.lines() == []


async def test_a_reader_that_is_too_slow_gets_the_latest_and_nothing_is_held_for_it(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    client = reader(hub, all_of_it)
    await client.lines()
    for _ in range(40):
        city.now += 5
        replicas.write(bus(60))
        await replicas.read(hub)
    (line,) = await client.lines()
    assert (line["sequence"], line["full"]) == (40, True)
    assert client.stream.behind == 1


async def test_an_id_too_old_or_of_an_earlier_log_begins_anew(
    replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    replicas.write(bus(50))
    await replicas.read(hub)
    hub.floor[0] = 2
    for last_id in (Position(1, 0, (0, -1, -1, -1)).write(), Position(0, 0, (0, -1, -1, -1)).write()):
        events = await reader(hub, all_of_it, last_id).take()
        assert [event.name for event in events] == [b"snapshot", b"ready"]
        assert events[-1].body == b'{"resumed":false}'


async def test_vehicles_are_told_in_the_datum_that_is_asked_for_else_in_the_deployments_own(
    city: City, replicas: Any, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60, latitude=39.908, longitude=116.397))
    await replicas.read(hub)
    with pytest.raises(Refusal, match="mainland China"):
        parse_wanted(city.view, Asked(everything=True, datum="gcj02"))
    city.view.coordinates = CoordinateSettings(in_mainland_china=True, datum=Datum.GCJ02)
    told = {}
    for datum in ("", "gcj02", "wgs84"):
        (line,) = await reader(hub, parse_wanted(city.view, Asked(everything=True, datum=datum))).lines()
        told[datum] = (line["runs"][0]["latitude"], line["runs"][0]["longitude"])
    assert told[""] == told["gcj02"]
    assert told["wgs84"] == (39.908, 116.397)
    assert told["gcj02"] == pytest.approx((39.9094, 116.4032), abs=5e-4)


async def test_times_are_told_in_utc_where_that_is_asked_for(city: City, replicas: Any, bus: Any, reader: Any) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    told = {}
    for times in ("", "local", "utc"):
        (line,) = await reader(hub, parse_wanted(city.view, Asked(everything=True, times=times))).lines()
        run = line["runs"][0]
        told[times] = (line["computed_at"], run["observed_at"], run["calls"][0]["expected_at"])
    assert told[""] == told["local"]
    assert told["local"][0] == "2026-02-16T08:00:00-05:00"
    assert told["utc"][0] == "2026-02-16T13:00:00Z"
    local, utc = ([datetime.fromisoformat(moment) for moment in told[times]] for times in ("local", "utc"))
    assert local == utc
    with pytest.raises(Refusal, match="local, utc"):
        parse_wanted(city.view, Asked(everything=True, times="GMT"))


async def test_a_client_of_the_city_gets_the_same_bytes_as_every_other_and_can_unpack_them(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    replicas.write(city.forecasts("2", [city.run("t2-0", 1, 3)]), partition=1)
    await replicas.read(hub)
    one, other = reader(hub, all_of_it), reader(hub, all_of_it)
    for client in (one, other):
        for event in await client.take():
            packed = HEAD + b"".join(event.pieces(packed=True))
            assert zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed) == event.served()
    replicas.write(bus(50))
    await replicas.read(hub)
    (mine,), (theirs,) = await one.take(), await other.take()
    assert next(mine.pieces(packed=True)) is next(theirs.pieces(packed=True))


async def test_a_socket_message_is_written_once_for_all_who_want_the_same(
    replicas: Any, all_of_it: Wanted, bus: Any, reader: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    one, other = reader(hub, all_of_it), reader(hub, all_of_it)
    await one.take()
    await other.take()
    replicas.write(bus(50))
    await replicas.read(hub)
    (mine,), (theirs,) = await one.take(), await other.take()
    assert mine.message() is theirs.message()
    assert orjson.loads(mine.message())["data"] == orjson.loads(mine.body)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), min_size=1, max_size=30))
async def test_resumed_on_any_replica_a_client_misses_nothing_and_hears_nothing_twice(
    city: City, replicas: Any, all_of_it: Wanted, reader: Any, steps: list[tuple[int, bool, bool]]
) -> None:
    """Each step: a line's value is written; one replica reads it or not; the client moves to the other or not."""
    replicas.log.clear()
    hubs = [replicas.make_hub(), replicas.make_hub()]
    lines = ("1", "2", "3", "4")
    trips = {"1": "t1-12", "2": "t2-0", "3": "t3-0", "4": "t4-0"}
    held: dict[str, int] = {}
    told: list[tuple[str, int]] = []
    at, client = 0, reader(hubs[0], all_of_it)
    for line, is_read, moves in steps:
        group = lines[line]
        replicas.write(city.forecasts(group, [city.run(trips[group], 1, 1)]), partition=line)
        if is_read:
            await replicas.read(hubs[at])
            _check(held, told, await client.lines())
        if moves:
            at = 1 - at
            await replicas.read(hubs[at])
            await client.close()
            client = reader(hubs[at], all_of_it, client.last_id)
            _check(held, told, await client.lines())
    await replicas.read(hubs[at])
    _check(held, told, await client.lines())
    await client.close()
    written = {(record.key.decode(), record.offset) for _, record in replicas.log}
    first = {key: min(offset for line, offset in told if line == key) for key, _ in told}
    assert sorted(told) == sorted((key, offset) for key, offset in written if offset >= first[key])


def _check(held: dict[str, int], told: list[tuple[str, int]], lines: list[dict[str, Any]]) -> None:
    for line in lines:
        key = line["line_group"]
        assert line["previous"] == held.get(key)
        held[key] = line["sequence"]
        told.append((key, line["sequence"]))


@given(st.integers(0, 99), st.integers(0, 10**9), st.lists(st.integers(-1, 2**40), max_size=60))
def test_an_id_says_where_a_stream_was(epoch: int, edits: int, offsets: list[int]) -> None:
    position = Position(epoch, edits, tuple(offsets))
    assert parse_position(position.write(), partitions=len(offsets)) == position
    assert parse_position(position.write(), partitions=len(offsets) + 1) is None
    assert parse_position("0.0.zz.é", partitions=2) is None
