from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka.partitioner import murmur2
from prometheus_client import CollectorRegistry

from runtime.timetables import TimetableFolder, save_timetable
from schemas.headers import FeedHeaders, encode_headers
from schemas.line_value import Watermark, decode_line_value
from schemas.rejects import RejectReason
from streams.tracker.counts import TrackerCounts
from streams.tracker.line_worker import LineWorker, RawMessage
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker

PARTITIONS = 4
KEY = b"city:east"
PARTITION = (murmur2(KEY) & 0x7FFFFFFF) % PARTITIONS

TABLES = {
    "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "one,One,https://one.example,Europe/Paris"],
    "routes.txt": ["route_id,agency_id,route_short_name,route_type", "east,one,1,3"],
    "stops.txt": ["stop_id,stop_name,stop_lat,stop_lon", "a,Alpha,48.85,2.30", "b,Beta,48.85,2.32"],
    "calendar_dates.txt": ["service_id,date,exception_type", "daily,20260316,1"],
    "trips.txt": ["route_id,service_id,trip_id,direction_id", "east,daily,e1,0"],
    "stop_times.txt": [
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
        *("e1,08:00:00,08:00:00,a,1", "e1,08:20:00,08:20:00,b,2"),
    ],
}


def compile_city(**changes: list[str]) -> Timetable:
    tables = {**TABLES, **{f"{name}.txt": rows for name, rows in changes.items()}}
    packed = {name: ("\n".join(rows) + "\n").encode() for name, rows in tables.items()}
    return compile_timetable(packed, name="city", source="a test")


CITY = compile_city()
LATER_CITY = compile_city(routes=["route_id,agency_id,route_short_name,route_type", "east,one,One,3"])


@pytest.fixture
def make_worker(tmp_path: Path) -> Callable[[], LineWorker]:
    for timetable in (CITY, LATER_CITY):
        save_timetable(timetable, tmp_path)

    def make() -> LineWorker:
        counts = TrackerCounts(CollectorRegistry())
        return LineWorker(TimetableFolder(tmp_path), line_partitions=PARTITIONS, counts=counts)

    return make


def message(
    offset: int, *, epoch: int = 1, timetable: str = CITY.hash, key: bytes = KEY, feed: str = "f", late_s: int = 0
) -> RawMessage:
    headers = encode_headers(FeedHeaders(timetable, 1773644400 + offset * 10 - late_s, feed, epoch))
    partition = (murmur2(key) & 0x7FFFFFFF) % PARTITIONS
    return RawMessage(key, b"\x0a\x05\x0a\x032.0", headers, "feed.bus.v1", partition, offset)


def reasons(worker: LineWorker, raw: RawMessage, stored: bytes | None = None) -> list[RejectReason]:
    return [reject.reason for reject in worker.advance(raw, stored).rejects]


def test_a_value_answers_its_message_and_names_its_line(make_worker: Callable[[], LineWorker]) -> None:
    value = decode_line_value(make_worker().advance(message(7), None).value or b"")
    assert value.watermark == Watermark(1, PARTITION, 7)
    assert value.computed_at == 1773644470


def test_a_message_answered_before_leads_to_nothing(make_worker: Callable[[], LineWorker]) -> None:
    worker = make_worker()
    stored = worker.advance(message(7), None).value
    for again in (worker, make_worker()):
        assert again.advance(message(7), stored) == (None, ())
        assert again.advance(message(6), stored) == (None, ())
        assert again.advance(message(8), stored).value is not None


def test_a_poll_older_than_its_feeds_newest_is_refused(make_worker: Callable[[], LineWorker]) -> None:
    worker = make_worker()
    stored = worker.advance(message(7), None).value
    for again in (worker, make_worker()):
        assert reasons(again, message(8, late_s=11), stored) == [RejectReason.OUT_OF_ORDER]
        assert reasons(again, message(9, late_s=20), stored) == []
    assert reasons(worker, message(10, late_s=31)) == [RejectReason.OUT_OF_ORDER]
    assert reasons(worker, message(11, late_s=300, feed="another")) == []
    assert reasons(worker, message(1, epoch=2)) == []


def test_a_taken_over_line_goes_on_byte_for_byte(make_worker: Callable[[], LineWorker]) -> None:
    alive = make_worker()
    stored = None
    for offset in range(5):
        taken_over = make_worker().advance(message(offset), stored).value
        stored = alive.advance(message(offset), stored).value
        assert taken_over == stored


def test_a_new_epoch_resets_the_watermark_and_an_old_one_is_refused(make_worker: Callable[[], LineWorker]) -> None:
    worker = make_worker()
    stored = worker.advance(message(700), None).value
    stored = worker.advance(message(0, epoch=2), stored).value
    assert stored is not None
    assert reasons(worker, message(701), stored) == [RejectReason.STALE_EPOCH]


def test_a_line_is_carried_over_to_another_timetable(make_worker: Callable[[], LineWorker]) -> None:
    worker = make_worker()
    stored = worker.advance(message(1), None).value
    assert worker.advance(message(2, timetable=LATER_CITY.hash), stored).value is not None


def test_what_cannot_be_used_is_refused_with_its_reason(make_worker: Callable[[], LineWorker]) -> None:
    worker = make_worker()
    good = message(1)
    assert reasons(worker, good._replace(partition=(PARTITION + 1) % 4)) == [RejectReason.WRONG_PARTITION]
    assert reasons(worker, good._replace(headers=[])) == [RejectReason.BAD_HEADERS]
    assert reasons(worker, message(1, timetable="0123456789abcdef")) == [RejectReason.UNKNOWN_TIMETABLE]
    assert reasons(worker, message(1, key=b"city:west")) == [RejectReason.UNKNOWN_LINE]
    assert reasons(worker, message(1, key=b"\xff\xfe")) == [RejectReason.UNKNOWN_LINE]


def test_a_refusals_id_does_not_depend_on_the_attempt(make_worker: Callable[[], LineWorker]) -> None:
    raw = message(1, key=b"city:west")
    assert make_worker().advance(raw, None).rejects[0].id == make_worker().advance(raw, None).rejects[0].id


def test_a_rule_that_fails_costs_one_message_and_not_the_line(
    make_worker: Callable[[], LineWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = make_worker()
    stored = worker.advance(message(1), None).value
    with monkeypatch.context() as broken:
        broken.setattr(LineTracker, "apply", lambda *_: 1 / 0)
        assert reasons(worker, message(2), stored) == [RejectReason.TRACKER_FAILED]
    assert worker.advance(message(3), stored).value is not None


def test_a_stored_value_that_cannot_be_read_begins_the_line_anew(make_worker: Callable[[], LineWorker]) -> None:
    assert make_worker().advance(message(1), b"rubbish").value is not None
