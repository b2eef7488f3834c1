"""A recorded poll as if it came in at another time: every time and service date in it is moved alike."""

from datetime import datetime, timedelta
from typing import Any, Final

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

from streams.doors.poll import Poll

_TIME_MAX_S: Final = 2**63 - 1


def shift_poll(poll: Poll, shift_s: int, shift_days: int) -> Poll:
    """``poll`` moved by ``shift_s``, its service dates by ``shift_days``; what cannot be read is left to the door."""
    if not shift_s:
        return poll
    moved = poll._replace(time_s=poll.time_s + shift_s)
    if not poll.content:
        return moved
    message = pb.FeedMessage()
    try:
        message.ParseFromString(poll.content)
    except DecodeError:
        return moved
    if message.header.HasField("timestamp"):
        message.header.timestamp = _moved(message.header.timestamp, shift_s)
    for entity in message.entity:
        if entity.HasField("vehicle"):
            _shift_stamp(entity.vehicle, shift_s)
            _shift_trip(entity.vehicle, shift_days)
        if entity.HasField("trip_update"):
            _shift_stamp(entity.trip_update, shift_s)
            _shift_trip(entity.trip_update, shift_days)
            _shift_calls(entity.trip_update, shift_s)
        for period in entity.alert.active_period if entity.HasField("alert") else ():
            period.start = _moved(period.start, shift_s)
            period.end = _moved(period.end, shift_s)
    return moved._replace(content=message.SerializeToString(deterministic=True))


def _moved(time_s: int, shift_s: int) -> int:
    """A moment moved; 0 is none, and one that would leave what a message can hold stays as odd as it is."""
    moved = time_s + shift_s
    return moved if time_s and 0 <= moved <= _TIME_MAX_S else time_s


def _shift_stamp(part: Any, shift_s: int) -> None:
    if part.HasField("timestamp"):
        part.timestamp = _moved(part.timestamp, shift_s)


def _shift_trip(part: Any, shift_days: int) -> None:
    if not part.trip.HasField("start_date"):
        return
    try:
        day = datetime.strptime(part.trip.start_date, "%Y%m%d").date()  # noqa: DTZ007 - a date, no moment
        moved = day + timedelta(days=shift_days)
    except (ValueError, OverflowError):
        return
    part.trip.start_date = moved.isoformat().replace("-", "")


def _shift_calls(update: Any, shift_s: int) -> None:
    for call in update.stop_time_update:
        for event in (call.arrival, call.departure):
            if event.HasField("time"):
                event.time = _moved(event.time, shift_s)
