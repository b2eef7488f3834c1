from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import RunState
from transit.answers.call_state import CallState, call_state


@given(st.sampled_from(RunState), st.integers(1, 50))
def test_a_vehicle_is_at_or_approaches_its_next_stop_alone(state: RunState, stops_away: int) -> None:
    assert call_state(state, stops_away) not in (CallState.AT_STOP, CallState.APPROACHING)


@given(st.sampled_from(RunState), st.integers(-50, -1))
def test_a_call_behind_is_departed(state: RunState, stops_away: int) -> None:
    assert call_state(state, stops_away) is CallState.DEPARTED
