"""Own ids of what a request's reach does not hold stay untranslated: their answer is that of ids not matched."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote

from api.crosswalks.asking import ASKED, STATE, Holds, in_our_ids
from api.reached.reached_view import ReachedView
from api.reached.view_for import STATE as REACH
from api.reached.view_for import reached
from api.view.memory import View
from transit.crosswalk.entries import Kind
from transit.grants.reach import EVERYTHING, Reach

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SOME: Final = ("http", "websocket")


def holds_of(whole: View, reach: Reach) -> Holds | None:
    """Whether a stop or line (public id) lies within a reach; ``None``: every one does."""
    view = reached(whole, reach)
    if not isinstance(view, ReachedView):
        return None
    return lambda kind, ours: view.has_stop_id(ours) if kind is Kind.STOPS else view.has_line_id(ours)


class AskedWithin:
    """The application, asked by our ids for what lies within the reach alone.

    The lane translates before it knows what there is: an answer about one of ours that is not granted would tell the
    partner which of ours its own id is, and that it exists.
    """

    def __init__(self, app: Application, view: View) -> None:
        self._app = app
        self._view = view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        state = scope.get("state", {}) if scope["type"] in _SOME else {}
        if ASKED in state:
            holds = holds_of(self._view, state.get(REACH, EVERYTHING))
            if holds is not None:
                path, query = state[ASKED]
                path, query = in_our_ids(state[STATE], path, query, holds)
                scope = {**scope, "raw_path": path, "path": unquote(path.decode("latin-1")), "query_string": query}
        await self._app(scope, receive, send)
