"""How an answer is to be expressed: coordinates in which datum, times in which zone. Distances are the same in all."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, NamedTuple

import orjson
from fastapi import Query, Request

from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.view.memory import View
from transit.coordinates.datum import Datum, Place, convert

_STATE: Final = "expression"
_DIGITS: Final = 7
"""A centimetre: what is shifted keeps what it had."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")

_PLACED: Final = (b'"latitude":', b'"shape":')
"""What an answer with coordinates has."""

Json = Any


class Expression(NamedTuple):
    """As the deployment has it unless a request wishes otherwise."""

    datum: Datum = Datum.WGS84
    in_utc: bool = False
    names_datum: bool = False
    """Whether answers say which datum theirs is: where maps of several are drawn."""


PLAIN: Final = Expression()


async def read_expression(
    request: Request,
    *,
    datum: Annotated[
        Datum | None,
        Query(description="Of all coordinates told: GCJ-02 and BD-09 in mainland China alone"),
    ] = None,
    ids: Annotated[  # noqa: ARG001 - the lane has noted it; here it is described and checked
        Literal["own"] | None, Query(description="`own`: the ids of your crosswalk beside ours, as `own_id`")
    ] = None,
    times: Annotated[Literal["local", "utc"], Query(description="Times with the city's offset, or in UTC")] = "local",
) -> None:
    """Note how the request wishes to be answered; what ``ids`` wishes the lane has noted.

    Raises:
        Refusal: the deployment's city lies where the datum is not drawn.
    """
    view: View = request.app.state.view
    wished = datum or view.coordinates.datum
    check_datum(view, wished)
    setattr(request.state, _STATE, Expression(wished, times == "utc", view.coordinates.in_mainland_china))


def check_datum(view: View, datum: Datum) -> None:
    """Make sure that a datum is drawn where the deployment is.

    Raises:
        Refusal: it is not.
    """
    if datum is not Datum.WGS84 and not view.coordinates.in_mainland_china:
        raise Refusal(INVALID_PARAMETER, f"datum: {datum.value} is of maps of mainland China; here is wgs84.")


def expression_of(request: Request) -> Expression:
    """How the request wishes to be answered."""
    found: Expression = getattr(request.state, _STATE, PLAIN)
    return found


def express(body: bytes, wished: Expression) -> bytes:
    """A JSON answer with its coordinates (WGS-84) and times as wished."""
    if wished == PLAIN:
        return body
    told = _express(orjson.loads(body), wished)
    if wished.names_datum and any(name in body for name in _PLACED):
        told["datum"] = wished.datum.value
    return orjson.dumps(told)


def _express(value: Json, wished: Expression) -> Json:
    if isinstance(value, list):
        return [_express(each, wished) for each in value]
    if isinstance(value, str):
        return _in_utc(value) if wished.in_utc and _MOMENT.fullmatch(value) else value
    if not isinstance(value, dict):
        return value
    told = {
        name: _shift_shape(member, wished.datum) if name == "shape" else _express(member, wished)
        for name, member in value.items()
    }
    latitude, longitude = told.get("latitude"), told.get("longitude")
    if isinstance(latitude, float | int) and isinstance(longitude, float | int):
        told["latitude"], told["longitude"] = _shift(latitude, longitude, wished.datum)
    return told


def _shift(latitude: float, longitude: float, datum: Datum) -> tuple[float, float]:
    if datum is Datum.WGS84:
        return latitude, longitude
    place = convert(Place(latitude, longitude), Datum.WGS84, datum)
    return round(place.latitude, _DIGITS), round(place.longitude, _DIGITS)


def _shift_shape(points: Json, datum: Datum) -> Json:
    return [list(_shift(point[0], point[1], datum)) for point in points]


def _in_utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_place(view: View, near: str) -> Place:
    """``<latitude>,<longitude>``, or with its datum's name and a colon before, as WGS-84.

    Raises:
        Refusal: it is no place on Earth, or of a datum that is not drawn here.
    """
    named, colon, numbers = near.rpartition(":")
    try:
        datum = Datum(named.lower()) if colon else Datum.WGS84
        latitude, longitude = (float(part) for part in numbers.split(","))
    except ValueError:
        detail = f"near: {near!r} is not <latitude>,<longitude>, nor that with wgs84:, gcj02: or bd09: before it."
        raise Refusal(INVALID_PARAMETER, detail) from None
    check_datum(view, datum)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Refusal(INVALID_PARAMETER, f"near: {near!r} is not on Earth; latitude comes first.")
    return convert(Place(latitude, longitude), datum, Datum.WGS84)
