"""What a simulated city knows exactly of itself: on topics of their own, which scoring alone may read.

They stand in no list of Headway's topics: no process creates, reads, carries over or removes them, and an import rule
keeps this module from all but the city's own telling and scoring. Their names begin with ``truth.``, as no other's do.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, Generic, TypeVar

import msgspec

from schemas.topics import DAY_MS, HOUR_MS, Topic

PREFIX: Final = "truth."


def _topic(name: str, value: str) -> Topic:
    return Topic(
        name=f"{PREFIX}{name}.v1",
        key="line id",
        value=value,
        keyed_by_line=False,
        cleanup="delete",
        retention_ms=DAY_MS,
        segment_ms=HOUR_MS,
    )


TRUTH_POSITIONS: Final = _topic("positions", "TruthMessage of TruePosition: every vehicle in service at its moment")
TRUTH_CALLS: Final = _topic("calls", "TruthMessage of TrueCall: the calls left since the message before it")
TRUTH_LOADS: Final = _topic("loads", "TruthMessage of TrueLoad: riders at the same calls")
TRUTH_CAUSES: Final = _topic("causes", "TruthMessage of TrueCause: why those runs and calls were not as planned")
TRUTH_TOPICS: Final = (TRUTH_POSITIONS, TRUTH_CALLS, TRUTH_LOADS, TRUTH_CAUSES)


class Cause(IntEnum):
    """Why a run or a call was not as planned.

    Of a run: ``CANCELLED`` (its vehicle broke down), ``SHORT_TURN`` (it ended, or began, at that stop), ``ADDED`` (it
    was sent behind a full one), ``LATE_PULL_OUT``. Of a call: ``STALLED`` and ``HELD`` (there), ``SIGNAL`` (right
    behind it and on the way to the next), ``TRAFFIC`` (on that way), ``DETOUR`` (it was left out for a closed street).
    """

    CANCELLED = 0
    SHORT_TURN = 1
    ADDED = 2
    LATE_PULL_OUT = 3
    STALLED = 4
    HELD = 5
    SIGNAL = 6
    TRAFFIC = 7
    DETOUR = 8


class TrueRun(msgspec.Struct, array_like=True, frozen=True):
    """A run in GTFS-realtime's words; ``start_time`` (HH:MM:SS) where a frequency makes many runs of one trip."""

    trip_id: str
    start_date: str
    start_time: str | None


class TruePosition(msgspec.Struct, array_like=True, frozen=True):
    """Where a vehicle is: degrees WGS-84, metres along its pattern; ``stop_sequence`` is of the call last reached."""

    run: TrueRun
    vehicle_id: str
    stop_sequence: int
    is_at_stop: bool
    latitude: float
    longitude: float
    bearing_deg: float
    speed_mps: float
    progress_m: float


class TrueCall(msgspec.Struct, array_like=True, frozen=True):
    """When a call was made, POSIX seconds; ``pattern`` is a row of the timetable."""

    run: TrueRun
    stop_sequence: int
    stop_id: str
    pattern: int
    is_rail: bool
    is_first: bool
    aimed_departure: float
    arrival: float
    departure: float


class TrueLoad(msgspec.Struct, array_like=True, frozen=True):
    """Riders aboard as a call's doors close, who got on and off, and who found no room."""

    run: TrueRun
    stop_sequence: int
    load: int
    room: int
    boarded: int
    alighted: int
    left_behind: int


class TrueCause(msgspec.Struct, array_like=True, frozen=True):
    """``seconds`` lost to it (0 where none can be named); ``stop_sequence`` is ``None`` for a whole run."""

    run: TrueRun
    stop_sequence: int | None
    cause: Cause
    seconds: float


Row = TypeVar("Row")


class TruthMessage(msgspec.Struct, Generic[Row], array_like=True, frozen=True):
    """What a line's vehicles did after ``since`` and until ``at``, POSIX seconds; ``timetable`` is its hash."""

    timetable: str
    since: int
    at: int
    rows: Sequence[Row]


_encoder = msgspec.msgpack.Encoder()
_position_decoder = msgspec.msgpack.Decoder(TruthMessage[TruePosition])
_call_decoder = msgspec.msgpack.Decoder(TruthMessage[TrueCall])
_load_decoder = msgspec.msgpack.Decoder(TruthMessage[TrueLoad])
_cause_decoder = msgspec.msgpack.Decoder(TruthMessage[TrueCause])


def encode_truth(message: TruthMessage[Row]) -> bytes:
    """Pack a message."""
    return _encoder.encode(message)


def decode_positions(packed: bytes) -> TruthMessage[TruePosition]:
    """Unpack a message of ``TRUTH_POSITIONS``; the others likewise.

    Raises:
        msgspec.DecodeError: the bytes are no such message.
    """
    return _position_decoder.decode(packed)


def decode_calls(packed: bytes) -> TruthMessage[TrueCall]:
    """Unpack a message of ``TRUTH_CALLS``."""
    return _call_decoder.decode(packed)


def decode_loads(packed: bytes) -> TruthMessage[TrueLoad]:
    """Unpack a message of ``TRUTH_LOADS``."""
    return _load_decoder.decode(packed)


def decode_causes(packed: bytes) -> TruthMessage[TrueCause]:
    """Unpack a message of ``TRUTH_CAUSES``."""
    return _cause_decoder.decode(packed)
