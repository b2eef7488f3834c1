"""Whether what a webhook is to tell of exists, and lies within what its partner may be told."""

from collections.abc import Callable, Sequence

from api.arrivals.stop_view import find_stop
from api.lines.find_line import find_line
from api.problems import NOT_GRANTED
from api.reached.view_for import reached
from api.refusal import Refusal
from api.view.memory import View
from schemas.webhooks import Webhook
from transit.grants.agreements import LIVE
from transit.grants.openings import Opening


def check_aim(whole: View, openings: Sequence[Opening], wanted: Webhook) -> None:
    """Let a webhook pass whose line and stop a grant of its partner holds: about any other nothing would be told.

    Of runs nothing is asked: agencies add them in the course of a day. Nor before the first timetable is at hand.

    Raises:
        Refusal: the line or stop is unknown, or outside of every grant, which is answered alike.
    """
    if not whole.shelf.names():
        return
    # open products, which need no grant, speak only for partners who have none
    granted = [each for each in openings if each.grant_id] or list(openings)
    views = [reached(whole, each.reach) for each in granted if LIVE in each.kinds]
    if not views:
        raise Refusal(NOT_GRANTED, NOT_GRANTED.mending)
    _find_in_any(views, lambda view: _find_both(view, wanted))


def _find_both(view: View, wanted: Webhook) -> None:
    if wanted.line:
        find_line(view, wanted.line)
    if wanted.stop:
        find_stop(view, wanted.stop)


def _find_in_any(views: Sequence[View], find: Callable[[View], None]) -> None:
    """Find something in the first of these views that has it.

    Raises:
        Refusal: none has, as the last of them says it.
    """
    for view in views[:-1]:
        try:
            return find(view)
        except Refusal:
            continue
    return find(views[-1])
