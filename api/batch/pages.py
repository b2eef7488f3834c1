"""Pages of a batch: a cursor names a place in the very items that were asked for."""

from typing import NamedTuple

from api.batch.schemas import ITEMS_MAX, BatchRequest
from api.page_tokens import read_token, write_token
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal


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
    first = _place_of(request.cursor, items) if request.cursor else 0
    end = first + request.page_size
    more = write_token(str(end), items) if end < len(items) else None
    return Page(items[first:end], len(items), more)


def _place_of(cursor: str, items: list[Asked]) -> int:
    place = read_token(cursor, items)
    if not (place.isascii() and place.isdecimal() and 0 < int(place) < len(items)):
        raise Refusal(INVALID_PARAMETER, "cursor: it names no place in these items; begin again without one.")
    return int(place)
