"""Kinds of request: what plans weigh and usage is counted by."""

import re
from typing import Final
from urllib.parse import parse_qsl

from transit.grants.agreements import ACCURACY_KIND, HISTORY, LIVE

OTHER: Final = b"other"
ARCHIVE: Final = b"archive"
"""Outputs of derived products."""

PASSAGES: Final = b"passages"
ANSWERS: Final = b"answers"
PAST: Final = b"past"
"""Whole answers as of an earlier moment, whatever they are about."""

STREAM: Final = b"stream"
STREAM_PATH: Final = b"/v1/stream"
_RESOURCES: Final = frozenset(
    {
        b"lines",
        b"stops",
        b"vehicles",
        b"runs",
        b"feeds",
        b"coverage",
        b"accuracy",
        b"conditions",
        b"gtfs-realtime",
        b"alerts",
        b"siri",
        b"nearby",
        b"city",
        b"static",
        ARCHIVE,
        PASSAGES,
        ANSWERS,
    }
)
_PARTS: Final = frozenset({b"arrivals", b"vehicles", b"conditions"})
_HAVE_PARTS: Final = frozenset({b"stops", b"lines", b"arrivals", b"city"})
"""Elsewhere a last part is somebody's id: of a product, say."""

_PREFIX: Final = len(b"/v1/")
_REPLAYS: Final = b"/v1/replays/"
_PAST_PATH: Final = re.compile(
    rb"/v1(?:/replays/[^/]+)?/(?:stops/[^/]+/arrivals|lines/[^/]+/vehicles|vehicles/[^/]+|runs/[^/]+|arrivals|nearby)"
)
"""Raw paths of routes that read ``as_of``."""

PAST_ELSEWHERE: Final = (
    "as_of: ask it of a stop's arrivals, a batch, a line's vehicles, a vehicle, a run or what is nearby."
)

OWN: Final = frozenset({b"me", b"usage", b"products", b"audit", b"webhooks"})
"""A partner's own affairs: no grant is needed, no quota is asked, and nothing is cached."""

_SERVICES: Final = {b"accuracy": ACCURACY_KIND, ARCHIVE: HISTORY, PASSAGES: HISTORY, ANSWERS: HISTORY, PAST: HISTORY}

TOLD_ALIKE: Final = frozenset({b"gtfs-realtime", b"alerts", b"city"})
"""Kinds whose answers hold texts in all languages, or no names: they are kept once whatever language is accepted."""

KINDS: Final = frozenset({OTHER, PAST, STREAM}) | _RESOURCES | _PARTS


def kind_of(path: bytes) -> bytes:
    """The kind of a raw path under ``/v1/``: a stop's or line's part, such as arrivals; else its first part.

    What lies below a replay is of the kind that it is in the live service: the same grants, weights and masks hold.
    """
    if path.startswith(_REPLAYS):
        end = path.find(b"/", len(_REPLAYS))
        kind = OTHER if end < 0 else kind_of(b"/v1" + path[end:])
        return OTHER if kind in OWN else kind
    if path == STREAM_PATH:
        return STREAM
    end = path.find(b"/", _PREFIX)
    first = path[_PREFIX:] if end < 0 else path[_PREFIX:end]
    last = path[path.rfind(b"/") + 1 :]
    if last in _PARTS and first in _HAVE_PARTS:
        return last
    return first if first in _RESOURCES or first in OWN else OTHER


def kind_asked(path: bytes, query: bytes) -> bytes:
    """The kind of a request: ``PAST`` where its query names ``as_of`` and its path is of those that answer it.

    Whatever the method: what a target led to is kept for all of them.
    """
    return PAST if _PAST_PATH.fullmatch(path) and _names_as_of(query) else kind_of(path)


def is_past_misplaced(path: bytes, query: bytes) -> bool:
    """Whether ``as_of`` is asked of what has no past: it would be answered as things stand."""
    return _names_as_of(query) and not _PAST_PATH.fullmatch(path) and kind_of(path) not in OWN


def _names_as_of(query: bytes) -> bool:
    if b"of" not in query and b"%" not in query:
        return False
    return any(name == b"as_of" for name, _ in parse_qsl(query, keep_blank_values=True))


def service_of(kind: bytes) -> str:
    """Which of the services that products are of (live, history, accuracy) a kind of request belongs to."""
    return _SERVICES.get(kind, LIVE)
