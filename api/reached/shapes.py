"""Which group of fields each member of each answer belongs to.

A member that stands nowhere here goes to nobody but those who are granted everything: what somebody adds to an answer
does not leak by being forgotten here.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from transit.grants.fields import (
    ACCURACY,
    CONDITIONS,
    COVERAGE,
    CROWDING,
    DISTANCE,
    EXPECTED,
    HEADWAYS,
    OCCUPANCY,
    POSITION,
    SPREAD,
    VEHICLE,
    VERDICT,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE: Final = ""
"""Goes with any grant."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object, or a list of them. ``members`` ``None``: all that is in it belongs to ``group``.

    ``line``, ``stop`` and ``to`` say where its line's, its stop's and another stop's public ids stand (``line.id``):
    out of the area, the object is left out. A text with a ``stop`` is that id itself. ``place``: its own coordinates
    must lie in the area.
    """

    members: "Mapping[str, Shape] | None" = None
    group: str = BASE
    line: str = ""
    stop: str = ""
    to: str = ""
    place: bool = False


def _of(group: str, *names: str) -> dict[str, Shape]:
    return {name: Shape(group=group) for name in names}


STOP: Final = Shape(stop="id")
LINE: Final = Shape(line="id")
_FRESHNESS: Final = _of(BASE, "basis", "observed_at", "computed_at", "valid_until")
_TIMES: Final = {
    **_of(BASE, "aimed_at", "aimed_departure_at"),
    **_of(EXPECTED, "expected_at", "expected_departure_at", "delay_s"),
    **_of(SPREAD, "expected_early_at", "expected_late_at"),
    **_of(SPREAD, "expected_departure_early_at", "expected_departure_late_at"),
}
_VERDICT: Final = _of(VERDICT, "verdict", "verdict_reason", "state", "revision", "predicted_by")

ARRIVAL: Final = Shape(
    {
        **_of(BASE, "line", "direction_id", "headsign", "stop", "stop_sequence", "run_id", "trip_id", "service_date"),
        **_of(BASE, "boardable", "alightable", "every_s", "last", "answer_id"),
        **_TIMES,
        **_FRESHNESS,
        **_VERDICT,
        **_of(DISTANCE, "distance_m", "stops_away"),
        **_of(VEHICLE, "vehicle_id", "vehicle_label"),
        "occupancy": Shape(group=OCCUPANCY),
        "crowding": Shape(group=CROWDING),
    },
    line="line.id",
    stop="stop.id",
)
NEARBY_ARRIVAL: Final = Shape(
    {**(ARRIVAL.members or {}), **_of(SPREAD, "catch", "leave_at")}, line="line.id", stop="stop.id"
)
VEHICLE_SHAPE: Final = Shape(
    {
        **_of(VEHICLE, "id", "label"),
        **_of(BASE, "line", "direction_id", "headsign", "run_id", "pattern_id", "warnings"),
        **_of(POSITION, "latitude", "longitude", "bearing_deg", "speed_mps"),
        **_of(DISTANCE, "progress_m"),
        "next_stop": Shape(group=DISTANCE, stop="id"),
        **_of(EXPECTED, "delay_s"),
        "occupancy": Shape(group=OCCUPANCY),
        **_FRESHNESS,
        **_VERDICT,
    },
    line="line.id",
    place=True,
)
CALL: Final = Shape(
    {
        **_of(BASE, "stop", "stop_sequence", "progress_m", "boardable", "alightable"),
        **_TIMES,
        **_of(VERDICT, "state"),
    },
    stop="stop.id",
)
STREAMED_RUN: Final = Shape(
    {
        **_of(BASE, "run_id", "new", "line_id", "direction_id", "headsign", "trip_id", "service_date"),
        **_of(VEHICLE, "vehicle_id", "vehicle_label"),
        **_of(POSITION, "latitude", "longitude", "bearing_deg"),
        **_of(DISTANCE, "progress_m", "next_stop_sequence"),
        **_of(EXPECTED, "delay_s"),
        "occupancy": Shape(group=OCCUPANCY),
        **_of(BASE, "basis", "observed_at", "valid_until"),
        **_VERDICT,
    },
    line="line_id",
)
STREAMED_CALL: Final = Shape(
    {
        **_of(BASE, "stop_id", "stop_sequence", "progress_m"),
        **_TIMES,
        **_of(VERDICT, "skipped"),
    },
    stop="stop_id",
)
_LINE_MEMBERS: Final = _of(
    BASE, "id", "short_name", "long_name", "route_type", "color", "text_color", "agency", "directions"
)

_PATTERN: Final = Shape(
    {
        **_of(BASE, "id", "direction_id", "headsign", "length_m", "trips", "has_shape", "shape"),
        "calls": Shape(stop="stop_id"),
    }
)
_LINE_CROWDING: Final = Shape(
    {
        **_of(BASE, "direction_id", "vehicles", "reporting", "load_percentage", "crowding_level", "name", "color"),
        "sections": Shape(stop="from.id", to="to.id"),
    },
    group=CROWDING,
)
_DESTINATION: Final = Shape(
    {**_of(BASE, "line", "direction_id", "first", "last"), "destination": STOP},
    line="line.id",
)
_PAST: Final = Shape({**_of(BASE, "at"), "lines": Shape(line="line_id")})

SHAPES: Final[dict[str, Shape]] = {
    "/v1/stops/{stop_id}/arrivals": Shape(
        {
            **_of(BASE, "stop", "timetable", "computed_at", "warnings", "reason", "next_at"),
            "headways": Shape(group=HEADWAYS, line="line_id"),
            "arrivals": ARRIVAL,
            "as_of": _PAST,
        }
    ),
    "/v1/nearby": Shape(
        {
            "bike_stations": Shape(place=True),
            "stops": Shape(
                {
                    **_of(BASE, "id", "name", "code", "latitude", "longitude", "kind", "parent_id", "platform_code"),
                    **_of(BASE, "distance_m", "walk_m", "walk_s"),
                    "lines": LINE,
                    "opposite": Shape(line="line_id", stop="stop.id"),
                    "headways": Shape(group=HEADWAYS, line="line_id"),
                    "arrivals": NEARBY_ARRIVAL,
                },
                stop="id",
            ),
            "warnings": Shape(),
            "as_of": _PAST,
        }
    ),
    "/v1/city/{timetable}/arrivals": Shape(_of(BASE, "timetable", "columns", "computed_at", "runs")),
    "/v1/arrivals": Shape({**_of(BASE, "asked", "failed", "next_cursor"), "as_of": _PAST, "items": Shape()}),
    # made from a view without what is not granted, and never pruned afterwards
    "/v1/gtfs-realtime/{kind}.{form}": Shape({**_of(BASE, "header", "entity")}),
    "/v1/siri/stop-monitoring.{form}": Shape({"Siri": Shape()}),
    "/v1/siri/vehicle-monitoring.{form}": Shape({"Siri": Shape()}),
    "/v1/siri/estimated-timetable.{form}": Shape({"Siri": Shape()}),
    # what a reach does not hold is left out as entities are made
    "/v1/siri/situation-exchange.{form}": Shape(),
    "/v1/alerts": Shape(),
    # what a reach does not hold is left out as the file is made
    "/v1/static": Shape(),
    "/v1/static/{version}": Shape(),
    "/v1/static/{version}/changes": Shape(),
    "/v1/stops/{stop_id}": Shape(
        {
            **_of(BASE, "id", "name", "code", "latitude", "longitude", "kind", "parent_id", "platform_code"),
            "platforms": STOP,
            "lines": LINE,
            "warnings": Shape(),
        }
    ),
    "/v1/stops/{stop_id}/crowding": Shape(
        {
            **_of(BASE, "stop", "computed_at", "warnings"),
            "crowding": Shape(group=CROWDING),
            "platforms": Shape({**_of(BASE, "stop"), "crowding": Shape(group=CROWDING)}, stop="stop.id"),
        }
    ),
    "/v1/stops": Shape({"stops": STOP, "warnings": Shape()}),
    "/v1/lines": Shape({"lines": LINE, "warnings": Shape()}),
    "/v1/lines/{line_id}": Shape(
        {**_LINE_MEMBERS, "line_group": Shape(), "patterns": _PATTERN, "stops": STOP, "warnings": Shape()}
    ),
    "/v1/lines/{line_id}/vehicles": Shape(
        {**_of(BASE, "line", "computed_at", "warnings"), "vehicles": VEHICLE_SHAPE, "as_of": _PAST}
    ),
    "/v1/vehicles/{vehicle_id}": replace(VEHICLE_SHAPE, members={**(VEHICLE_SHAPE.members or {}), "as_of": _PAST}),
    "/v1/runs/{run_id}": Shape(
        {
            **_of(BASE, "run_id", "trip_id", "service_date", "line", "direction_id", "headsign", "warnings", "last"),
            **_FRESHNESS,
            **_VERDICT,
            "vehicle": VEHICLE_SHAPE,
            "calls": CALL,
            "as_of": _PAST,
        },
        line="line.id",
    ),
    "/v1/runs/{run_id}/why": Shape(
        {
            **_of(BASE, "run_id", "line", "stop_sequence", "event", "aimed_at", "from_at", "basis", "warnings"),
            **_of(EXPECTED, "expected_at", "terms"),
            "legs": Shape(group=EXPECTED, stop="to.id"),
            **_of(VERDICT, "verdict", "verdict_reason", "revision"),
            "stop": STOP,
        },
        line="line.id",
        stop="stop.id",
    ),
    "/v1/feeds": Shape(),
    # which replays run: those of timetables and feeds outside are left out where the list is made
    "/v1/replays": Shape(),
    "/v1/coverage": Shape({"lines": Shape(group=COVERAGE, line="line.id"), "warnings": Shape()}),
    "/v1/lines/{line_id}/conditions": Shape(
        {
            **_of(BASE, "line", "computed_at", "warnings"),
            **_of(CONDITIONS, "directions", "service", "speed_mps"),
            "crowding": _LINE_CROWDING,
        }
    ),
    "/v1/stops/{stop_id}/first-last": Shape(
        {**_of(BASE, "stop", "service_date", "warnings"), "destinations": _DESTINATION}
    ),
    "/v1/answers/{answer_id}": Shape(
        {
            **_of(BASE, "run_id", "line_id", "stop", "stop_sequence", "computed_at", "happened"),
            "served": Shape({**_TIMES, **_of(BASE, "computed_at", "basis"), **_VERDICT, **_of(VEHICLE, "vehicle_id")}),
            "reports": Shape(
                {
                    **_of(BASE, "polled_at", "reported_at", "trip_id"),
                    **_of(VEHICLE, "vehicle_id"),
                    **_of(POSITION, "latitude", "longitude", "status"),
                    "stop_id": Shape(group=POSITION, stop="stop_id"),
                },
                place=True,
            ),
            "match": Shape(
                {
                    **_of(BASE, "feed", "pattern_id", "observed_at"),
                    **_of(VEHICLE, "vehicle_id"),
                    **_of(DISTANCE, "progress_m"),
                    "next_stop_id": Shape(group=DISTANCE, stop="next_stop_id"),
                    **_VERDICT,
                }
            ),
            "rerun": Shape({**_TIMES, **_of(BASE, "computed_at"), **_of(EXPECTED, "terms", "later_than_served_s")}),
        },
        line="line_id",
        stop="stop.id",
    ),
    "/v1/passages": Shape(
        {
            "passages": Shape(
                {
                    **_of(BASE, "run_id", "line_id", "service_date", "stop_id", "stop_sequence"),
                    **_of(BASE, "kind", "at", "earliest_at", "latest_at"),
                    **_of(VEHICLE, "vehicle_id"),
                },
                line="line_id",
                stop="stop_id",
            ),
            "next_from": Shape(),
            "next_cursor": Shape(),
        }
    ),
    "/v1/accuracy": Shape({"warnings": Shape(), **_of(ACCURACY, "since", "overall", "hours", "lines")}),
}
"""By the route's path. A route that stands nowhere here answers only who is granted everything."""
