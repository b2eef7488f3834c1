"""A stretch of the audit in a file: own entries whole, other partners' as digests, a signed head at the end.

Lines end with a newline alone. The first says where the stretch begins: ``headway-audit 1 <seq> <hash before it>``.
Then an entry a line: ``+`` and its body, or ``-`` and its digest. The last is the head:
``= <last seq> <hash> <signed at, POSIX s> <public key> <signature>``; hashes, key and signature in lower hexadecimal.
The signature is Ed25519 over the head's line up to the key, after the first line: it binds both ends.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from transit.audit.chain import HASH_BYTES, digest_of, link

LAYOUT: Final = 1
_FIRST_LINE: Final = re.compile(rb"headway-audit 1 (0|[1-9][0-9]*) ([0-9a-f]{64})\n", re.ASCII)
_LAST_LINE: Final = re.compile(rb"(= (0|[1-9][0-9]*) ([0-9a-f]{64}) (0|[1-9][0-9]*)) ([0-9a-f]{64}) ([0-9a-f]{128})\n")
_DIGEST_LINE_BYTES: Final = 2 + 2 * HASH_BYTES

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature (third) of a message (second) is that of a public key (first)."""


class ExtractError(ValueError):
    """The file is no unbroken stretch of the audit; the message says where it breaks."""


class Verified(NamedTuple):
    """What a sound file holds: entries in all and whole ones, from which on, up to when, signed by which key (hex)."""

    entries: int
    own: int
    first_seq: int
    last_seq: int
    signed_at: int
    public_key: str


def first_line(first_seq: int, before: bytes) -> bytes:
    """The line a stretch begins with: its first entry's number, and the chain's hash before it."""
    return b"headway-audit %d %d %s\n" % (LAYOUT, first_seq, before.hex().encode())


def head_text(last_seq: int, chain: bytes, signed_at: int) -> bytes:
    """A head without key and signature."""
    return b"= %d %s %d" % (last_seq, chain.hex().encode(), signed_at)


def signed_text(opening: bytes, head: bytes) -> bytes:
    """What a head's signature is of."""
    return opening + head


def verify_extract(lines: Iterable[bytes], verify: Verify) -> Verified:
    """Check every link and the signature; each line with its newline.

    Raises:
        ExtractError: a line is malformed, an entry was changed, removed or put in, or the signature is not the head's.
    """
    following = iter(lines)
    opening = next(following, b"")
    begins = _FIRST_LINE.fullmatch(opening)
    if begins is None:
        raise ExtractError("line 1 is no beginning of an audit file of this version")
    first_seq, chain = int(begins[1]), bytes.fromhex(begins[2].decode())
    entries = own = 0
    for line in following:
        mark = line[:1]
        if mark == b"=":
            return _check_end(opening, line, following, chain, verify, _Count(entries, own, first_seq))
        if line[-1:] != b"\n":
            raise ExtractError(f"entry {first_seq + entries} is cut short")
        chain = link(chain, _digest(line, mark, first_seq + entries))
        own += mark == b"+"
        entries += 1
    raise ExtractError(f"the file ends after entry {first_seq + entries - 1} without a signed head")


class _Count(NamedTuple):
    entries: int
    own: int
    first_seq: int


def _digest(line: bytes, mark: bytes, seq: int) -> bytes:
    if mark == b"+":
        return digest_of(line[1:-1])
    if mark == b"-" and len(line) == _DIGEST_LINE_BYTES:
        written = line[1:-1]
        try:
            digest = bytes.fromhex(written.decode("ascii"))
        except ValueError:
            digest = b""
        # capitals and spaces would be read alike: only the one way of writing counts
        if digest.hex().encode() == written:
            return digest
    raise ExtractError(f"entry {seq} is malformed")


def _check_end(
    opening: bytes, line: bytes, following: Iterable[bytes], chain: bytes, verify: Verify, count: _Count
) -> Verified:
    head = _LAST_LINE.fullmatch(line)
    if head is None:
        raise ExtractError("the signed head is malformed")
    last_seq = count.first_seq + count.entries - 1
    if int(head[2]) != last_seq or head[3].decode() != chain.hex():
        raise ExtractError("the entries do not lead to the signed head: one was changed, removed or put in")
    key, signature = bytes.fromhex(head[5].decode()), bytes.fromhex(head[6].decode())
    if not verify(key, signed_text(opening, head[1]), signature):
        raise ExtractError("the signature is not that of the head")
    if any(True for _ in following):
        raise ExtractError("there is something after the signed head")
    return Verified(count.entries, count.own, count.first_seq, last_seq, int(head[4]), head[5].decode())
