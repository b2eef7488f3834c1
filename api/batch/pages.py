"""Pages of a batch: a cursor names a place in the very items that were asked for."""

import base64
import binascii
from hashlib import blake2b
from typing import Final, NamedTuple

from api.batch.schemas import ITEMS_MAX, BatchRequest
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal

_DIGEST_BYTES: Final = 8


class Asked(NamedTuple):
    """One item: ``stop``, ``line`` or ``vehicle``, and its public id."""

    kind: str
    id: str


class Page(NamedTuple):
    """The items to answer now, how many there are in all, and what asks for the rest."""

    items: list[Asked]
    asked: int
    next_cursor: str | None


def read_page(request: BatchRequest) -> Page:
    """The page that a request asks for; an item named twice is answered once.

    Raises:
        Refusal: nothing or too much is asked for, or the cursor is of other items.
    """
    named = (("stop", request.stops), ("line", request.lines), ("vehicle", request.vehicles))
    items = list(dict.fromkeys(Asked(kind, each) for kind, ids in named for each in ids))
    if not items:
        raise Refusal(INVALID_PARAMETER, "Name what to answer: stops, lines or vehicles, ids with commas between.")
    if len(items) > ITEMS_MAX:
        raise Refusal(INVALID_PARAMETER, f"{len(items)} items; {ITEMS_MAX} at most in one request.")
    digest = blake2b(repr(items).encode(), digest_size=_DIGEST_BYTES).hexdigest()
    first = _place_of(request.cursor, digest, len(items)) if request.cursor else 0
    end = first + request.page_size
    more = base64.urlsafe_b64encode(f"{end}:{digest}".encode()).decode() if end < len(items) else None
    return Page(items[first:end], len(items), more)


def _place_of(cursor: str, digest: str, count: int) -> int:
    try:
        place, _, of = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        first = int(place)
    except (ValueError, binascii.Error):
        raise Refusal(
            INVALID_PARAMETER, f"cursor: {cursor!r} is none; send back the last answer's next_cursor."
        ) from None
    if of != digest or not 0 < first < count:
        raise Refusal(INVALID_PARAMETER, "cursor: it belongs to other items; begin again without one.")
    return first
