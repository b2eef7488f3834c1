"""What a grant does not hold is in no event of a stream: not in the snapshot, not in a delta, not by a filter."""

from types import SimpleNamespace
from typing import Any

import pytest

from api.problems import NOT_GRANTED
from api.reached.view_for import reached
from api.refusal import Refusal
from api.streaming.endpoints import _open
from api.streaming.parse_wanted import Asked, parse_wanted
from api.streaming.stream import Stream
from transit.grants.area import Area
from transit.grants.reach import EVERYTHING, Reach

City = Any
TIMES_OF_LINE_1 = Reach(fields=frozenset({"expected"}), areas=(Area(lines=frozenset({"town:1"})),))
SECRETS = (b"v-t1-12", b"v-two", b"1234", b"latitude", b"occupancy", b"expected_early_at", b"town:2")


async def _told(stream: Stream) -> bytes:
    stream.beats = True
    told = b""
    async for event in stream.events():
        if event.name == b"beat":
            break
        told += event.body
    return told


@pytest.mark.parametrize(
    "asked", [Asked(everything=True), Asked(lines="town:1"), Asked(stops="town:B,town:C")], ids=str
)
async def test_neither_snapshot_nor_delta_tells_what_is_masked(
    city: City, replicas: Any, bus: Any, asked: Asked
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    replicas.write(city.forecasts("2", [city.run("t2-0", 1, 3, vehicle_id="v-two")]))
    await replicas.read(hub)
    view = reached(city.view, TIMES_OF_LINE_1)
    stream = Stream(hub, parse_wanted(view, asked), None, TIMES_OF_LINE_1)
    told = await _told(stream)
    city.now += 10
    replicas.write(bus(45, occupancy_percentage=99, latitude=40.006))
    await replicas.read(hub)
    told += await _told(stream)
    stream.close()
    assert b"expected_at" in told
    assert {secret for secret in SECRETS if secret in told} == set()


@pytest.mark.parametrize("asked", [Asked(lines="town:2"), Asked(vehicles="town:v-two")], ids=str)
async def test_what_lies_outside_cannot_be_followed_any_more_than_what_does_not_exist(city: City, asked: Asked) -> None:
    view = reached(city.view, TIMES_OF_LINE_1)
    city.tell("2", city.run("t2-0", 1, 3, vehicle_id="v-two"))
    nowhere = Asked(lines="town:zz") if asked.lines else Asked(vehicles="town:v-zz")

    def outcome(of: Asked) -> str:
        try:
            wanted = parse_wanted(view, of)
        except Exception as refused:  # noqa: BLE001 - whatever it is, it must be the same
            return f"{type(refused).__name__} {refused}".replace("town:2", "…").replace("town:zz", "…")
        return repr((wanted.groups, wanted.lines)).replace("v-two", "…").replace("v-zz", "…")

    assert outcome(asked) == outcome(nowhere)


@pytest.mark.parametrize(
    "state", [{"partner": object()}, {"partner": object(), "reach": EVERYTHING}, {"reach": Reach(delay_s=60)}]
)
async def test_a_stream_is_opened_to_no_partner_without_a_pass_and_never_beyond_the_reach_of_the_request(
    city: City, replicas: Any, state: dict[str, Any]
) -> None:
    hub = replicas.make_hub()
    streams = SimpleNamespace(view=city.view, hub=hub)
    with pytest.raises(Refusal) as refused:
        await _open(streams, Asked(everything=True), "", {"type": "http", "headers": [], "state": state})  # type: ignore[arg-type]  # as far as it is read
    assert refused.value.problem == NOT_GRANTED
