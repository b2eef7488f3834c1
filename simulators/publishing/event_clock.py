"""A city's time: real time, or real time hastened from a given moment."""

import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventClock:
    """Event time that stood at ``event_start`` when the wall clock stood at ``wall_start``, ``speed`` times as fast."""

    wall_start: float
    event_start: float
    speed: float = 1.0

    def event_at(self, wall: float) -> float:
        """The event time at a moment of the wall clock."""
        return self.event_start + (wall - self.wall_start) * self.speed

    def moments(self, every_s: float) -> Iterator[int]:
        """Event seconds at which to publish, one each ``every_s`` of the wall clock, for ever.

        Each is given when it is due. A publisher that fell behind goes on with the present, not with what it missed.
        """
        step = max(1, round(every_s * self.speed))
        due = int(self.event_at(time.time())) // step * step
        while True:
            yield due
            due = max(due + step, int(self.event_at(time.time())) // step * step)
            wait_s = self.wall_start + (due - self.event_start) / self.speed - time.time()
            if wait_s > 0:
                time.sleep(wait_s)
