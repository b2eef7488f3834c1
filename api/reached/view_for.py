"""The view that a request is answered from: the whole one, or what its grant reaches of it."""

from typing import Final

from fastapi import Request

from api.reached.reached_view import ReachedView
from api.view.delayed_view import DelayedView, rounded_delay_s
from api.view.memory import View
from transit.grants.reach import EVERYTHING, Reach

STATE: Final = "reach"
"""Where the lane leaves the request's reach: ``scope["state"]["reach"]``."""

VIEWS_MAX: Final = 256
"""Views kept by reach; the oldest leaves first, and is made again when it is asked for."""


def reach_of(request: Request) -> Reach:
    """What this request may be told. Without the lane in front (tests, staff) that is everything."""
    found: Reach = request.scope.get("state", {}).get(STATE, EVERYTHING)
    return found


def view_for(request: Request) -> View:
    """The memory that this request may be answered from."""
    whole: View = request.app.state.view
    return reached(whole, reach_of(request))


def reached(whole: View, reach: Reach) -> View:
    """The view as a reach is told it."""
    if reach.is_everything:
        return whole
    found: View | None = whole.reached.get(reach.digest)
    if found is None:
        while len(whole.reached) >= VIEWS_MAX:
            del whole.reached[next(iter(whole.reached))]
        base = _delayed(whole, rounded_delay_s(reach.delay_s)) if reach.delay_s else whole
        found = whole.reached[reach.digest] = ReachedView(base, reach)
    return found


def _delayed(whole: View, delay_s: int) -> View:
    found: View | None = whole.delayed.get(delay_s)
    if found is None:
        made = DelayedView(whole, delay_s)
        whole.observers.append(made.note)
        found = whole.delayed[delay_s] = made
    return found
