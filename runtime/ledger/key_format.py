"""What an API key looks like: ``hw_live_<id>_<secret><checksum>``.

The prefix and the checksum let leak scanners find keys without asking anyone; the id finds the row; the secret has 190
bits, so a plain SHA-256 at rest cannot be guessed back and needs no slow hash.
"""

import hashlib
import secrets
import zlib
from typing import Final, NamedTuple

PREFIX: Final = b"hw_live_"
ID_LENGTH: Final = 10
SECRET_LENGTH: Final = 32
CHECKSUM_LENGTH: Final = 6
KEY_LENGTH: Final = len(PREFIX) + ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_END: Final = len(PREFIX) + ID_LENGTH


class NewKey(NamedTuple):
    """A key just made: its id, its whole text (shown once, never kept) and the hash that is kept."""

    id: str
    text: str
    hash: str


def random_text(length: int) -> str:
    """Random letters and digits from the system's source."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def make_key() -> NewKey:
    """A new key."""
    key_id = random_text(ID_LENGTH)
    body = f"{PREFIX.decode()}{key_id}_{random_text(SECRET_LENGTH)}"
    text = body + checksum(body.encode())
    return NewKey(key_id, text, key_hash(text.encode()).hex())


def key_hash(text: bytes) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(text).digest()


def checksum(body: bytes) -> str:
    """CRC-32 of everything before it, in base 62."""
    rest, letters = zlib.crc32(body), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters


def find_key_id(text: bytes) -> str | None:
    """The id inside a key's text; ``None`` where the text is no key at all (form or checksum)."""
    if len(text) != KEY_LENGTH or not text.startswith(PREFIX) or text[_ID_END : _ID_END + 1] != b"_":
        return None
    body, check = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    if checksum(body).encode() != check:
        return None
    return text[len(PREFIX) : _ID_END].decode("ascii", "replace")
