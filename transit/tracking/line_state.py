"""One line group's state: its arrays, its vehicles' words, and how both are packed.

Bytes, little-endian: layout (u8), timetable hash (u8 length, ASCII), vehicles, hops (u16), trips in bytes (u32), last
poll time (i64), then the arrays of transit.tracking.state without their noughts (transit.tracking.noughts), and what is
kept in words (MessagePack): the notices of trip updates, each vehicle's words, what was heard of each feed, and where
the agency's times are told what it said and how right that was.
"""

import struct
from collections import defaultdict
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from transit.crowding.memory import HOP_LOAD, LINE_LOAD, RIDERS
from transit.forecasting.memory import BINS, ERRORS, MEMORY, PLACE, PLACES
from transit.forecasting.spots import SPOT
from transit.tracking.agency_times import AgencyState
from transit.tracking.line_feeds import Feeds, Heard
from transit.tracking.line_tables import LineTables
from transit.tracking.noughts import leave_out_noughts, put_back_noughts
from transit.tracking.state import (
    BEAM,
    BEAM_WIDTH,
    DIRECTIONS,
    HOP,
    LAG,
    LEFT_RUN,
    LEFT_RUNS_KEPT,
    LINE,
    PASSING,
    RECENT_LAGS,
    RECENT_PASSINGS,
    VEHICLE,
    Rows,
    new_vehicle,
)
from transit.tracking.trip_updates import Notice, Notices
from transit.tracking.vehicle_text import VehicleText, encode_text

LAYOUT: Final = 9
BEFORE_DEMAND: Final = 8
"""The layout before it, still read: what it knows of how full vehicles are is left out, it says nothing of demand."""

BEFORE_FEEDS: Final = 7
"""The one before that, still read: it takes all vehicles for those of one feed."""

WITH_NOUGHTS: Final = 6
"""The one before that, still read: its arrays stand as they lie in memory."""

BEFORE_STANDS: Final = 5
"""The one before that, still read: where a bus line now keeps how long its vehicles stand it has something else."""

BEFORE_LOADS: Final = 4
"""The oldest that is read: it knows nothing of how full vehicles are."""

_READ: Final = (BEFORE_LOADS, BEFORE_STANDS, WITH_NOUGHTS, BEFORE_FEEDS, BEFORE_DEMAND, LAYOUT)

_OLDER_RIDERS, _OLDER_HOP_LOAD, _OLDER_LINE_LOAD = 24, 24, 20
"""Bytes of what older layouts know of how full vehicles are: of each vehicle, of each hop, of the line."""

_COUNTS: Final = struct.Struct("<HHIq")
_ARRAY_16: Final = struct.Struct(">BH")
_FIRST_ROWS: Final = 8
_encode_notices: Final = msgspec.msgpack.Encoder(order="sorted").encode
_decode_older: Final = msgspec.msgpack.Decoder(tuple[dict[str, Notice], list[VehicleText]]).decode
_decode_older_agency: Final = msgspec.msgpack.Decoder(tuple[dict[str, Notice], list[VehicleText], AgencyState]).decode
_decode_words: Final = msgspec.msgpack.Decoder(tuple[dict[str, Notice], list[VehicleText], Feeds]).decode
_decode_agency: Final = msgspec.msgpack.Decoder(tuple[dict[str, Notice], list[VehicleText], Feeds, AgencyState]).decode


class StateError(ValueError):
    """Packed state that cannot be read: of another layout or timetable, or cut short."""


class Last(msgspec.Struct, frozen=True, gc=False):
    """A vehicle's last report as far as it tells a repeated one; beside the arrays, whose single rows are slow."""

    report_time: int
    fix_time: int
    latitude: float
    longitude: float
    stop_status: int
    stop_hint: int
    occupancy_status: int
    occupancy_percentage: int


NOTHING_YET: Final = Last(0, 0, 0.0, 0.0, -1, -1, -1, -1)


