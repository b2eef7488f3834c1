from typing import Any

import msgspec
import pytest

from schemas.line_forecasts import LineConditions, LineForecasts, Passage, encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.scores import HOURS_KEPT, LineScores, decode_score_day, decode_scores, encode_score_day, encode_scores
from streams.scorer.score_lines import LineScorer
from streams.serving.score_view import ScoreView

HOUR = 1_771_246_800


def scores(hour: int, offset: int, arrivals: int = 1) -> bytes:
    empty: dict[str, Any] = dict.fromkeys(
        ("count", "mean_absolute_error_s", "mean_error_s", "inside_ratio", "early_ratio"), ()
    )
    return encode_scores(
        LineScores(
            line_group="t:L",
            hour_starts_at=hour,
            horizon_edges_s=(0,),
            **empty,
            arrivals=arrivals,
            through=(1, 0, offset),
        )
    )


def value(offset: int, now: int) -> bytes:
    passage = Passage("L", f"t{offset}", 20260316, None, "bus", "a", 1, 0, "arrival", now, now - 5, now + 5)
    public = LineForecasts("t:L", "h", now, "f", None, (), b"", (passage,), LineConditions(0, 0, 0, 0, {}))
    return encode_line_value(LineValue(Watermark(1, 0, offset), now, encode_public(public), b""))


def test_of_two_records_of_an_hour_the_one_that_goes_further_counts() -> None:
    view = ScoreView("")
    assert view.take("t:L", scores(HOUR, 5, arrivals=7))
    assert not view.take("t:L", scores(HOUR, 4, arrivals=3))
    assert [hour.arrivals for hour in view.day("t:L").hours] == [7]


def test_a_line_keeps_its_newest_hours_in_order() -> None:
    view = ScoreView("")
    for hour in reversed(range(HOURS_KEPT + 3)):
        view.take("t:L", scores(HOUR + 3600 * hour, 1))
    kept = [hour.hour_starts_at for hour in decode_score_day(encode_score_day(view.day("t:L"))).hours]
    assert kept == [HOUR + 3600 * hour for hour in range(3, HOURS_KEPT + 3)]


def test_after_the_store_lost_everything_every_lines_hours_are_written_again() -> None:
    view = ScoreView("")
    view.take("t:L", scores(HOUR, 1))
    view.changed.clear()
    view.mark_all_changed()
    assert list(view.changed) == ["t:L"]


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        ScoreView("").take("t:L", b"what is this")


def test_a_record_goes_to_its_lines_partition_and_a_value_told_again_writes_none() -> None:
    scorer = LineScorer("scores")
    (record,) = scorer.take(3, b"t:L", value(1, HOUR + 10))
    assert (record.topic, record.key, record.partition) == ("scores", b"t:L", 3)
    assert decode_scores(record.value).arrivals == 1
    assert scorer.take(3, b"t:L", value(1, HOUR + 10)) == []


def test_what_was_not_due_yet_is_published_when_the_feed_pauses() -> None:
    scorer = LineScorer("scores")
    scorer.take(3, b"t:L", value(1, HOUR + 10))
    assert scorer.take(3, b"t:L", value(2, HOUR + 20)) == []
    (record,) = scorer.publish_all()
    assert decode_scores(record.value).arrivals == 2
    assert scorer.publish_all() == []


def test_a_partition_that_went_elsewhere_is_forgotten_and_goes_on_from_its_record() -> None:
    scorer = LineScorer("scores")
    (record,) = scorer.take(3, b"t:L", value(1, HOUR + 10))
    scorer.drop([3])
    assert scorer.publish_all() == []
    scorer.restore(3, b"t:L", record.value)
    assert scorer.take(3, b"t:L", value(1, HOUR + 10)) == []
    scorer.take(3, b"t:L", value(2, HOUR + 70))
    scorer.take(3, b"t:L", value(3, HOUR + 130))
    scorer.restore(3, b"t:L", b"what is this")
    assert scorer.take(3, b"t:L", b"what is this") == []
