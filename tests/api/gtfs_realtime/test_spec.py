"""Feeds of the simulated city and of three real ones, held against every rule of GTFS-realtime."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import orjson
import pytest
from google.protobuf.json_format import MessageToDict

from api.gtfs_realtime.line_entities import FeedKind
from headway.score_report.replay import read_recording
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from tests.replayed_view import ReplayedView, simulate
from tests.transit.gtfs_realtime.moments import Gtfs, Moment
from tests.transit.gtfs_realtime.spec_rules import RULES, check

MORNING = 1_771_200_000
"""Monday, 2026-02-16, eight in the morning in Shanghai."""

FAR_APART = "W007"
"""Broken by how seldom these tests look."""

Polls = Iterator[tuple[int, bytes]]


async def broken_rules(replayed: ReplayedView, polls: Polls, *, every: int) -> tuple[Counter[str], int]:
    """How often each rule was broken, and how many trip updates were looked at."""
    gtfs = Gtfs(str(replayed.gtfs))
    before: Moment | None = None
    broken: Counter[str] = Counter()
    looked_at = 0
    async with replayed.client() as client:
        for count, (at, content) in enumerate(polls):
            replayed.apply(at, content)
            if count % every:
                continue
            updates, vehicles, alerts = [await replayed.read_feed(client, kind) for kind in FeedKind]
            for kind, feed in zip(FeedKind, (updates, vehicles, alerts), strict=True):
                # what partners read as JSON is what is judged here
                assert await replayed.read_bytes(client, f"{kind}.json") == orjson.dumps(MessageToDict(feed))
            moment = Moment(gtfs, int(replayed.now), updates, vehicles, alerts, before)
            for rule, found in check(moment).items():
                broken[f"{rule}: {found[0]}"] += len(found)
            looked_at += len(updates.entity)
            before = replace(moment, before=None)
    return broken, looked_at


def test_every_rule_of_the_list_is_there() -> None:
    assert len(RULES) == 56
    assert {"E001", "E052", "W001", "W009"} <= set(RULES)


@pytest.fixture(scope="module")
def city_gtfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("city") / "city.zip"
    write_gtfs(tabulate(generate_network(14, 7)), place)
    return place


async def test_the_simulated_city_breaks_no_rule(city_gtfs: Path, tmp_path: Path) -> None:
    replayed = ReplayedView(city_gtfs, tmp_path)
    polls = simulate(replayed.timetable, MORNING, polls=8, every_s=30)
    broken, updates = await broken_rules(replayed, polls, every=2)
    assert updates > 100
    assert {rule: count for rule, count in broken.items() if not rule.startswith(FAR_APART)} == {}


@pytest.mark.recording
@pytest.mark.parametrize(
    ("gtfs", "recording", "polls", "every"),
    [
        ("dc-bus/gtfs.zip", "dc-bus/vehicle_positions.zip", 48, 8),
        ("boston-subway/gtfs.zip", "boston-subway/vehicle_positions.zip", 60, 10),
        ("nyc-subway/gtfs.zip", "nyc-subway/snapshots", 8, 2),
    ],
)
async def test_a_real_feed_breaks_no_rule(
    recordings: Path, tmp_path: Path, gtfs: str, recording: str, polls: int, every: int
) -> None:
    replayed = ReplayedView(recordings / gtfs, tmp_path)
    recorded = islice(read_recording(recordings / recording), polls)
    broken, updates = await broken_rules(replayed, recorded, every=every)
    assert updates > 50
    assert {rule: count for rule, count in broken.items() if not rule.startswith(FAR_APART)} == {}