class LineState:
    """What is remembered of one line group between messages."""

    __slots__ = (
        "agency",
        "beams",
        "count",
        "errors",
        "feeds",
        "hop_loads",
        "hops",
        "lags",
        "last",
        "last_poll_s",
        "left_runs",
        "line",
        "line_load",
        "memories",
        "named_bytes",
        "notices",
        "packed_texts",
        "passings",
        "places",
        "riders",
        "row_of",
        "seen",
        "spots",
        "texts",
        "timetable_hash",
        "vehicles",
    )  # fmt: skip

    def __init__(self, tables: LineTables, timetable_hash: str) -> None:
        by_status = tables.by_status
        self.timetable_hash = timetable_hash
        self.count = 0
        self.last_poll_s = 0
        self.vehicles: Rows = np.zeros(_FIRST_ROWS, VEHICLE)
        self.beams: Rows = np.zeros((_FIRST_ROWS, BEAM_WIDTH), BEAM)
        self.memories: Rows = np.zeros(_FIRST_ROWS, MEMORY)
        self.places: Rows = np.zeros(PLACES if by_status else 1, PLACE)
        self.spots: Rows = np.zeros(1 if by_status else len(tables.hop_rows), SPOT)
        self.errors: Rows = np.zeros(2 * BINS, ERRORS)
        self.riders: Rows = np.zeros(_FIRST_ROWS, RIDERS)
        self.hop_loads: Rows = np.zeros(len(tables.hop_rows), HOP_LOAD)
        self.line_load: Rows = np.zeros(1, LINE_LOAD)
        self.hops: Rows = np.zeros(len(tables.hop_rows), HOP)
        self.passings: Rows = np.zeros((len(tables.hop_rows) if by_status else 1, RECENT_PASSINGS), PASSING)
        self.line: Rows = np.zeros(1, LINE)
        self.lags: Rows = np.zeros((DIRECTIONS, RECENT_LAGS), LAG)
        self.left_runs: Rows = np.zeros(LEFT_RUNS_KEPT, LEFT_RUN)
        self.seen = np.zeros((len(tables.trips) + 7) // 8, np.uint8)
        self.texts: list[VehicleText] = []
        self.packed_texts: list[bytes] = []
        self.row_of: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """A vehicle's row by its feed and its id there."""
        self.last: list[Last] = []
        self.named_bytes: list[bytes | None] = []
        self.notices: Notices = {}
        self.feeds: Feeds = {}
        self.agency: AgencyState | None = None
        """Only where the feed is set to tell its agency's times."""

    def add_vehicle(self, feed: str, vehicle_id: str) -> int:
        """A row for a vehicle of a feed not seen before."""
        row = self.count
        if row == len(self.vehicles):
            self.vehicles = np.concatenate((self.vehicles, np.zeros(row, VEHICLE)))
            self.beams = np.concatenate((self.beams, np.zeros((row, BEAM_WIDTH), BEAM)))
            self.memories = np.concatenate((self.memories, np.zeros(row, MEMORY)))
            self.riders = np.concatenate((self.riders, np.zeros(row, RIDERS)))
        self.vehicles[row] = new_vehicle()[0]
        self.beams[row] = np.zeros(BEAM_WIDTH, BEAM)
        self.memories[row] = np.zeros(1, MEMORY)[0]
        self.riders[row] = np.zeros(1, RIDERS)[0]
        self.texts.append(VehicleText(vehicle_id, feed=feed))
        self.packed_texts.append(b"")
        self.last.append(NOTHING_YET)
        self.named_bytes.append(None)
        self.row_of[feed][vehicle_id] = row
        self.count = row + 1
        self.pack_text(row)
        return row

    def rename_vehicle(self, row: int, vehicle_id: str) -> None:
        """Go on with a vehicle under another id of its feed: its next report is none of an earlier one's repeated."""
        text = self.texts[row]
        del self.row_of[text.feed][text.vehicle_id]
        text.vehicle_id = vehicle_id
        self.row_of[text.feed][vehicle_id] = row
        self.named_bytes[row] = None
        self.vehicles["report_time"][row] = 0
        self.last[row] = msgspec.structs.replace(self.last[row], report_time=0)
        self.pack_text(row)

    def drop_vehicles(self, rows: set[int]) -> None:
        """Forget vehicles; the others keep their order."""
        kept = [row for row in range(self.count) if row not in rows]
        self.vehicles[: len(kept)] = self.vehicles[kept]
        self.beams[: len(kept)] = self.beams[kept]
        self.memories[: len(kept)] = self.memories[kept]
        self.riders[: len(kept)] = self.riders[kept]
        self.texts = [self.texts[row] for row in kept]
        self.packed_texts = [self.packed_texts[row] for row in kept]
        self.last = [self.last[row] for row in kept]
        self.named_bytes = [self.named_bytes[row] for row in kept]
        self.count = len(kept)
        self._index_rows()

    def _index_rows(self) -> None:
        self.row_of.clear()
        for row, text in enumerate(self.texts):
            self.row_of[text.feed][text.vehicle_id] = row

    def pack_text(self, row: int) -> None:
        """Pack a vehicle's words anew, after they changed."""
        self.packed_texts[row] = encode_text(self.texts[row])

    def dump(self) -> bytes:
        """Pack everything."""
        count = self.count
        name = self.timetable_hash.encode()
        arrays = (self.vehicles[:count], self.beams[:count], self.memories[:count])
        return b"".join(
            (
                bytes((LAYOUT, len(name))),
                name,
                _COUNTS.pack(count, len(self.hops), len(self.seen), self.last_poll_s),
                leave_out_noughts((*arrays, *self.fixed_arrays(), *self._load_arrays())),
                b"\x93" if self.agency is None else b"\x94",
                _encode_notices(self.notices) if self.notices else b"\x80",
                _ARRAY_16.pack(0xDC, count),
                *self.packed_texts,
                _encode_notices(self.feeds),
                b"" if self.agency is None else _encode_notices(self.agency),
            )
        )

    @classmethod
    def restore(cls, tables: LineTables, timetable_hash: str, packed: bytes, feed: str = "") -> "LineState":
        """Unpack what ``dump`` packed; ``feed`` is whose its vehicles are where it is of before feeds were told apart.

        Raises:
            StateError: the bytes are no state of this layout under this timetable.
        """
        if read_timetable_hash(packed) != timetable_hash:
            raise StateError(f"state of timetable {read_timetable_hash(packed)} cannot be read under {timetable_hash}")
        state = cls(tables, timetable_hash)
        offset = 2 + packed[1]
        try:
            count, hops, seen, state.last_poll_s = _COUNTS.unpack_from(packed, offset)
            if hops != len(state.hops) or seen != len(state.seen):
                raise StateError("the state's hops or trips are not the timetable's")
            rows = max(_FIRST_ROWS, count)
            state.vehicles = np.zeros(rows, VEHICLE)
            state.beams = np.zeros((rows, BEAM_WIDTH), BEAM)
            state.memories = np.zeros(rows, MEMORY)
            state.riders = np.zeros(rows, RIDERS)
            offset += _COUNTS.size
            arrays = [state.vehicles[:count], state.beams[:count], state.memories[:count], *state.fixed_arrays()]
            if packed[0] == LAYOUT:
                arrays += state._load_arrays(count)
            elif packed[0] != BEFORE_LOADS:
                arrays.append(np.zeros(count * _OLDER_RIDERS + hops * _OLDER_HOP_LOAD + _OLDER_LINE_LOAD, np.uint8))
            offset = _fill(arrays, packed, offset)
            if packed[0] in (BEFORE_LOADS, BEFORE_STANDS) and not tables.by_status:
                state.line["dwell_count"] = state.line["dwell_log"] = 0.0
            state._take_words(packed[offset:], None if packed[0] > BEFORE_FEEDS else feed)
        except (struct.error, ValueError, msgspec.DecodeError) as broken:
            raise StateError(f"the state is broken: {broken}") from broken
        if len(state.texts) != count:
            raise StateError("the state has other words than vehicles")
        state.count = count
        state.packed_texts = [encode_text(text) for text in state.texts]
        state._index_rows()
        state.named_bytes = [None] * count
        state.last = [Last(*row) for row in state.vehicles[:count][list(Last.__struct_fields__)].tolist()]
        return state

    def _take_words(self, words: bytes, feed: str | None) -> None:
        """Read what is kept in words; where ``feed`` is given, those of a state of one feed."""
        has_agency = words[:1] == (b"\x94" if feed is None else b"\x93")
        if feed is None:
            if has_agency:
                self.notices, self.texts, self.feeds, self.agency = _decode_agency(words)
            else:
                self.notices, self.texts, self.feeds = _decode_words(words)
            return
        if has_agency:
            self.notices, self.texts, self.agency = _decode_older_agency(words)
        else:
            self.notices, self.texts = _decode_older(words)
        down_since = int(self.line["feed_down_since"][0])
        self.line["feed_down_since"] = 0
        self.feeds = {feed: Heard(self.last_poll_s, down_since, bool(self.texts))}
        for text in self.texts:
            text.feed = feed

    def fixed_arrays(self) -> "tuple[npt.NDArray[np.generic], ...]":
        """The arrays whose size the timetable gives, in the order they are packed."""
        return (
            self.hops,
            self.passings,
            self.line,
            self.lags,
            self.left_runs,
            self.seen,
            self.places,
            self.spots,
            self.errors,
        )

    def _load_arrays(self, count: int | None = None) -> "list[npt.NDArray[np.generic]]":
        """What is known of how full vehicles are, in the order it is packed behind all else."""
        return [self.riders[: self.count if count is None else count], self.hop_loads, self.line_load]


def _fill(arrays: "list[npt.NDArray[np.generic]]", packed: bytes, offset: int) -> int:
    """Read arrays back from packed state, in which they begin at ``offset``; returns where they end."""
    size = sum(array.nbytes for array in arrays)
    if packed[0] > WITH_NOUGHTS:
        plain, end = put_back_noughts(packed, offset, size)
    else:
        plain, end = packed[offset : offset + size], offset + size
    place = 0
    for array in arrays:
        array[...] = np.frombuffer(plain, array.dtype, array.size, place).reshape(array.shape)
        place += array.nbytes
    return end


def read_timetable_hash(packed: bytes) -> str:
    """The hash of the timetable that packed state speaks.

    Raises:
        StateError: the bytes are no state of this layout.
    """
    if len(packed) < 2 or packed[0] not in _READ:
        read = f"this version reads {BEFORE_LOADS} to {LAYOUT}"
        raise StateError(f"state of layout {packed[0] if packed else 'none'}; {read}")
    return packed[2 : 2 + packed[1]].decode("ascii", "replace")
