"""Answers kept as bytes until one of their lines changes, one second at most.

A partner polls the stop that a thousand others poll: the answer is rendered once and sent to all. Rendering never
awaits, so two requests cannot render the same answer at once: the second finds what the first has put.
"""

import gzip
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple

FRESH_S: Final = 1.0
"""The longest an answer is given again. A lost announcement and a passed ``valid_until`` cost this much, no more."""

COMPRESSED_FROM_BYTES: Final = 860
"""Below this a compressed answer saves nothing: it fits one packet either way."""

ENTRY_BYTES: Final = 800
ENTRY_LINE_BYTES: Final = 180
"""Memory an entry takes beside its target and bodies, and more for each line: measured, rounded up."""

JSON: Final = b"application/json"
_ETAG_BYTES: Final = 12


class Rendered(NamedTuple):
    """An answer ready to send.

    ``gzip`` is the body compressed, ``None`` where that does not pay. ``etag`` is a weak validator as it stands in the
    header, equal in every API process for equal bodies. ``fresh_until`` is on the monotonic clock (s).
    ``media`` is what the body is, ``language`` its Content-Language, empty where none is said.
    """

    body: bytes
    gzip: bytes | None
    etag: bytes
    fresh_until: float
    media: bytes = JSON
    language: bytes = b""


def rendered(
    body: bytes, now: float, *, media: bytes = JSON, etag: bytes = b"", packs: bool = True, language: bytes = b""
) -> Rendered:
    """Make ``body`` ready to send at ``now`` (monotonic, s); ``etag`` where it is not the whole body's.

    Without ``packs`` it is no answer by itself but a part of others, and is not compressed.
    """
    packed = gzip.compress(body, compresslevel=1, mtime=0) if packs and len(body) >= COMPRESSED_FROM_BYTES else None
    return Rendered(body, packed, etag or etag_of(body), now + FRESH_S, media, language)


def etag_of(body: bytes) -> bytes:
    """The validator of a body: weak, for the same answer travels plain and compressed."""
    return etag_of_parts((body,))


def etag_of_parts(parts: Iterable[bytes]) -> bytes:
    """The validator of a body that is these parts joined."""
    digest = blake2b(digest_size=_ETAG_BYTES)
    for part in parts:
        digest.update(part)
    return b'W/"' + digest.hexdigest().encode() + b'"'


class _Kept(NamedTuple):
    answer: Rendered
    lines: frozenset[str]


class RenderedCache:
    """Answers by target: the request's raw path, and ``?`` and its query where it has one, as bytes.

    Takes up ``limit_bytes`` at most, the oldest leave first. Not for use by several threads.
    """

    def __init__(self, *, limit_bytes: int = 64 * 1024 * 1024) -> None:
        self._limit_bytes = limit_bytes
        self._kept: dict[bytes, _Kept] = {}
        self._targets: dict[str, set[bytes]] = {}
        self._held_bytes = 0
        self.era = 0
        """Rises whenever all answers are forgotten."""
        self.hits = 0
        self.renders = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def held_bytes(self) -> int:
        """Bytes taken up: targets, bodies plain and compressed, and what holds them."""
        return self._held_bytes

    def find(self, target: bytes, now: float) -> Rendered | None:
        """The answer to ``target`` if it is still fresh at ``now`` (monotonic, s)."""
        kept = self._kept.get(target)
        if kept is not None and kept.answer.fresh_until > now:
            self.hits += 1
            return kept.answer
        return None

    def put(self, target: bytes, answer: Rendered, lines: Iterable[str]) -> None:
        """Keep an answer that was rendered from these line groups' values."""
        self.renders += 1
        self._drop(target)
        kept = _Kept(answer, frozenset(lines))
        self._kept[target] = kept
        self._held_bytes += _bytes_of(target, kept)
        for line in kept.lines:
            self._targets.setdefault(line, set()).add(target)
        while self._held_bytes > self._limit_bytes:
            self._drop(next(iter(self._kept)))

    def drop_lines(self, lines: Iterable[str]) -> None:
        """Forget every answer that rests on one of these line groups."""
        for line in lines:
            for target in tuple(self._targets.get(line, ())):
                self._drop(target)

    def drop_all(self) -> None:
        """Forget every answer: what all of them rest on has changed."""
        self.era += 1
        self._kept.clear()
        self._targets.clear()
        self._held_bytes = 0

    def _drop(self, target: bytes) -> None:
        kept = self._kept.pop(target, None)
        if kept is None:
            return
        self._held_bytes -= _bytes_of(target, kept)
        for line in kept.lines:
            targets = self._targets[line]
            targets.discard(target)
            if not targets:
                del self._targets[line]


def _bytes_of(target: bytes, kept: _Kept) -> int:
    """What an entry takes up: its target too, which a client may make as long as a URL can be."""
    answer = kept.answer
    written = len(target) + len(answer.body) + len(answer.gzip or b"")
    return written + ENTRY_BYTES + ENTRY_LINE_BYTES * len(kept.lines)
