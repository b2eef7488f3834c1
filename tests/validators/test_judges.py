"""A validator that others wrote, over the simulated city's feeds: it finds nothing, and what is broken it finds."""

from pathlib import Path

from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.gtfs_realtime.line_entities import FeedKind
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from tests.replayed_view import ReplayedView, simulate
from tests.validators.judges import judge_by_rt_validator
from tests.validators.polls import keep_poll

MORNING = 1_771_200_000
"""Monday, 2026-02-16, eight in the morning in Shanghai."""


async def test_the_simulated_city_breaks_no_rule_of_gtfs_rt_validator_until_a_trip_is_made_up(tmp_path: Path) -> None:
    gtfs, whole, broken = tmp_path / "city.zip", tmp_path / "whole", tmp_path / "broken"
    write_gtfs(tabulate(generate_network(4, 7)), gtfs)
    replayed = ReplayedView(gtfs, tmp_path)
    async with replayed.client() as client:
        for at, content in simulate(replayed.timetable, MORNING, polls=5, every_s=20):
            replayed.apply(at, content)
            feeds = {kind: await replayed.read_feed(client, kind) for kind in FeedKind}
            keep_poll(whole, at + 1, _packed(feeds))
            feeds[FeedKind.TRIP_UPDATES].entity[0].trip_update.trip.trip_id = "made up"
            keep_poll(broken, at + 1, _packed(feeds))
    verdict = judge_by_rt_validator(gtfs, whole)
    assert (verdict.polls, verdict.broken) == (5, {})
    assert verdict.rules > 100
    assert judge_by_rt_validator(gtfs, broken).broken["E003"] == 5


def _packed(feeds: dict[FeedKind, FeedMessage]) -> dict[FeedKind, bytes]:
    return {kind: feed.SerializeToString() for kind, feed in feeds.items()}
