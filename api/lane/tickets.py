"""Tickets: what a browser may put into a stream's address, where it cannot send the key in a header.

``<key id>.<expiry, POSIX s>.<signature>``; the signature is an HMAC under the key's hash, which every replica holds, so
that a ticket needs no storage, opens nothing but streams, and ends with its key.
"""

import hmac
from hashlib import sha256
from typing import Final, NamedTuple

from runtime.ledger.keys import Credential

LIVES_S: Final = 3600
"""A page asks for another before that; a ticket that leaked into a log is worth nothing soon."""

_TEXT_MAX: Final = 200


class Ticket(NamedTuple):
    """A ticket's parts, unproved."""

    key_id: str
    expires_at: int
    signature: str


def issue_ticket(credential: Credential, now: float) -> tuple[str, int]:
    """A ticket for the holder of a key, and when it expires (POSIX s)."""
    expires_at = int(now) + LIVES_S
    return f"{credential.key_id}.{expires_at}.{_sign(credential, expires_at)}", expires_at


def parse_ticket(text: str) -> Ticket | None:
    """A ticket's parts; ``None`` where the text is none."""
    parts = text.split(".")
    if len(text) > _TEXT_MAX or len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit():
        return None
    return Ticket(parts[0], int(parts[1]), parts[2])


def find_ticket(query: bytes) -> Ticket | None:
    """The ticket in a request's query, if there is one that looks like it."""
    for parameter in query.split(b"&"):
        if parameter.startswith(b"ticket="):
            return parse_ticket(parameter[7:].decode("latin-1"))
    return None


def is_proved(ticket: Ticket, credential: Credential, now: float) -> bool:
    """Whether the ticket was issued to that key and has not expired at ``now`` (POSIX s)."""
    signed = _sign(credential, ticket.expires_at)
    return hmac.compare_digest(signed.encode(), ticket.signature.encode("utf-8", "replace")) and now < ticket.expires_at


def _sign(credential: Credential, expires_at: int) -> str:
    text = f"stream ticket {credential.key_id} {expires_at}".encode()
    return hmac.new(credential.hash, text, sha256).hexdigest()
