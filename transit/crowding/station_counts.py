"""Riders counted on platforms and in stations, as a deployment's own counters tell them."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

STATIONS_MAX: Final = 20_000


class CountsError(ValueError):
    """A message of counts that cannot be read: what is wrong with it."""


class StationCount(msgspec.Struct, frozen=True, kw_only=True):
    """Riders counted at a stop or station (GTFS id), and how many it is built for."""

    stop_id: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    count: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    capacity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    observed_at: Annotated[datetime, msgspec.Meta(tz=True)]

    @property
    def share(self) -> float:
        """The part of what it is built for."""
        return self.count / self.capacity


class _Counts(msgspec.Struct, frozen=True):
    stations: Annotated[list[StationCount], msgspec.Meta(max_length=STATIONS_MAX)]


def read_counts(content: bytes) -> dict[str, StationCount]:
    """By stop id; of two counts of one stop the newer one.

    Raises:
        CountsError: it is not ``{"stations": [{"stop_id", "count", "capacity", "observed_at"}, …]}``.
    """
    try:
        told = msgspec.json.decode(content, type=_Counts).stations
    except msgspec.DecodeError as wrong:
        raise CountsError(str(wrong)) from None
    return {count.stop_id: count for count in sorted(told, key=lambda count: count.observed_at)}
