from hypothesis import given
from hypothesis import strategies as st

from transit.conditions.service_level import ServiceLevel, service_level

_ORDER = [ServiceLevel.NONE, ServiceLevel.POOR, ServiceLevel.REDUCED, ServiceLevel.NORMAL]


@given(st.integers(1, 200).flatmap(lambda due: st.tuples(st.just(due), st.integers(0, due - 1))))
def test_one_more_run_tracked_never_lowers_the_level(of: tuple[int, int]) -> None:
    due, tracked = of
    fewer, more = (service_level(due, count, is_feed_down=False) for count in (tracked, tracked + 1))
    assert _ORDER.index(fewer) <= _ORDER.index(more)


def test_while_the_feed_is_down_nobody_knows_and_without_runs_nothing_is_due() -> None:
    assert service_level(4, 0, is_feed_down=True) is ServiceLevel.UNKNOWN
    assert service_level(0, 0, is_feed_down=True) is ServiceLevel.NOT_DUE
    assert service_level(4, 0, is_feed_down=False) is ServiceLevel.NONE
