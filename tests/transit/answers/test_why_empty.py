import pytest

from transit.answers.why_empty import DayAtStop, EmptyReason, reason_empty


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (99, EmptyReason.NOT_STARTED),
        (150, EmptyReason.NONE_WITHIN_HORIZON),
        (201, EmptyReason.LAST_GONE),
        (300, EmptyReason.ENDED),
    ],
)
def test_the_day_at_a_stop_goes_from_not_started_to_ended(now: int, reason: EmptyReason) -> None:
    day = DayAtStop(calls_at_all=True, first_at=100, last_at=200, lines_end_at=300, next_at=None)
    assert reason_empty(day, now) is reason


def test_a_day_without_calls_is_no_service_and_a_wish_nobody_meets_is_said() -> None:
    day = DayAtStop(calls_at_all=True, first_at=None, last_at=None, lines_end_at=None, next_at=500)
    assert reason_empty(day, 1) is EmptyReason.NO_SERVICE_TODAY
    nobody = DayAtStop(calls_at_all=False, first_at=None, last_at=None, lines_end_at=None, next_at=None)
    assert reason_empty(nobody, 1) is EmptyReason.NOTHING_MATCHES
