"""Whether the view is whole and what became of the store: said at once, in every answer and in readiness."""

from dataclasses import dataclass
from enum import StrEnum


class ViewState(StrEnum):
    """How the view stands."""

    LOADING = "loading"
    """Nothing was read from the store yet."""
    WHOLE = "whole"
    STORE_LOST = "store_lost"
    """The store does not answer; answers rest on what was known when it was lost."""
    STORE_INCOMPLETE = "store_incomplete"
    """The store answers but was flushed, or serving has not filled it yet."""


@dataclass(slots=True)
class Freshness:
    """The view's state, since when (POSIX s), and what the last failure said."""

    state: ViewState = ViewState.LOADING
    since: float = 0.0
    detail: str = ""
    announced: int = 0
    """Lines that serving announced and that were taken in."""
    caught_up: int = 0
    """Lines found by asking for versions: their announcement was lost."""
    lost_count: int = 0
    loads: int = 0
    """How often everything was read from the store: at the start, and after each time it was lost or flushed."""
    undecodable: int = 0
    """Values that could not be read, or whose timetable could not."""

    def turn(self, state: ViewState, at: float, detail: str = "") -> bool:
        """Note a change of state; ``False`` when it is none."""
        self.detail = detail
        if state is self.state:
            return False
        self.state = state
        self.since = at
        self.lost_count += state is ViewState.STORE_LOST
        return True
