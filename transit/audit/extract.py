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
    """What a sound file holds: entries in all and whole ones, from which on, up to when, signed by which key (hex).

    ``last_hash`` (hex) is the chain's after the last entry.
    """

    entries: int
    own: int
    first_seq: int
    last_seq: int
    signed_at: int
    public_key: str
    last_hash: str


def first_line(first_seq: int, before: bytes) -> bytes:
    """The line a stretch begins with: its first entry's number, and the chain's hash before it."""
    return b"headway-audit %d %d %s\n" % (LAYOUT, first_seq, before.hex().encode())


def head_text(last_seq: int, chain: bytes, signed_at: int) -> bytes:
    """A head without key and signature."""
    return b"= %d %s %d" % (last_seq, chain.hex().encode(), signed_at)


def signed_text(opening: bytes, head: bytes) -> bytes:
    """What a head's signature is of."""
    return opening + head


class Head(NamedTuple):
    """Where a chain stood once: after this entry, at this hash, signed by this key (hex)."""

    seq: int
    chain: bytes
    public_key: str


def read_head(file: bytes, verify: Verify) -> Head:
    """The head that a file ends with, signed as it says; entries before it are not looked at.

    Raises:
        ExtractError: it has none, or the signature is not that of the head.
    """
    lines = file.splitlines(keepends=True)
    head = _LAST_LINE.fullmatch(lines[-1]) if len(lines) > 1 else None
    if head is None:
        raise ExtractError("the file ends without a signed head")
    key, signature = bytes.fromhex(head[5].decode()), bytes.fromhex(head[6].decode())
    if not verify(key, signed_text(lines[0], head[1]), signature):
        raise ExtractError("the signature is not that of the head")
    return Head(int(head[2]), bytes.fromhex(head[3].decode()), head[5].decode())


def verify_extract(lines: Iterable[bytes], verify: Verify, *, through: Head | None = None) -> Verified:
    """Check every link and the signature, and that the chain leads ``through`` a head kept from before.

    Each line with its newline.

    Raises:
        ExtractError: a line is malformed, an entry was changed, removed or put in, the signature is not the head's, or
            the chain leads past the head that was kept.
    """
    following = iter(lines)
    opening = next(following, b"")
    begins = _FIRST_LINE.fullmatch(opening)
    if begins is None:
        raise ExtractError("line 1 is no beginning of an audit file of this version")
    first_seq, chain = int(begins[1]), bytes.fromhex(begins[2].decode())
    entries = own = 0
    passes = _Passes(through)
    passes.note(first_seq - 1, chain)
    for line in following:
        mark = line[:1]
        if mark == b"=":
            passes.check(line)
            return _check_end(opening, line, following, chain, verify, _Count(entries, own, first_seq))
        if line[-1:] != b"\n":
            raise ExtractError(f"entry {first_seq + entries} is cut short")
        chain = link(chain, _digest(line, mark, first_seq + entries))
        own += mark == b"+"
        passes.note(first_seq + entries, chain)
        entries += 1
    raise ExtractError(f"the file ends after entry {first_seq + entries - 1} without a signed head")


class _Passes:
    """Whether a chain leads through a head that was kept."""

    def __init__(self, through: Head | None) -> None:
        self._through = through
        self._seen: bytes | None = None

    def note(self, seq: int, chain: bytes) -> None:
        """The chain stands at ``chain`` after entry ``seq``."""
        if self._through is not None and seq == self._through.seq:
            self._seen = chain

    def check(self, last_line: bytes) -> None:
        """Raise where it does not, or the head at the end is another's."""
        if self._through is None:
            return
        if self._seen is None:
            raise ExtractError(f"the file does not reach entry {self._through.seq}, where the kept head stands")
        if self._seen != self._through.chain or self._through.public_key.encode() not in last_line:
            raise ExtractError(f"the chain does not lead through the head kept at entry {self._through.seq}")


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
    return Verified(count.entries, count.own, count.first_seq, last_seq, int(head[4]), head[5].decode(), chain.hex())
