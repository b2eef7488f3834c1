from hypothesis import given
from hypothesis import strategies as st

from api.lane.pace import Pace

STEPS_S = st.lists(st.sampled_from([0.0, 0.01, 0.1, 0.5, 2.0]), max_size=60)


@given(st.integers(1, 20), STEPS_S)
def test_a_pace_allows_a_seconds_worth_at_once_and_no_more_than_time_brings(per_s: int, steps_s: list[float]) -> None:
    pace, now, allowed = Pace(per_s), 100.0, 0
    for step_s in steps_s:
        now += step_s
        allowed += pace.allows(now)
        assert allowed <= per_s + per_s * (now - 100.0) + 1e-6
    assert allowed >= min(len(steps_s), per_s)


def test_a_pace_allows_again_after_a_pause() -> None:
    pace = Pace(2)
    assert [pace.allows(at) for at in (10.0, 10.0, 10.0, 10.5, 10.5, 60.0, 60.0, 60.0)] == [
        *(True, True, False),
        *(True, False),
        *(True, True, False),
    ]
