"""A compiled timetable: every table of a GTFS feed as typed arrays, rows named by number.

Rows refer to each other by row number; -1 means none. A ``*_offset`` array has one entry more than its table: the rows
that belong to ``i`` are ``[offset[i], offset[i + 1])``. Times are seconds since the start of the service day (noon less
twelve hours), service days are ``date.toordinal()``, lengths are metres.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import overload

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


class Strings(Sequence[str]):
    """A column of text kept as one block of UTF-8 and its offsets, so that it can be mapped from a file."""

    __slots__ = ("__dict__", "offsets", "text")

    def __init__(self, offsets: npt.NDArray[np.int64], text: Bytes) -> None:
        self.offsets = offsets
        self.text = text

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self.text[self.offsets[row] : self.offsets[row + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        block = self.text.tobytes()
        ends = self.offsets.tolist()
        return (block[start:end].decode() for start, end in pairwise(ends))

    @cached_property
    def rows(self) -> dict[str, int]:
        """Text to row, built when first asked for; the first of equal texts wins."""
        found: dict[str, int] = {}
        for row, text in enumerate(self):
            found.setdefault(text, row)
        return found

    def find(self, text: str) -> int:
        """The row of ``text``, or -1."""
        return self.rows.get(text, -1)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Strings":
        """Pack ``texts`` in their order."""
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), np.uint8))


@dataclass(frozen=True, kw_only=True, slots=True, weakref_slot=True, eq=False)
class Timetable:
    """One compiled timetable. Grouped by table; see the module's docstring for how rows refer to each other.

    A *line* is a GTFS route; a *line group* is one or more lines that share vehicles and directions, and the key of
    their messages. A *pattern* is a distinct sequence of calls (stop, stop_sequence, boarding rules, timepoint) of one
    line and direction along one shape. A *timing* is the times of a trip relative to its start, shared by trips that
    take equally long everywhere. A *hop* is a distinct pair of consecutive stops.
    """

    # identity
    name: str
    hash: str
    timezone: str
    first_service_day: int
    last_service_day: int
    source: str
    faults: tuple[str, ...]

    # agencies
    agency_id: Strings
    agency_name: Strings
    agency_url: Strings

    # line groups; their id is the id of their first line
    group_id: Strings
    group_line_offset: Ints
    group_line: Ints

    # lines
    line_id: Strings
    line_agency: Ints
    line_group: Ints
    line_short_name: Strings
    line_long_name: Strings
    line_color: Strings
    line_text_color: Strings
    line_route_type: Ints
    line_sort_order: Ints

    # stops and stations
    stop_id: Strings
    stop_code: Strings
    stop_name: Strings
    stop_platform_code: Strings
    stop_latitude: Floats
    stop_longitude: Floats
    stop_location_type: Ints
    stop_parent: Ints
    stop_wheelchair_boarding: Ints
    stop_child_offset: Ints
    stop_child: Ints

    # patterns; sorted by line, then direction
    pattern_id: Strings
    pattern_line: Ints
    pattern_direction: Ints
    pattern_headsign: Strings
    pattern_length_m: Floats
    pattern_call_offset: Ints
    pattern_point_offset: Ints
    line_pattern_offset: Ints
    # shapes simplified to 1 m; straight lines between stops where the feed has none
    pattern_has_shape: npt.NDArray[np.bool_]
    point_latitude: Floats
    point_longitude: Floats
    point_progress_m: Floats

    # calls of patterns
    call_pattern: Ints
    call_stop: Ints
    call_sequence: Ints
    call_progress_m: Floats
    call_offset_m: Floats
    """Distance from the stop to the shape."""
    call_hop: Ints
    """The hop that ends at this call; -1 at a pattern's first."""
    call_boardable: npt.NDArray[np.bool_]
    call_alightable: npt.NDArray[np.bool_]
    call_timepoint: npt.NDArray[np.bool_]
    call_headsign: Strings
    """Empty unless the stop_headsign differs from the pattern's."""
    stop_call_offset: Ints
    stop_call: Ints
    """For each stop the rows of the calls made there."""

    # hops
    hop_from_stop: Ints
    hop_to_stop: Ints
    hop_length_m: Floats

    # trips; sorted by pattern, then start
    trip_id: Strings
    trip_pattern: Ints
    trip_service: Ints
    trip_block: Ints
    trip_headsign: Strings
    trip_short_name: Strings
    trip_timing: Ints
    trip_start_s: Ints
    """Departure from the first call; of a frequency-based trip the start its stop_times are written against."""
    trip_has_frequency: npt.NDArray[np.bool_]
    pattern_trip_offset: Ints
    timing_offset: Ints
    timing_arrival_s: Ints
    """Relative to trip_start_s, one per call of the pattern; stops without times are interpolated by distance."""
    timing_departure_s: Ints

    # frequencies; sorted by trip, then start
    frequency_trip: Ints
    frequency_start_s: Ints
    frequency_end_s: Ints
    frequency_headway_s: Ints
    frequency_exact: npt.NDArray[np.bool_]
    trip_frequency_offset: Ints

    # blocks
    block_id: Strings
    block_trip_offset: Ints
    block_trip: Ints
    """For each block its trips by start time, all services together."""

    # services: the sorted service days of each
    service_id: Strings
    service_day_offset: Ints
    service_day: Ints

    # names in other languages; empty where the feed translates nothing
    language: str = ""
    """Of the names above, as BCP 47 writes it; empty where the feed does not say, or mixes several."""
    languages: Strings = field(default_factory=lambda: Strings.of(()))
    translation_language: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    translation_field: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    """What is translated: ``transit.timetable.translations.Translated``."""
    translation_key: Strings = field(default_factory=lambda: Strings.of(()))
    """Whose name it is: a GTFS id, or the text of a sign."""
    translation_text: Strings = field(default_factory=lambda: Strings.of(()))
