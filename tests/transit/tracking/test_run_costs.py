"""What it costs to believe a vehicle on a run."""

from hypothesis import given
from hypothesis import strategies as st

from transit.tracking.run_costs import LEAVES_LATE_S, cost_under_way, cost_waiting, usual_slowness

LATE_S = st.floats(-4000.0, 4000.0)
DRIVEN_S = st.floats(0.0, 6000.0)
SLOWER = st.floats(-0.3, 0.3)


@given(LATE_S, DRIVEN_S, SLOWER)
def test_who_is_as_late_as_usual_costs_nothing_and_nobody_less(late_s: float, driven_s: float, slower: float) -> None:
    assert cost_under_way(late_s, driven_s, slower) >= 0.0
    assert cost_under_way(LEAVES_LATE_S + slower * driven_s, driven_s, slower) < 1e-9


@given(LATE_S, st.floats(0.0, 3000.0), st.floats(0.0, 3000.0), DRIVEN_S, SLOWER)
def test_the_first_of_two_vehicles_is_never_cheaper_on_the_later_run(
    late_s: float, apart_s: float, headway_s: float, driven_s: float, slower: float
) -> None:
    """``late_s`` is the first vehicle's on the first run; the second comes ``apart_s`` behind it."""

    def cost(late: float) -> float:
        return cost_under_way(late, driven_s, slower)

    in_order = cost(late_s) + cost(late_s + apart_s - headway_s)
    crossed = cost(late_s - headway_s) + cost(late_s + apart_s)
    assert in_order <= crossed + 1e-6


@given(st.floats(0.0, 600.0), st.floats(0.0, 3000.0), st.floats(-600.0, 3000.0))
def test_who_has_waited_longer_past_a_start_is_less_likely_to_begin_it(
    more_s: float, wait_s: float, overdue_s: float
) -> None:
    assert cost_waiting(wait_s, overdue_s + more_s) >= cost_waiting(wait_s, overdue_s)


@given(st.floats(0.0, 1e6), st.floats(-1e3, 1e6))
def test_a_line_is_never_believed_to_be_slower_or_quicker_than_lines_are(driven_s: float, planned_s: float) -> None:
    assert -0.3 <= usual_slowness(driven_s, planned_s) <= 0.3


def test_a_line_not_seen_yet_is_a_little_slower_than_timed() -> None:
    assert 0.0 < usual_slowness(0.0, 0.0) < 0.1
