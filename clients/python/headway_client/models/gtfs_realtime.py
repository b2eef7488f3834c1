"""What answers about `gtfs_realtime` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class FeedAnswer(TypedDict):
    """A FeedMessage of GTFS-realtime 2.0. 64-bit numbers are strings, as protobuf's JSON mapping has them."""

    header: dict[str, Any]
    entity: NotRequired[list[dict[str, Any]]]


FeedKind = Literal['trip-updates', 'vehicle-positions', 'alerts']
