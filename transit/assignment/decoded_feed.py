"""A feed's message taken apart: its header, and each entity with its own bytes."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from google.protobuf.message import DecodeError, EncodeError
from google.transit.gtfs_realtime_pb2 import FeedEntity, FeedHeader, FeedMessage

HEADER_BYTES_MAX: Final = 16 * 1024
"""A header is repeated in each line's message; one grown beyond this is replaced by its plain facts."""

VERSION_CHARS: Final = 16
DEFAULT_VERSION: Final = "2.0"

_LENGTH_DELIMITED: Final = 2
_ENTITY_FIELD: Final = 2
_HEADER_FIELD: Final = 1


class UndecodableError(ValueError):
    """Bytes that are no FeedMessage at all."""


class DecodedFeed(NamedTuple):
    """``header_at`` is 0 where the feed says no time. ``broken`` holds entities that cannot be read."""

    header: bytes
    header_at: int
    version: str
    entities: "list[Any]"
    broken: tuple[bytes, ...]


def decode_feed(content: bytes) -> DecodedFeed:
    """Decode a whole feed in one go; where one entity spoils it, each by itself, so that the others survive.

    Raises:
        UndecodableError: not even the outer message can be read.
    """
    broken: list[bytes] = []
    try:
        message = FeedMessage.FromString(content)
        header, entities = message.header, message.entity
    except DecodeError:
        header, entities = _salvage(content, broken)
    return DecodedFeed(_pack_header(header), header.timestamp, header.gtfs_realtime_version, entities, tuple(broken))


def _pack_header(header: Any) -> bytes:
    """The header's own bytes; its plain facts where it lacks a required field or has grown too large to repeat."""
    try:
        packed: bytes = header.SerializeToString()
    except EncodeError:
        packed = b""
    if packed and len(packed) <= HEADER_BYTES_MAX:
        return packed
    written = header.gtfs_realtime_version
    version = written if isinstance(written, str) and 0 < len(written) <= VERSION_CHARS else DEFAULT_VERSION
    plain: bytes = FeedHeader(gtfs_realtime_version=version, timestamp=header.timestamp).SerializeToString()
    return plain


def find_content(entity: Any) -> bytes | None:
    """An entity's bytes; ``None`` where a field that GTFS-realtime requires is missing from it."""
    try:
        content: bytes = entity.SerializeToString()
    except EncodeError:
        return None
    return content


def _salvage(content: bytes, broken: list[bytes]) -> tuple[Any, list[Any]]:
    header, entities = FeedHeader(), []
    for number, piece in _list_fields(content):
        try:
            if number == _HEADER_FIELD:
                header = FeedHeader.FromString(piece)
            elif number == _ENTITY_FIELD:
                entities.append(FeedEntity.FromString(piece))
        except DecodeError:
            if number == _HEADER_FIELD:
                raise UndecodableError("its header cannot be read") from None
            broken.append(piece)
    return header, entities


def _list_fields(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The length-delimited fields of a message, of which a FeedMessage has no others."""
    at = 0
    while at < len(content):
        tag, at = _read_varint(content, at)
        length, at = _read_varint(content, at)
        if tag & 7 != _LENGTH_DELIMITED or at + length > len(content):
            raise UndecodableError(f"it is no FeedMessage from byte {at} on")
        yield tag >> 3, content[at : at + length]
        at += length


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(content) and shift < 64:
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
    raise UndecodableError(f"it ends in the midst of a number at byte {at}")
