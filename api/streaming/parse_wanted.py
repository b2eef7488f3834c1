"""Reads what a stream is asked for."""

from typing import Final, NamedTuple

import numpy as np

from api.arrivals.stop_view import find_stop
from api.expression import check_datum
from api.lines.find_line import find_line
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.streaming.manner import Manner
from api.streaming.wanted import Wanted
from api.view.memory import View
from schemas.line_key import make_line_key
from transit.answers.calls_here import platforms_of
from transit.coordinates.datum import Datum

IDS_MAX: Final = 500
"""Stops, lines or vehicles in one stream; who wants more takes a box or the whole city."""

BOX_STOPS_MAX: Final = 5000
_CORNERS: Final = 4


class Asked(NamedTuple):
    """A request's parameters: ids with commas, a box as ``south,west,north,east`` (degrees), or everything.

    ``datum`` names that of the coordinates told; empty: the deployment's own. ``times`` are ``local`` or ``utc``.
    """

    stops: str = ""
    lines: str = ""
    vehicles: str = ""
    box: str = ""
    everything: bool = False
    datum: str = ""
    times: str = ""


def parse_wanted(view: View, asked: Asked) -> Wanted:
    """The subscription that was asked for, in the view's language.

    Unknown ids are refused, for a stream of nothing would look like silence.

    Raises:
        Refusal: nothing is asked for, an id is unknown, too much is named, the datum is not drawn here, or
            ``times`` are of no kind.
    """
    manner = Manner(_read_datum(view, asked.datum), view.language, _read_in_utc(asked.times))
    if asked.everything:
        if asked.stops or asked.lines or asked.vehicles or asked.box:
            raise Refusal(INVALID_PARAMETER, "all: everything is asked for already; leave the other parameters out.")
        return Wanted(groups=None, everything=True, manner=manner)
    groups: set[str] = set()
    stops: set[str] = set()
    lines = frozenset(_ids("lines", asked.lines))
    for line_id in lines:
        line = find_line(view, line_id)
        groups.add(make_line_key(line.compiled.name, line.group))
    for stop_id in _ids("stops", asked.stops):
        _add_stop(view, stop_id, groups, stops)
    if asked.box:
        _add_box(view, asked.box, groups, stops)
    vehicles = frozenset(_ids("vehicles", asked.vehicles))
    if not (lines or stops or vehicles):
        raise Refusal(INVALID_PARAMETER, "Name stops, lines, vehicles or a box, or ask for all=true.")
    return Wanted(
        groups=None if vehicles else frozenset(groups),
        lines=lines,
        stops=frozenset(stops),
        vehicles=vehicles,
        manner=manner,
    )


def _read_in_utc(times: str) -> bool:
    if times not in ("", "local", "utc"):
        raise Refusal(INVALID_PARAMETER, f"times: {times!r}; there are local, utc.")
    return times == "utc"


def _read_datum(view: View, named: str) -> Datum:
    """The datum asked for, else the deployment's own."""
    try:
        datum = Datum(named.lower()) if named else view.coordinates.datum
    except ValueError:
        raise Refusal(INVALID_PARAMETER, f"datum: {named!r}; there are {', '.join(Datum)}.") from None
    check_datum(view, datum)
    return datum


def _ids(name: str, text: str) -> list[str]:
    ids = [each for each in text.split(",") if each]
    if len(ids) > IDS_MAX:
        raise Refusal(INVALID_PARAMETER, f"{name}: {len(ids)} ids; {IDS_MAX} at most in one stream.")
    return ids


def _add_stop(view: View, stop_id: str, groups: set[str], stops: set[str]) -> None:
    """A stop, or all platforms of a station, and the line groups that call there."""
    found = find_stop(view, stop_id)
    table = found.compiled.timetable
    groups.update(found.line_keys)
    stops.update(f"{found.compiled.name}:{table.stop_id[row]}" for row in platforms_of(table, found.row))


def _add_box(view: View, box: str, groups: set[str], stops: set[str]) -> None:
    south, west, north, east = _corners(box)
    rows = 0
    for name in view.shelf.names():
        compiled = view.find_in_force(name)
        if compiled is None:
            continue
        table = compiled.timetable
        inside = (table.stop_latitude >= south) & (table.stop_latitude <= north)
        inside &= (table.stop_longitude >= west) & (table.stop_longitude <= east) & (table.stop_location_type == 0)
        # a stop that may not be told of is none
        found = [row for row in np.flatnonzero(inside).tolist() if view.has_stop(compiled, row)]
        rows += len(found)
        if rows > BOX_STOPS_MAX:
            raise Refusal(INVALID_PARAMETER, f"box: more than {BOX_STOPS_MAX} stops lie in it; ask for all=true.")
        for row in found:
            groups.update(make_line_key(name, group) for group in compiled.groups_at(row))
            stops.add(f"{name}:{table.stop_id[row]}")
    if not rows:
        raise Refusal(INVALID_PARAMETER, "box: no stop lies in it; it reads south,west,north,east in degrees.")


def _corners(box: str) -> tuple[float, ...]:
    try:
        corners = tuple(float(part) for part in box.split(","))
    except ValueError:
        corners = ()
    if len(corners) != _CORNERS or not (corners[0] <= corners[2] and corners[1] <= corners[3]):
        raise Refusal(INVALID_PARAMETER, f"box: {box!r}; it reads south,west,north,east in degrees.")
    return corners
