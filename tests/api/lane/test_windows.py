from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from api.lane.kinds import KINDS, OWN, PAST, kind_asked, kind_of, service_of
from api.lane.targets import target_of
from api.lane.windows import span_at, windows_of_day
from transit.grants.agreements import HISTORY


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - as hypothesis asks
def test_a_moment_lies_in_its_windows_and_the_next_begin_where_they_end(moment: datetime) -> None:
    at = moment.timestamp()
    span = span_at(at)
    assert span.windows == windows_of_day(moment.strftime("%Y-%m-%d"))
    assert at < span.day_ends_at <= at + 86_400
    assert at < span.month_ends_at <= at + 31 * 86_400
    assert span_at(span.day_ends_at - 1).windows == span.windows
    assert span_at(span.day_ends_at).windows.day > span.windows.day
    assert span_at(span.month_ends_at - 1).windows.month == span.windows.month
    assert span_at(span.month_ends_at).windows.month > span.windows.month


def test_a_kind_is_the_last_part_that_names_one_and_the_list_is_closed() -> None:
    assert kind_of(b"/v1/stops/x%3A1/arrivals") == b"arrivals"
    assert kind_of(b"/v1/lines/x%3A1/vehicles") == b"vehicles"
    assert kind_of(b"/v1/vehicles/x") == b"vehicles"
    assert kind_of(b"/v1/lines") == b"lines"
    assert kind_of(b"/v1/runs/x%3A1%3A20260216") == b"runs"
    assert kind_of(b"/v1/") == b"other"


def test_the_past_is_a_kind_of_its_own_however_the_query_writes_it() -> None:
    path = b"/v1/stops/x%3A1/arrivals"
    for query in (b"as_of=2026-02-16T08:00:00-05:00", b"limit=1&as%5Fof=", b"%61%73_%6f%66=1"):
        assert (kind_asked(path, query), service_of(kind_asked(path, query))) == (PAST, HISTORY)
    assert kind_asked(path, b"limit=1&of=2&lines=as_of") == b"arrivals"
    assert kind_asked(b"/v1/usage", b"as_of=1") in OWN


@example(b"usage")
@given(st.binary(max_size=60))
def test_no_path_makes_a_kind_of_its_own(path: bytes) -> None:
    assert kind_of(b"/v1/" + path) in KINDS | OWN


def test_the_order_of_parameters_makes_no_difference() -> None:
    assert target_of(b"/v1/lines", b"") == b"/v1/lines"
    assert target_of(b"/v1/lines", b"b=2&a=1") == target_of(b"/v1/lines", b"a=1&b=2") == b"/v1/lines?a=1&b=2"
