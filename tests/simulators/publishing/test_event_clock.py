import itertools
import time

from simulators.publishing.event_clock import EventClock


def test_hastened_time_passes_speed_times_as_fast() -> None:
    clock = EventClock(wall_start=1000.0, event_start=50_000.0, speed=60.0)
    assert clock.event_at(1000.0) == 50_000
    assert clock.event_at(1010.0) == 50_600


def test_publications_lie_on_even_steps_whenever_the_city_was_started() -> None:
    clock = EventClock(time.time(), 1_700_000_003.7, speed=1000.0)
    moments = list(itertools.islice(clock.moments(0.01), 5))
    assert all(moment % 10 == 0 for moment in moments)
    assert moments == sorted(set(moments))
    assert moments[0] == 1_700_000_000
