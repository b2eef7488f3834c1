"""The line groups that trip updates and alerts name."""

from typing import Any

from schemas.rejects import RejectReason
from transit.assignment.line_lookup import LineLookup
from transit.assignment.report_line import Refusal


def list_update_groups(update: Any, lookup: LineLookup) -> tuple[int, ...] | Refusal:
    """The line group of a TripUpdate."""
    named = update.trip
    group = lookup.find_group(named.trip_id, named.route_id)
    if group is not None:
        return (group,)
    if named.route_id:
        return Refusal(RejectReason.UNKNOWN_LINE, f"the timetable has no line {named.route_id!r}")
    return Refusal(RejectReason.UNKNOWN_TRIP, f"the timetable has no trip {named.trip_id!r}")


def list_alert_groups(alert: Any, lookup: LineLookup) -> tuple[int, ...] | Refusal:
    """The line groups that an Alert concerns: those it names by trip, line or stop.

    One that names a whole agency or mode, or nothing at all, concerns all of them: none is named.
    """
    groups: set[int] = set()
    narrow = broad = False
    for named in alert.informed_entity:
        if named.HasField("trip") or named.route_id:
            narrow = True
            group = lookup.find_group(named.trip.trip_id, named.route_id or named.trip.route_id)
            groups.update(() if group is None else (group,))
        elif named.stop_id:
            narrow = True
            groups.update(lookup.list_stop_groups(named.stop_id) if isinstance(named.stop_id, str) else ())
        else:
            broad = True
    if groups and not broad:
        return tuple(sorted(groups))
    if narrow and not broad:
        return Refusal(RejectReason.UNKNOWN_LINE, "the alert names no line, trip or stop of the timetable")
    return ()
