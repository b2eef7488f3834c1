"""Every endpoint in every form, asked under a grant of less: nothing outside it stands anywhere in the bytes.

What a new endpoint or a new member tells is caught here without anybody thinking of it: paths are the contract's own.
"""

import asyncio
import re
from typing import Any, Final, NamedTuple

import orjson
import pytest
from google.protobuf.json_format import MessageToJson
from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.openapi import STREAMED
from api.reached.shapes import SHAPES
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark
from tests.api.lane.socket_client import Socket
from tests.api.reached.every_path import ASKED, STREAMS, Asked
from transit.grants.area import Area, Box
from transit.grants.reach import EVERYTHING, Reach

City = Any


class Grant(NamedTuple):
    """A reach, and what must not stand in any answer under it."""

    reach: Reach
    hidden: str


GRANTS: Final = {
    "one line": Grant(
        Reach(areas=(Area(lines=frozenset({"town:1"})),)),
        r"town:[2-6](?![\w-])|v-two|v-metro|t2-0|\bn6\b|L-two|words of two",
    ),
    "a box": Grant(
        Reach(areas=(Area(box=Box(40.015, -76.0, 41.0, -74.0)),)),
        r"town:[ABEF](?![\w-])|Bridge|\bElm\b|words of bridge|40\.005|\"stop_id\":\"[ABEF]\"",
    ),
    "times alone": Grant(
        Reach(fields=frozenset({"expected"})),
        r"v-one|v-two|v-metro|L-one|L-two|40\.0053|123\.4|7\.77|\"(occupancy|verdict|stops_away|next_stop|crowding"
        r"|headways)\":[^n]|occupancyStatus|occupancyPercentage|currentSt|uncertainty|_early_at|_late_at"
        r"|VehicleLocation|VehicleRef|NumberOfStopsAway|DistanceFromStop|<Occupancy",
    ),
    "five minutes late": Grant(Reach(delay_s=300), r"L-one|L-two|40\.0053|123\.4|7\.77"),
}


def test_no_path_of_the_contract_is_left_out(city: City) -> None:
    told_of = SHAPES.keys() | STREAMED | {path for path in city.api.application.openapi()["paths"] if "static" in path}
    assert told_of == ASKED.keys() | {"/v1/stream"}


def _read(asked: Asked, answered: Any) -> str:
    """An answer's text, headers too, without the id that was asked for where it is refused."""
    body: bytes = answered.content
    is_feed = ".pb" in asked.path and answered.is_success
    text = MessageToJson(FeedMessage.FromString(body)) if is_feed else body.decode()
    if not answered.is_success or '"failed":1' in text:
        text = _without_ids(text, asked.path + asked.body)
    return text + repr({name: value for name, value in answered.headers.items() if name != "content-length"})


def _without_ids(text: str, asked: str) -> str:
    for named in re.findall(r"town:[\w%:@-]+(?:/1)?", asked):
        text = text.replace(named.replace("%2F", "/"), "…").replace(named.partition(":")[2].partition(":")[0], "…")
    return text


def _leak(hidden: str, asked: str, text: str) -> list[tuple[str, str]]:
    found = re.search(hidden, text)
    return [] if found is None else [(asked, text[max(0, found.start() - 60) : found.end() + 30])]


@pytest.mark.parametrize("name", GRANTS)
@pytest.mark.usefixtures("whole")
async def test_nothing_outside_a_grant_stands_in_any_form(asked: Any, name: str) -> None:
    grant = GRANTS[name]
    leaks = []
    for each in (each for paths in ASKED.values() for each in paths):
        text = _read(each, await asked(each.path, grant.reach, each.body))
        leaks += _leak(grant.hidden, " ".join(each), text)
    assert leaks == []


@pytest.mark.usefixtures("whole")
async def test_what_is_looked_for_does_stand_where_everything_is_granted(asked: Any) -> None:
    """Of every path; else a guard that asks amiss would find nothing either."""
    signs = ("town:2", "v-two", "L-two", "words of two", "words of bridge", "Bridge", "40.0053", "currentStatus")
    told = {
        path: "".join([_read(each, await asked(each.path, EVERYTHING, each.body)) for each in paths])
        for path, paths in ASKED.items()
    }
    assert [sign for sign in signs if sign not in "".join(told.values())] == []
    silent = {path for path, text in told.items() if not re.search(r"town:2|v-two|\bElm\b|Bridge", text)}
    assert silent <= {"/v1/city/{timetable}/arrivals", "/v1/feeds", "/v1/replays", "/v1/stream-ticket", "/v1/static"}


async def _follow(city: City, reach: Reach) -> dict[str, str]:
    """What each stream tells at its beginning and of a change, or is refused with."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await city.api.app({**scope, "state": {"reach": reach}}, receive, send)

    hub, keeper = city.api.streams.hub, city.api.streams.keeper
    await _write(city, first_s=60)
    hub.ready.set()
    opened = {wanted: Socket(app, f"/v1/stream?{wanted}") for wanted in STREAMS}
    told = {wanted: await socket.refusal() or "" for wanted, socket in opened.items()}
    following = {wanted: socket for wanted, socket in opened.items() if not told[wanted]}
    for first_s in (None, 45):
        if first_s is not None:
            await _write(city, first_s=first_s)
        for each in list(keeper._open.values()):
            each.stream.beats = True
            each.stream.wake()
        for wanted, socket in following.items():
            while (event := await socket.event())["event"] != "beat":
                told[wanted] += orjson.dumps(event).decode()
    await asyncio.gather(*(socket.leave() for socket in following.values()))
    return told


async def _write(city: City, *, first_s: int) -> None:
    """Another value of every line, as the log has it."""
    for key, forecasts in list(city.view._written.items()):
        group = key.partition(":")[2]
        city.tell(group, *forecasts.runs, first_s=first_s)
        city.written = getattr(city, "written", -1) + 1
        value = LineValue(Watermark(1, 0, city.written), int(city.now), encode_public(city.view._written[key]), b"own")
        city.api.streams.hub.feed(key, city.written, value)
    await city.api.streams.hub.turn()


@pytest.mark.parametrize("name", GRANTS)
async def test_nothing_outside_a_grant_stands_in_any_stream(whole: City, name: str) -> None:
    grant = GRANTS[name]
    told = await _follow(whole, grant.reach)
    leaks = [leak for wanted, text in told.items() for leak in _leak(grant.hidden, wanted, _without_ids(text, wanted))]
    assert leaks == []
    if not grant.reach.delay_s:
        assert "expected_at" in told["all=true"]


async def test_what_is_looked_for_does_stand_in_streams_of_everything(whole: City) -> None:
    told = await _follow(whole, EVERYTHING)
    for wanted in ("all=true", "lines=town:2", "vehicles=town:v-two", "stops=town:E"):
        for sign in ("town:2", "v-two", "L-two", "40.0053", "delta"):
            assert sign in told[wanted], (wanted, sign)
