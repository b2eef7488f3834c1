"""Vehicles that go around a closed street: where they are told to be, and what the control centre says of it."""

from typing import Final

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from headway.sandbox.script import Closure
from transit.timetable.compiled import Timetable

_M_PER_DEG: Final = 111_194.9


def go_around(message: pb.FeedMessage, timetable: Timetable, closure: Closure) -> None:
    """Move the reports of the closure's lines that lie within its reach to the way around, on the right-hand side.

    Along its way a vehicle is as far as it was; beside it, it swings out and back along half a sine, so that it neither
    leaps nor hurries.
    """
    stop = timetable.stop_id.find(closure.stop)
    latitude, longitude = float(timetable.stop_latitude[stop]), float(timetable.stop_longitude[stop])
    east_m = _M_PER_DEG * float(np.cos(np.radians(latitude)))
    for entity in message.entity:
        if entity.vehicle.trip.route_id not in closure.lines:
            continue
        place = entity.vehicle.position
        heading = np.radians(place.bearing)
        north, east = (place.latitude - latitude) * _M_PER_DEG, (place.longitude - longitude) * east_m
        along = north * np.cos(heading) + east * np.sin(heading)
        beside = east * np.cos(heading) - north * np.sin(heading)
        if abs(along) >= closure.reach_m or abs(beside) >= closure.around_m / 2:
            continue
        out = closure.around_m * np.cos(np.pi / 2 * along / closure.reach_m) ** 0.5
        place.latitude += float(-np.sin(heading) * out / _M_PER_DEG)
        place.longitude += float(np.cos(heading) * out / east_m)


def add_closure_alert(message: pb.FeedMessage, number: int, closure: Closure) -> None:
    """Add the control centre's alert, in both languages."""
    alert = message.entity.add(id=f"closure-{number}").alert
    alert.cause, alert.effect = pb.Alert.CONSTRUCTION, pb.Alert.DETOUR
    for line in closure.lines:
        alert.informed_entity.add(route_id=line)
    for language, text in (("en", closure.text_en), ("zh", closure.text_zh)):
        alert.header_text.translation.add(text=text, language=language)
