"""The view that a request is answered from: the whole one, or what its grant reaches of it."""

from typing import Final

from fastapi import Request

from api.crosswalks.asking import asked_own
from api.lane.kinds import TOLD_ALIKE, kind_of
from api.lane.targets import target_of
from api.languages import Language
from api.reached.reached_view import ReachedView
from api.view.delayed_view import DelayedView, rounded_delay_s
from api.view.memory import View
from api.view.spoken_view import SpokenView
from transit.grants.reach import EVERYTHING, Reach

STATE: Final = "reach"
"""Where the lane leaves the request's reach: ``scope["state"]["reach"]``."""

VIEWS_MAX: Final = 1024
"""Views kept by reach; the one not asked for the longest leaves first, and is made again when it is."""


def reach_of(request: Request) -> Reach:
    """What this request may be told. Without the lane in front (tests, staff) that is everything."""
    found: Reach = request.scope.get("state", {}).get(STATE, EVERYTHING)
    return found


def language_of(request: Request) -> Language:
    """The language that this request wishes to be answered in, of those that there are names in."""
    whole: View = request.app.state.view
    return whole.shelf.languages.choose(request.headers.get("accept-language", "").encode("latin-1"))


def view_for(request: Request) -> View:
    """The memory that this request may be answered from, in its language."""
    whole: View = request.app.state.view
    return reached(whole, reach_of(request), language_of(request).tag)


def plain_view_for(request: Request) -> View:
    """The same with all names as they stand: for what is told in all languages at once."""
    whole: View = request.app.state.view
    return reached(whole, reach_of(request))


def kept_as(request: Request) -> bytes:
    """The name under which this request's answer is kept: whose ids it tells, its language, reach, path and query."""
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    language = b"" if kind_of(path) in TOLD_ALIKE else language_of(request).prefix
    own = asked_own(request)
    who = b"" if own is None else own.digest
    return who + language + reach_of(request).target(target_of(path, scope["query_string"]))


def reached(whole: View, reach: Reach, language: str = "") -> View:
    """The view as a reach is told it, in a language (BCP 47; empty: names as they stand)."""
    if reach.is_everything and not language:
        return whole
    key = language.encode() + b" " + reach.digest
    found: View | None = whole.reached.pop(key, None)
    if found is None:
        while len(whole.reached) >= VIEWS_MAX:
            del whole.reached[next(iter(whole.reached))]
        base = _delayed(whole, rounded_delay_s(reach.delay_s)) if reach.delay_s else whole
        spoken = SpokenView(base, language) if language else base
        found = spoken if reach.is_everything else ReachedView(spoken, reach)
    # the one used last is the last
    whole.reached[key] = found
    return found


def _delayed(whole: View, delay_s: int) -> View:
    found: View | None = whole.delayed.get(delay_s)
    if found is None:
        made = DelayedView(whole, delay_s)
        whole.observers.append(made.note)
        found = whole.delayed[delay_s] = made
    return found
