"""A line group's one value on ``line.forecasts``: which message it answers, the public part and the tracker's own.

Written once a message, so that forecasts, passages and state change together or not at all. Bytes, little-endian:
layout version (u8), epoch (u64), partition (u32), offset (u64), computed_at (u64), public length (u32), private length
(u32), public, private.
"""

import struct
from typing import Final, NamedTuple

import msgspec

LAYOUT: Final = 1
_HEAD: Final = struct.Struct("<BQIQQII")


class LineValueError(ValueError):
    """Bytes on ``line.forecasts`` or in the store are not a line's value, or of a layout this version cannot read."""


class Watermark(NamedTuple):
    """The raw message that a value answers. Compared as a whole: the higher one is the later.

    ``epoch`` rises when topics are created anew, ``partition`` is the line's fixed partition.
    """

    epoch: int
    partition: int
    offset: int


class LineValue(NamedTuple):
    """A value taken apart; ``public`` and ``private`` are still packed."""

    watermark: Watermark
    computed_at: int
    public: bytes
    private: bytes


class ChangedLines(msgspec.Struct, array_like=True, frozen=True):
    """Serving's announcement: the line groups it has just written to the store and their offsets."""

    lines: tuple[tuple[str, int], ...]


def encode_line_value(value: LineValue) -> bytes:
    """Pack a line's value."""
    mark = value.watermark
    head = _HEAD.pack(
        LAYOUT,
        mark.epoch,
        mark.partition,
        mark.offset,
        value.computed_at,
        len(value.public),
        len(value.private),
    )
    return b"".join((head, value.public, value.private))


def decode_line_value(packed: bytes) -> LineValue:
    """Unpack a line's value.

    Raises:
        LineValueError: wrong length or an unknown layout.
    """
    if len(packed) < _HEAD.size:
        raise LineValueError(f"a line's value of {len(packed)} bytes is shorter than its head")
    layout, epoch, partition, offset, computed_at, public_bytes, private_bytes = _HEAD.unpack_from(packed)
    if layout != LAYOUT:
        raise LineValueError(f"a line's value of layout {layout}; this version reads layout {LAYOUT}")
    split = _HEAD.size + public_bytes
    if len(packed) != split + private_bytes:
        raise LineValueError(f"a line's value of {len(packed)} bytes where its head promises {split + private_bytes}")
    return LineValue(Watermark(epoch, partition, offset), computed_at, packed[_HEAD.size : split], packed[split:])


def read_watermark(packed: bytes) -> Watermark:
    """The raw message that a packed value answers, read without unpacking the rest.

    Raises:
        LineValueError: too short, or an unknown layout.
    """
    if len(packed) < _HEAD.size:
        raise LineValueError(f"a line's value of {len(packed)} bytes is shorter than its head")
    layout, epoch, partition, offset, *_ = _HEAD.unpack_from(packed)
    if layout != LAYOUT:
        raise LineValueError(f"a line's value of layout {layout}; this version reads layout {LAYOUT}")
    return Watermark(epoch, partition, offset)


def read_computed_at(packed: bytes) -> int:
    """The poll (POSIX s) that a packed value answers, read without unpacking the rest.

    Raises:
        LineValueError: it is too short to hold one.
    """
    if len(packed) < _HEAD.size:
        raise LineValueError(f"a line's value of {len(packed)} bytes is shorter than its head")
    return int(_HEAD.unpack_from(packed)[4])


def without_private(packed: bytes) -> bytes:
    """The same value less the tracker's own part: what readers of the store get."""
    value = decode_line_value(packed)
    return encode_line_value(value._replace(private=b""))


_changed_decoder = msgspec.msgpack.Decoder(ChangedLines)
_changed_encoder = msgspec.msgpack.Encoder()


def encode_changed_lines(changed: ChangedLines) -> bytes:
    """Pack an announcement (MessagePack), as it is published."""
    return _changed_encoder.encode(changed)


def decode_changed_lines(packed: bytes) -> ChangedLines:
    """Unpack an announcement.

    Raises:
        msgspec.DecodeError: the bytes are no announcement.
    """
    return _changed_decoder.decode(packed)
