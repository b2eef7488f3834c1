"""Two feeds on one timetable: each has its own vehicles, goes down and comes back for itself."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.headers import FeedHeaders
from schemas.line_forecasts import Basis, Revision, RunForecast, VerdictReason, encode_public
from tests.transit.conftest import EIGHT, Drive, place
from transit.tracking.line_tracker import LineTracker


def say(bus: Any, feed: str, at: int, *reports: dict[str, Any], **headers: Any) -> None:
    """One message of a feed; the drive's own is ``feed``."""
    inner = bus.tracker.apply

    def apply(content: bytes, of: FeedHeaders) -> Any:
        return inner(content, of._replace(feed=feed))

    bus.tracker.apply = apply
    try:
        bus.say(at, *reports, **headers)
    finally:
        del bus.tracker.apply


def vehicles(bus: Any) -> dict[str, RunForecast]:
    public = bus.outcome.public
    return {public.name_vehicle(run): run for run in public.runs if run.vehicle_id and not run.due}


def drive_both(bus: Any, first: int, last: int) -> None:
    """Bus 101 of feed ``east`` on out-1 and bus 101 of feed ``west`` on out-2, which is further back."""
    for i in range(first, last + 1):
        say(bus, "east", 30 * i, {"x_m": 190.0 * i, "vehicle": "101"})
        say(bus, "west", 30 * i + 5, {"x_m": 40.0 * i, "vehicle": "101", "trip": "out-2"})


def test_one_id_in_two_feeds_is_two_vehicles(bus: Any) -> None:
    drive_both(bus, 0, 4)
    told = vehicles(bus)
    assert {name: run.trip_id for name, run in told.items()} == {"east:101": "out-1", "west:101": "out-2"}
    assert told["east:101"].progress_m == pytest.approx(760, abs=30)
    assert told["west:101"].longitude == pytest.approx(place(160, 0)[1])
    assert all(run.basis is Basis.LIVE for run in told.values())


def test_passages_say_whose_vehicle_it_was(bus: Any) -> None:
    drive_both(bus, 0, 6)
    assert {(each.trip_id, each.feed) for each in bus.passages} >= {("out-1", "east")}
    assert all(each.feed == ("east" if each.trip_id == "out-1" else "west") for each in bus.passages)


def test_a_feed_that_is_down_takes_down_its_own_vehicles_alone(bus: Any) -> None:
    drive_both(bus, 0, 4)
    say(bus, "west", 130, feed_down=True)
    for at in (150, 180, 210, 240, 270):
        say(bus, "east", at, {"x_m": 190.0 * at / 30, "vehicle": "101"})
        say(bus, "west", at + 5, feed_down=True)
        told = vehicles(bus)
        assert told["east:101"].basis is Basis.LIVE
        assert told["east:101"].revision is not Revision.FEED_RETURNED
        assert told["west:101"].basis is Basis.EXTRAPOLATED
        assert bus.outcome.public.feed_down_since is None
    assert told["west:101"].verdict_reason is VerdictReason.FEED_DOWN
    assert told["east:101"].verdict_reason is VerdictReason.NONE
    assert [(each.feed, each.down_since) for each in bus.outcome.public.feeds] == [
        ("east", None),
        ("west", EIGHT + 130),
    ]


def test_a_feed_that_comes_back_brings_back_its_own_vehicles_alone(bus: Any) -> None:
    drive_both(bus, 0, 4)
    say(bus, "west", 130, feed_down=True)
    say(bus, "west", 140, {"x_m": 200.0, "vehicle": "101", "trip": "out-2"})
    told = vehicles(bus)
    assert told["west:101"].revision is Revision.FEED_RETURNED
    assert told["east:101"].revision is not Revision.FEED_RETURNED


def test_empty_polls_of_a_feed_that_has_nothing_on_the_line_change_nothing_but_the_time(drive: Any) -> None:
    alone, beside = drive("bus"), drive("bus")
    for i in range(8):
        for each in (alone, beside):
            say(each, "bus", 30 * i, {"x_m": 190.0 * i, "vehicle": "101"})
        # how far what is told settles by and by rests on when the line was told last, and on nothing else
        assert [replace(run, lag_s=0) for run in beside.outcome.public.runs] == [
            replace(run, lag_s=0) for run in alone.outcome.public.runs
        ]
        assert beside.outcome.public.passages == alone.outcome.public.passages
        assert beside.outcome.public.conditions == alone.outcome.public.conditions
        say(beside, "rail", 30 * i + 2, feed_down=i > 3)
        assert [each.feed for each in beside.outcome.public.feeds] == ["bus"]
        assert beside.outcome.public.feed_down_since is None
        assert all(run.basis is Basis.LIVE for run in beside.outcome.public.runs if not run.due)


def test_a_poll_that_was_fetched_long_is_taken_and_the_lines_time_stands(bus: Any) -> None:
    say(bus, "east", 30, {"x_m": 190.0, "vehicle": "101"})
    say(bus, "west", 10, {"x_m": 40.0, "vehicle": "101", "trip": "out-2"})
    assert bus.outcome.public.computed_at == EIGHT + 30
    assert set(vehicles(bus)) == {"east:101", "west:101"}


def test_a_takeover_with_two_feeds_says_and_keeps_the_same_bytes(drive: Any, town: Any) -> None:
    straight, broken = drive("bus"), drive("bus")
    for i in range(12):
        for each in (straight, broken):
            drive_both(each, i, i)
            say(each, "rail", 30 * i + 9, feed_down=i > 4)
        broken.tracker = LineTracker.restore(town, broken.group, broken.tracker.dump())
        assert encode_public(straight.outcome.public) == encode_public(broken.outcome.public)
    assert straight.tracker.dump() == broken.tracker.dump()


def test_another_timetable_keeps_vehicles_apart_by_their_feeds(bus: Drive, town: Any) -> None:
    drive_both(bus, 0, 4)
    bus.tracker, _ = bus.tracker.rebased(town)
    drive_both(bus, 5, 5)
    assert {name: run.trip_id for name, run in vehicles(bus).items()} == {"east:101": "out-1", "west:101": "out-2"}
