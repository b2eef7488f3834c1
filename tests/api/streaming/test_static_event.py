"""A stream says when a timetable's version changes: once, wherever its client comes back, and to whom it concerns."""

from dataclasses import replace
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.streaming.parse_wanted import Asked, parse_wanted
from api.streaming.position import Position, parse_position
from api.streaming.spoken_timetables import SpokenTimetables
from api.streaming.stream import Stream
from api.streaming.wanted import Wanted
from api.view.compiled_view import CompiledView
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from transit.grants.area import Area
from transit.grants.reach import Reach

City = Any
LATER = "later"


@pytest.fixture
def later(city: City) -> str:
    """A second version of the town's timetable, in force from a service date."""
    city.view.shelf.keep(CompiledView(replace(city.timetable, hash=LATER)))
    versions = tuple(
        TimetableVersion(hash=each, from_service_date=date, activated_at=0, source="test")
        for each, date in ((city.timetable.hash, None), (LATER, 20260216))
    )
    city.view.take_versions({"town": TimetableVersions(name="town", versions=versions)})
    return LATER


def _names(events: list[Any]) -> list[bytes]:
    return [event.name for event in events]


def _speaking(value: Any, version: str) -> Any:
    return msgspec.structs.replace(value, timetable=version)


async def test_a_stream_names_the_new_version_and_where_its_changes_are_before_the_first_line_that_speaks_it(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any, later: str, client: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    listener = reader(hub, all_of_it)
    assert _names(await listener.take()) == [b"snapshot", b"ready"]
    city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(hub)
    told, delta = await listener.take()
    assert (told.name, delta.name) == (b"static", b"delta")
    before = city.timetable.hash
    assert orjson.loads(told.body) == {
        "timetable": "town",
        "version": later,
        "previous": before,
        "from_service_date": "2026-02-16",
        "file": f"/v1/static/{later}",
        "changes": f"/v1/static/{later}/changes?from={before}",
    }
    listed = (await client.get("/v1/static")).json()["versions"]
    assert [(each["version"], each["from_service_date"]) for each in listed][-1] == (later, "2026-02-16")
    assert orjson.loads(delta.body)["lines"][0]["timetable"] == later


async def test_a_version_that_is_taken_back_at_once_is_a_change_too(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any, later: str
) -> None:
    hub = replicas.make_hub()
    other = city.forecasts("2", [city.run("t2-0", 1, 3)])
    before = city.timetable.hash
    listener = reader(hub, all_of_it)
    await listener.take()
    for version in (before, later, before):
        for partition, value in enumerate((bus(60), other)):
            city.now += 10
            replicas.write(_speaking(value, version), partition=partition)
            await replicas.read(hub)
    told = [orjson.loads(event.body) for event in await listener.take() if event.name == b"static"]
    assert [(each["previous"], each["version"]) for each in told] == [(before, later), (later, before)]


async def test_lines_that_turn_later_bring_no_second_event(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any, later: str
) -> None:
    hub = replicas.make_hub()
    other = city.forecasts("2", [city.run("t2-0", 1, 3)])
    replicas.write(bus(60))
    replicas.write(other, partition=1)
    await replicas.read(hub)
    listener = reader(hub, all_of_it)
    await listener.take()
    city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(hub)
    city.now += 10
    replicas.write(_speaking(other, later), partition=1)
    await replicas.read(hub)
    assert _names(await listener.take()) == [b"static", b"delta", b"delta"]


@pytest.mark.parametrize("had", range(4), ids=["nothing", "the change", "the change and its line", "all"])
async def test_a_client_that_comes_back_to_another_replica_has_heard_of_the_change_once(
    city: City, replicas: Any, all_of_it: Wanted, bus: Any, reader: Any, later: str, had: int
) -> None:
    here, there = replicas.make_hub(), replicas.make_hub()
    other = city.forecasts("2", [city.run("t2-0", 1, 3)])
    replicas.write(bus(60))
    replicas.write(other, partition=1)
    await replicas.read(here)
    listener = reader(here, all_of_it)
    begun = await listener.take()
    city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(here)
    city.now += 10
    replicas.write(_speaking(other, later), partition=1)
    await replicas.read(here)
    first = (await listener.take())[:had]
    await replicas.read(there)
    back = reader(there, all_of_it, [*begun, *first][-1].id)
    rest = await back.take()
    assert _names([*first, *rest]).count(b"static") == 1
    assert orjson.loads(rest[-1].body) == {"resumed": True}
    heard = [line["sequence"] for event in [*first, *rest] for line in orjson.loads(event.body).get("lines", ())]
    assert heard == [1, 1]


async def test_a_client_that_heard_of_a_change_waits_for_a_replica_that_has_not_read_so_far(
    replicas: Any, all_of_it: Wanted, bus: Any, later: str
) -> None:
    here, behind = replicas.make_hub(), replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(here)
    await replicas.read(behind)
    replicas.city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(here)
    (change,) = here.tick.timetables
    stream = Stream(behind, all_of_it, here.tick.start.having_heard(change.mark))
    assert stream._is_ahead_of(behind.tick.position)
    await replicas.read(behind)
    assert not stream._is_ahead_of(behind.tick.position)
    stream.close()


async def test_who_comes_for_the_first_time_hears_of_no_change_of_the_past(
    replicas: Any, all_of_it: Wanted, bus: Any, reader: Any, later: str
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    replicas.city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(hub)
    assert _names(await reader(hub, all_of_it).take()) == [b"snapshot", b"ready"]


@pytest.mark.parametrize(
    ("reach", "hears"),
    [
        (Reach(areas=(Area(lines=frozenset({"town:6"})),)), True),
        (Reach(areas=(Area(lines=frozenset({"village:1"})),)), False),
        (Reach(areas=(Area(lines=frozenset({"town:no-such"})),)), False),
        (Reach(closed=frozenset({"town"})), False),
    ],
    ids=["another line of the timetable", "a line elsewhere", "no line there is", "the timetable is closed"],
)
async def test_only_a_grant_of_lines_of_the_timetable_hears_of_its_change(
    replicas: Any, all_of_it: Wanted, bus: Any, later: str, reach: Reach, hears: bool
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    stream = Stream(hub, all_of_it, None, reach)
    names = []
    replicas_events = stream.events()
    stream.beats = True
    async for event in replicas_events:
        if event.name == b"beat":
            break
    replicas.city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(hub)
    stream.beats = True
    async for event in replicas_events:
        if event.name == b"beat":
            break
        names.append(event.name)
    stream.close()
    assert (b"static" in names) is hears


async def test_a_stream_of_a_line_that_was_not_polled_yet_hears_of_its_timetables_change(
    city: City, replicas: Any, bus: Any, reader: Any, later: str
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    listener = reader(hub, parse_wanted(city.view, Asked(lines="town:2")))
    await listener.take()
    city.now += 10
    replicas.write(_speaking(bus(50), later))
    await replicas.read(hub)
    assert _names(await listener.take()) == [b"static"]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), max_size=24),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.permutations(range(3)),
)
def test_what_a_place_has_heard_does_not_hang_on_which_partition_was_read_first(
    log: list[tuple[int, bool, bool]], reached: list[int], order: list[int]
) -> None:
    offsets = [0, 0, 0]
    turn, turns = 0, [0, 0, 0]
    places = []
    begun = [(partition, False, False) for partition in range(3)]
    for moment, (partition, turns_now, is_late) in enumerate([*begun, *log]):
        # every line has turned, within a poll or two, before an operator has them turn again
        turn = min(turn + (turns_now and min(turns) == turn), 3)
        turns[partition] = max(turns[partition], turn - is_late)
        places.append(("abac"[turns[partition]], (partition, offsets[partition], float(moment))))
        offsets[partition] += 1
    as_written, by_partition = SpokenTimetables(), SpokenTimetables()
    for version, place in places:
        as_written.take(f"town:{place[0]}", version, place)
    for version, place in sorted(places, key=lambda each: order.index(each[1][0])):
        by_partition.take(f"town:{place[0]}", version, place)
    end = Position(1, 0, tuple(each - 1 for each in offsets))
    middle = Position(1, 0, tuple(min(at, each) - 1 for at, each in zip(reached, offsets, strict=True)))
    nowhere = Position(1, 0, (-1, -1, -1))
    first, then = as_written.between(nowhere, middle), as_written.between(middle, end)
    assert (first, then) == (by_partition.between(nowhere, middle), by_partition.between(middle, end))
    assert sorted([*first, *then]) == sorted(as_written.between(nowhere, end))


def test_a_version_that_comes_back_long_after_it_was_replaced_is_a_change_again() -> None:
    spoken = SpokenTimetables()
    spoken.take("town:1", "a", (0, 0, 0.0))
    spoken.take("town:1", "b", (0, 1, 10.0))
    spoken.take("town:1", "b", (0, 2, 900.0))
    spoken.prune(900.0)
    spoken.take("town:1", "a", (0, 3, 910.0))
    (change,) = spoken.between(Position(1, 0, (2,)), Position(1, 0, (3,)))
    assert (change.version, change.previous) == ("a", "b")


@given(st.lists(st.integers(0, 2**32 - 1), max_size=3))
def test_an_id_keeps_which_changes_were_heard(marks: list[int]) -> None:
    position = Position(7, 3, (12, -1), tuple(marks))
    assert parse_position(position.write(), partitions=2) == position
    assert parse_position(position.write() + "~", partitions=2) is None
