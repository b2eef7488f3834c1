"""A whole city's GTFS-realtime feeds: what writing one takes, and how long the API's loop stands still for it.

``python -m tests.bench.bench_feeds [--lines 1258] [--vehicles 24]``: lines of Mexico City's timetable under many names,
in one process without a network; nothing of a feed is kept from one round to the next. The loop's lateness is that of
a task that wakes each millisecond while the feed is asked for; beside it, as JSON, protobuf's own ``MessageToDict``.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from google.protobuf.json_format import MessageToDict
from google.transit.gtfs_realtime_pb2 import FeedMessage
from rich.console import Console
from rich.table import Table

from api.app import Api, build_api
from api.gtfs_realtime.json_mapping import write_entity
from api.gtfs_realtime.line_entities import FeedKind
from api.lane.build import _GARBAGE_THRESHOLDS
from api.view.freshness import ViewState
from runtime.garbage import collect_seldom
from runtime.settings import Settings
from schemas.line_forecasts import decode_public
from schemas.line_value import decode_line_value
from tests.bench.city_values import packed_value
from tests.bench.load_average import say_load
from tests.bench.mexico_city import STARTS_AT, compile_copies
from transit.timetable.compiled import Timetable

EVERY_S = 10
ROUNDS = 3
KINDS = (FeedKind.VEHICLE_POSITIONS, FeedKind.TRIP_UPDATES)


class Found(NamedTuple):
    """One feed, in what time (s) it was made, and how late the loop was at most meanwhile (ms)."""

    body: bytes
    took_s: float
    late_ms: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1258)
    parser.add_argument("--vehicles", type=int, default=24)
    chosen = parser.parse_args()
    timetable = compile_copies(chosen.lines, lines_a_stop=8)
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as folder:
        settings = Settings(data_folder=Path(folder), store="redis://127.0.0.1:1/0")
        api = build_api(settings, load=lambda _: timetable)
        asyncio.run(_measure(api, timetable, chosen.vehicles))


async def _measure(api: Api, timetable: Timetable, vehicles: int) -> None:
    view = api.view
    view._now = lambda: STARTS_AT + 6.0
    view.shelf.keep(view.shelf.read(timetable.hash))
    view.freshness.turn(ViewState.WHOLE, 0.0)
    # as an API process does once it has its timetables
    collect_seldom(_GARBAGE_THRESHOLDS)
    table = Table("feed", "MB", "best s", "loop late at most, ms: best, median", title=say_load())
    writing = Table("as JSON, s of processor", "entities", "MessageToDict", "ours")
    poll = 0
    for kind in KINDS:
        for form in ("pb", "json"):
            found = []
            for _ in range(ROUNDS):
                poll += 1
                found.append(await _ask(api, f"{kind}.{form}", timetable, poll, vehicles))
            late = sorted(each.late_ms for each in found)
            size, took = len(found[0].body) / 1e6, min(each.took_s for each in found)
            table.add_row(f"{kind}.{form}", f"{size:.1f}", f"{took:.2f}", f"{late[0]:.1f}, {late[ROUNDS // 2]:.1f}")
        writing.add_row(kind, *_compare(await _get(api, f"{kind}.pb", timetable.name)))
    console = Console()
    console.print(table)
    console.print(writing)


async def _ask(api: Api, file: str, timetable: Timetable, poll: int, vehicles: int) -> Found:
    """Ask for a feed of values that are all new."""
    for line in range(len(timetable.line_id)):
        value = decode_line_value(packed_value(timetable, line, 0, vehicles=vehicles, every_s=EVERY_S))
        api.view.take_line(value.watermark._replace(offset=poll), decode_public(value.public))
        await asyncio.sleep(0)
    api.view.rendered.drop_all()
    late: list[float] = []
    watching = asyncio.create_task(_watch(late))
    await asyncio.sleep(0.01)
    late.clear()
    began = time.perf_counter()
    body = await _get(api, file, timetable.name)
    took_s = time.perf_counter() - began
    await asyncio.sleep(0.002)
    watching.cancel()
    return Found(body, took_s, max(late) * 1000)


async def _get(api: Api, file: str, timetable: str) -> bytes:
    """A feed as the application hands it to its server: a client here would copy megabytes on the same loop."""
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    path = f"/v1/gtfs-realtime/{file}"
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
    }
    scope |= {"path": path, "raw_path": path.encode(), "query_string": f"timetable={timetable}".encode()}
    await api.app(scope | {"headers": [], "root_path": "", "server": ("bench.test", 80)}, receive, send)
    body: bytes = sent[1]["body"]
    return body


async def _watch(late: list[float]) -> None:
    """Note by how much each wait of a millisecond was longer."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append(time.perf_counter() - began - 0.001)


def _compare(feed: bytes) -> tuple[str, str, str]:
    entities = [FeedMessage(entity=[each]).SerializePartialToString() for each in FeedMessage.FromString(feed).entity]
    before, ours = [], []
    for _ in range(3):
        began = time.process_time()
        orjson.dumps(MessageToDict(FeedMessage.FromString(feed)))
        before.append(time.process_time() - began)
        began = time.process_time()
        for entity in entities:
            write_entity(entity)
        ours.append(time.process_time() - began)
    return str(len(entities)), f"{min(before):.2f}", f"{min(ours):.2f}"


if __name__ == "__main__":
    main()
