"""Alerts as agencies write them, and what they mean."""

import pytest
from google.transit.gtfs_realtime_pb2 import Alert
from hypothesis import given
from hypothesis import strategies as st

from schemas.service_alerts import FeedAlerts, InformedEntity, Period, decode_feed_alerts, encode_feed_alerts
from transit.agency.read_alerts import INFORMED_MAX, MOMENT_MAX, TEXT_MAX, read_alert

moments = st.integers(0, MOMENT_MAX)


def test_an_alert_is_read_with_what_it_informs_and_its_words_by_language() -> None:
    alert = Alert(cause=Alert.CONSTRUCTION, effect=Alert.DETOUR)
    alert.active_period.add(start=20)
    alert.active_period.add(start=5, end=10)
    named = alert.informed_entity.add(stop_id="C")
    named.trip.trip_id, named.trip.start_date, named.trip.start_time = "t1", "20260216", "25:00:00"
    named.trip.direction_id = 1
    alert.header_text.translation.add(text="Umleitung", language="de")
    alert.header_text.translation.add(text="")
    told = read_alert("a", alert, ("1",))
    assert (told.cause, told.effect, told.line_groups) == (10, 4, ("1",))
    assert told.periods == (Period(5, 10), Period(20, 0))
    assert told.informed == (
        InformedEntity(direction_id=1, trip_id="t1", start_date=20260216, start_time_s=90_000, stop_id="C"),
    )
    assert told.header == (("de", "Umleitung"),)


def test_an_alert_is_kept_within_bounds_whatever_an_agency_writes() -> None:
    alert = Alert()
    for number in range(INFORMED_MAX + 5):
        alert.informed_entity.add(stop_id=str(number))
    alert.header_text.translation.add(text="x" * (TEXT_MAX + 1))
    told = read_alert("a", alert, ())
    assert len(told.informed) == INFORMED_MAX
    assert len(told.header[0][1]) == TEXT_MAX


@pytest.mark.parametrize("beyond", [2**64 - 1, 1_771_246_800_000, 253_402_300_799, MOMENT_MAX + 1])
def test_a_time_that_is_none_of_ours_leaves_its_side_of_the_period_open(beyond: int) -> None:
    alert = Alert()
    alert.active_period.add(start=beyond, end=10)
    alert.active_period.add(start=5, end=beyond)
    assert read_alert("a", alert, ()).periods == (Period(0, 10), Period(5, 0))


@given(st.lists(st.tuples(moments, moments), max_size=4), moments)
def test_an_alert_holds_where_one_of_its_periods_does_or_it_has_none(periods: list[tuple[int, int]], at: int) -> None:
    alert = Alert()
    for start, end in periods:
        alert.active_period.add(start=start, end=end)
    told = read_alert("a", alert, ())
    expected = not periods or any(start <= at and (end == 0 or at < end) for start, end in periods)
    assert told.is_active(at) is expected
    said = FeedAlerts("f", "town", 5, (told,))
    assert decode_feed_alerts(encode_feed_alerts(said)) == said
