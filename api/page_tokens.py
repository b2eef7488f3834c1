"""Pages of a listing: an opaque token names a place in the very listing that gave it, and no other takes it."""

import base64
import binascii
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from api.problems import INVALID_PARAMETER
from api.refusal import Refusal

CHARACTERS_MAX: Final = 1000
_DIGEST_BYTES: Final = 8
_MOMENT_DIGITS_MAX: Final = 15


def write_token(place: str, listing: Sequence[object]) -> str:
    """The token of a place; ``listing`` is whatever makes the listing what it is."""
    return base64.urlsafe_b64encode(f"{place}:{_digest(listing)}".encode()).decode()


def read_token(token: str, listing: Sequence[object]) -> str:
    """The place that a token names.

    Raises:
        Refusal: it is none, or of another listing.
    """
    try:
        place, _, of = base64.urlsafe_b64decode(token.encode()).decode().rpartition(":")
    except (ValueError, binascii.Error):
        place = of = ""
    if not place:
        raise Refusal(INVALID_PARAMETER, f"cursor: {token!r} is none; send back the last answer's next_cursor.")
    if of != _digest(listing):
        raise Refusal(INVALID_PARAMETER, "cursor: it belongs to what was asked otherwise; begin again without one.")
    return place


def write_moment_token(at: int, last_id: str, listing: Sequence[object]) -> str:
    """The token of a place in a listing that is ordered by moments, and by ids where these are equal."""
    return write_token(f"{at}:{last_id}", listing)


def read_moment_token(token: str, listing: Sequence[object]) -> tuple[int, str]:
    """The moment and id that a token names.

    Raises:
        Refusal: it is none, or of another listing.
    """
    at, _, last_id = read_token(token, listing).partition(":")
    if not (at.isascii() and at.isdecimal() and len(at) <= _MOMENT_DIGITS_MAX):
        raise Refusal(INVALID_PARAMETER, "cursor: it names no moment; begin again without one.")
    return int(at), last_id


def _digest(listing: Sequence[object]) -> str:
    return blake2b(repr(listing).encode(), digest_size=_DIGEST_BYTES).hexdigest()
