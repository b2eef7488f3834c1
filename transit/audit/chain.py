"""One link of the audit's chain."""

from hashlib import sha256
from typing import Final

FIRST: Final = bytes(32)
"""What stands before the first entry."""

HASH_BYTES: Final = 32


def digest_of(body: bytes) -> bytes:
    """What of an entry goes into the chain. A body holds random salt, so its digest tells nothing of it."""
    return sha256(body).digest()


def link(before: bytes, digest: bytes) -> bytes:
    """The chain's hash after an entry: of the hash before it and the entry's digest."""
    return sha256(before + digest).digest()
