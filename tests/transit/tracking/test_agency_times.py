"""What an agency foretells of a line's runs: told as the feed is set, learned from passages, replayed to the byte."""

from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import AGENCY, MEASURED, OWN, FeedHeaders, decode_headers, encode_headers
from schemas.line_forecasts import PredictedBy
from tests.transit.conftest import EIGHT, write_entity
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker

LATER_S = 90
Town = Any


def message(
    town: Timetable, at: int, x_m: float, *, said: int | None, trip: str = "out-1", stamp: int = 0, first: int = 0
) -> bytes:
    """The bus at a place (metres east), and the agency's word that it makes its last call at ``said`` (POSIX s).

    ``stamp`` is the word's own time, ``first`` what it says of the first call; 0: nothing.
    """
    feed = FeedMessage()
    feed.header.gtfs_realtime_version, feed.header.timestamp = "2.0", EIGHT + at
    write_entity(feed.entity.add(), {"x_m": x_m, "y_m": 0.0}, at)
    if said is not None:
        update = feed.entity.add(id="word").trip_update
        update.trip.trip_id, update.timestamp = trip, stamp
        row = town.trip_id.find(trip)
        begin, end = (int(each) for each in town.pattern_call_offset[int(town.trip_pattern[row]) :][:2])
        for call in range(begin, end):
            told = update.stop_time_update.add(stop_id=town.stop_id[int(town.call_stop[call])])
            if call == end - 1:
                told.arrival.time = said
            elif call == begin:
                told.departure.time = first
    packed: bytes = feed.SerializeToString()
    return packed


class Line:
    """A tracker fed with the same drive under one setting."""

    def __init__(self, town: Timetable, predictions: str) -> None:
        self.town = town
        group = town.group_id[int(town.line_group[town.line_id.find("bus")])]
        self.tracker = LineTracker(town, group)
        self.predictions = predictions

    def drive(self, seconds: range, *, later_s: int | None = LATER_S, stamp: int = 0, first: int = 0) -> list[bytes]:
        """Ten metres a second; the agency says the last call is ``later_s`` after eight and ten minutes.

        ``stamp`` and ``first`` as in ``message``.
        """
        states = []
        for at in seconds:
            said = None if later_s is None else EIGHT + 600 + later_s
            headers = FeedHeaders(self.town.hash, EIGHT + at, "feed", 1, predictions=self.predictions)
            told = message(self.town, at, 10.0 * at, said=said, stamp=stamp, first=first)
            self.outcome = self.tracker.apply(told, headers)
            states.append(self.tracker.dump())
        return states

    @property
    def run(self) -> Any:
        return next(each for each in self.outcome.public.runs if each.trip_id == "out-1")

    def last_call(self) -> int:
        """Seconds until the last call's arrival, as told (p50)."""
        times = memoryview(self.outcome.public.times).cast("h")
        before = 0
        for each in self.outcome.public.runs:
            before += each.call_count
            if each.trip_id == "out-1":
                return times[(before - 1) * 6 + 1]
        raise AssertionError("not told")


SECONDS = range(0, 120, 10)


def test_the_agency_is_told_where_the_feed_is_set_so_and_the_source_is_named(town: Timetable) -> None:
    own, agency, measured = Line(town, OWN), Line(town, AGENCY), Line(town, MEASURED)
    for line in (own, agency, measured):
        line.drive(SECONDS)
    until = EIGHT + 600 + LATER_S - (EIGHT + SECONDS[-1])
    assert agency.last_call() == until
    assert min(own.last_call(), until) < measured.last_call() < max(own.last_call(), until)
    assert [line.run.predicted_by for line in (own, agency, measured)] == [
        PredictedBy.HEADWAY,
        PredictedBy.AGENCY,
        PredictedBy.BOTH,
    ]


def test_a_feed_set_to_headways_own_times_packs_what_it_ever_did(town: Timetable) -> None:
    own, without = Line(town, OWN), Line(town, OWN)
    assert own.drive(SECONDS) == without.drive(SECONDS, later_s=None)


def test_what_the_agency_said_long_ago_is_not_told(town: Timetable) -> None:
    line, own = Line(town, AGENCY), Line(town, OWN)
    for each in (line, own):
        each.drive(SECONDS)
        each.drive(range(SECONDS[-1] + 10, SECONDS[-1] + 140, 10), later_s=None)
    assert line.last_call() == own.last_call()
    assert line.run.predicted_by is PredictedBy.HEADWAY


