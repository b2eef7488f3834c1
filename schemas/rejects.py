"""What was refused at a door or in the tracker, and why: a closed list of reasons."""

from enum import StrEnum

import msgspec


class RejectReason(StrEnum):
    """Why a message or one of its entities was not used."""

    UNDECODABLE = "undecodable"
    TOO_LARGE = "too_large"
    NO_HEADER_TIME = "no_header_time"
    UNSUPPORTED_VERSION = "unsupported_version"
    EMPTY_ENTITY = "empty_entity"
    NO_VEHICLE_ID = "no_vehicle_id"
    DUPLICATE_ENTITY = "duplicate_entity"
    UNKNOWN_LINE = "unknown_line"
    UNKNOWN_TRIP = "unknown_trip"
    UNKNOWN_STOP = "unknown_stop"
    AMBIGUOUS_LINE = "ambiguous_line"
    NO_POSITION = "no_position"
    BAD_POSITION = "bad_position"
    OUT_OF_AREA = "out_of_area"
    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    FUTURE_TIME = "future_time"
    STALE = "stale"
    OUT_OF_ORDER = "out_of_order"
    REPEATED = "repeated"
    BAD_SERVICE_DATE = "bad_service_date"
    OUT_OF_SERVICE_PERIOD = "out_of_service_period"
    IMPOSSIBLE_SPEED = "impossible_speed"
    BAD_OCCUPANCY = "bad_occupancy"
    BAD_CARRIAGES = "bad_carriages"
    TOO_MANY_VEHICLES = "too_many_vehicles"
    WRONG_PARTITION = "wrong_partition"
    BAD_HEADERS = "bad_headers"
    UNKNOWN_TIMETABLE = "unknown_timetable"
    STALE_EPOCH = "stale_epoch"
    ID_TOO_LONG = "id_too_long"
    TRACKER_FAILED = "tracker_failed"


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """One refusal. ``id`` does not depend on the attempt, so a repeated refusal can be told from a new one.

    ``content`` is what was refused, cut to 64 KiB; ``detail`` says in a sentence what was wrong with it.
    """

    id: str
    reason: RejectReason
    feed: str
    line_group: str | None
    vehicle_id: str | None
    at: int
    detail: str
    content: bytes = b""


_encoder = msgspec.msgpack.Encoder()


def encode_reject(reject: Reject) -> bytes:
    """Pack a refusal (MessagePack), as it stands on its topic."""
    return _encoder.encode(reject)
