from schemas.headers import PASSAGE_ID
from schemas.line_forecasts import LineConditions, LineForecasts, Passage, decode_passage, encode_public
from schemas.line_value import LineValue, Watermark, decode_line_value, encode_line_value
from streams.serving.line_view import LineView
from streams.splitter.split import LineRecord, PassageSplit


def passage(trip: str) -> Passage:
    return Passage("L", trip, 20260316, None, "bus", "a", 1, 0, "arrival", 100, 95, 105)


def value(offset: int, *trips: str, epoch: int = 1) -> bytes:
    conditions = LineConditions(0, 0, 0, 0, {})
    passages = tuple(passage(trip) for trip in trips)
    public = LineForecasts("t:L", "hash", offset, "f", None, (), b"", passages, conditions)
    return encode_line_value(LineValue(Watermark(epoch, 3, offset), offset, encode_public(public), b"private"))


def record(offset: int, *trips: str, epoch: int = 1) -> LineRecord:
    return LineRecord(b"t:L", value(offset, *trips, epoch=epoch), 3)


def test_a_values_passages_go_to_their_lines_partition_under_their_ids() -> None:
    (written,) = PassageSplit("passages").split(record(1, "t1"))
    assert (written.key, written.partition) == (b"t:L", 3)
    assert list(written.headers) == [(PASSAGE_ID, b"t1:20260316:1:arrival")]
    assert decode_passage(written.value) == passage("t1")


def test_a_value_written_late_or_twice_adds_no_passage() -> None:
    split = PassageSplit("passages")
    assert len(split.split(record(5, "t1"))) == 1
    assert split.split(record(5, "t1")) == []
    assert split.split(record(4, "t0")) == []
    assert len(split.split(record(6, "t2"))) == 1


def test_a_new_epoch_begins_its_offsets_again() -> None:
    split = PassageSplit("passages")
    split.split(record(500, "t1"))
    assert len(split.split(record(0, "t2", epoch=2))) == 1


def test_what_is_no_value_adds_nothing() -> None:
    assert PassageSplit("passages").split(LineRecord(b"t:L", b"what is this", 3)) == []


def test_the_view_keeps_the_later_value_and_never_the_private_part() -> None:
    view = LineView()
    assert view.take("t:L", value(5), 10.0)
    assert not view.take("t:L", value(4), 11.0)
    assert decode_line_value(view.get("t:L").packed).private == b""
    assert view.get("t:L").watermark.offset == 5


def test_lines_the_store_did_not_get_are_changed_again() -> None:
    view = LineView()
    for key in ("a", "b", "c"):
        view.take(key, value(1), 10.0)
    taken = view.next_changed(2)
    assert taken == ["a", "b"]
    view.mark_changed(taken)
    assert list(view.changed) == ["a", "b", "c"]


def test_after_the_store_lost_everything_every_line_is_changed_but_those_long_quiet() -> None:
    view = LineView()
    view.take("old", value(1), 10.0)
    view.take("new", value(1), 1000.0)
    view.next_changed(9)
    view.drop_older(500.0)
    view.mark_all_changed()
    assert list(view.changed) == ["new"]
