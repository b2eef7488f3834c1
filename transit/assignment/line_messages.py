"""One line group's message at one poll: the feed's header and the entities that concern the line, bytes untouched."""

from typing import Final, NamedTuple

HEADER_TAG: Final = b"\x0a"
"""FeedMessage field 1, length-delimited."""

ENTITY_TAG: Final = b"\x12"
"""FeedMessage field 2, length-delimited."""


class LineMessage(NamedTuple):
    """What a door writes for a line group: the row of the group, a packed FeedMessage and its marks.

    ``due`` and ``assigned`` are entity ids, ``gone`` trip ids, as schemas.headers describes them.
    """

    group: int
    content: bytes
    due: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def field(tag: bytes, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return tag + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


class LineBatch:
    """Gathers a line group's entities while a feed is sorted."""

    __slots__ = ("assigned", "due", "gone", "pieces", "size")

    def __init__(self, header: bytes) -> None:
        self.pieces = [header]
        self.size = len(header)
        self.due: list[str] = []
        self.assigned: list[str] = []
        self.gone: list[str] = []

    def add(self, entity: bytes) -> None:
        """Append a packed entity field."""
        self.pieces.append(entity)
        self.size += len(entity)

    def message(self, group: int) -> LineMessage:
        """The finished message."""
        return LineMessage(group, b"".join(self.pieces), tuple(self.due), tuple(self.assigned), tuple(self.gone))