@pytest.mark.parametrize("words", [{"stamp": EIGHT}, {"first": EIGHT + 5}])
def test_what_is_repeated_grows_old_by_its_own_time_or_once_its_first_call_is_past(
    town: Timetable, words: dict[str, int]
) -> None:
    line, told_by = Line(town, AGENCY), []
    for at in range(0, 300, 10):
        line.drive(range(at, at + 10, 10), **words)
        told_by.append(line.run.predicted_by)
    assert told_by == [PredictedBy.AGENCY] * 13 + [PredictedBy.HEADWAY] * 17
    line.drive(range(300, 310, 10), later_s=LATER_S + 1, stamp=EIGHT + 290 if "stamp" in words else 0)
    assert line.run.predicted_by is PredictedBy.AGENCY


def test_an_older_word_does_not_replace_a_newer_one(town: Timetable) -> None:
    line = Line(town, AGENCY)
    line.drive(range(0, 60, 10), later_s=LATER_S, stamp=EIGHT + 40)
    line.drive(range(60, 70, 10), later_s=30, stamp=EIGHT + 10)
    assert line.last_call() == 600 + LATER_S - 60


@pytest.mark.parametrize("predictions", [AGENCY, MEASURED])
def test_a_tracker_that_was_packed_and_read_back_goes_on_to_the_byte(town: Timetable, predictions: str) -> None:
    going, stopped = Line(town, predictions), Line(town, predictions)
    expected = going.drive(SECONDS)[-1]
    packed = stopped.drive(SECONDS)[-1]
    assert packed == expected
    group = town.group_id[int(town.line_group[town.line_id.find("bus")])]
    stopped.tracker = LineTracker.restore(town, group, packed)
    onward = range(SECONDS[-1] + 10, 600, 10)
    assert stopped.drive(onward) == going.drive(onward)


def test_passages_measure_both(town: Timetable) -> None:
    line = Line(town, MEASURED)
    line.drive(range(0, 700, 10), later_s=LATER_S)
    state = line.tracker._state.agency
    assert state is not None
    counted = [each for each in state.measured.horizons if each.count]
    assert counted
    assert all(each.agency > each.own for each in counted)


@pytest.mark.parametrize("predictions", [AGENCY, MEASURED])
def test_a_message_of_another_feed_that_is_set_to_own_leaves_what_was_said_and_learned(
    town: Timetable, predictions: str
) -> None:
    line, told_by = Line(town, predictions), []
    for at in range(0, 400, 20):
        line.predictions = predictions
        line.drive(range(at, at + 10, 10))
        line.predictions = OWN
        line.drive(range(at + 10, at + 20, 10), later_s=None)
        told_by.append(line.run.predicted_by)
    assert PredictedBy.HEADWAY not in told_by[:15]
    state = line.tracker._state.agency
    assert state is not None
    assert sum(each.count for each in state.measured.horizons) > 0


def test_a_feed_that_is_set_to_own_adds_nothing_to_what_another_said_which_grows_old(town: Timetable) -> None:
    line, told_by = Line(town, AGENCY), []
    line.drive(range(0, 10, 10))
    line.predictions = OWN
    for at in range(10, 200, 10):
        line.drive(range(at, at + 10, 10))
        told_by.append(line.run.predicted_by)
    assert told_by == [PredictedBy.AGENCY] * 12 + [PredictedBy.HEADWAY] * 7


def test_ten_minutes_after_the_last_message_of_such_a_feed_nothing_is_kept(town: Timetable) -> None:
    line, own = Line(town, AGENCY), Line(town, OWN)
    line.drive(range(0, 60, 30))
    own.drive(range(0, 60, 30))
    line.predictions = OWN
    for each in (line, own):
        each.drive(range(60, 631, 30), later_s=None)
    assert line.tracker._state.agency is not None
    assert line.drive(range(660, 690, 30), later_s=None) == own.drive(range(660, 690, 30), later_s=None)


def test_the_setting_travels_in_a_header_that_own_times_do_without() -> None:
    plain = FeedHeaders("0" * 16, EIGHT, "feed", 1)
    assert "predictions" not in dict(encode_headers(plain))
    assert decode_headers(encode_headers(plain._replace(predictions=MEASURED))).predictions == MEASURED
