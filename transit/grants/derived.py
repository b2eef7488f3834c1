"""A derived product: a reviewed query over observed passages whose output alone leaves, in groups large enough."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from schemas.line_forecasts import Passage

HEADWAY, DWELL = "headway_s", "dwell_s"
MEASURES: Final = {
    HEADWAY: "seconds between one arrival of a line at a stop and its next",
    DWELL: "seconds between a run's arrival at a stop and its departure",
}
GROUPS: Final = ("line", "stop", "hour")
MIN_GROUP_LEAST: Final = 5
"""No query may publish a group of fewer observations than this."""

HEADWAY_MAX_S: Final = 2 * 3600
"""A longer gap is a pause of service, not a headway."""


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``measure`` of ``MEASURES``, for each combination of ``by`` that has ``min_group`` observations or more."""

    measure: str
    by: tuple[str, ...]
    min_group: int = 10


class Observed(NamedTuple):
    """A passage and the timetable it belongs to."""

    timetable: str
    passage: Passage


def check_query(query: Query) -> Query:
    """Return the query if it can be published.

    Raises:
        ValueError: it measures or groups by what there is not, or its groups are too small to be safe.
    """
    if query.measure not in MEASURES:
        raise ValueError(f"query: measure {query.measure!r} is none of {', '.join(MEASURES)}")
    if not query.by or set(query.by) - set(GROUPS) or len(set(query.by)) < len(query.by):
        raise ValueError(f"query: by is some of {', '.join(GROUPS)}")
    if not MIN_GROUP_LEAST <= query.min_group <= 100_000:
        raise ValueError(f"query: groups of {query.min_group}: use {MIN_GROUP_LEAST} or more")
    return query


def derive(observed: Iterable[Observed], query: Query, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The output: a row a group, in order of the groups; smaller groups are left out, and no row tells of one vehicle.

    Copies of a passage count once. Hours are of ``zone``.
    """
    single = {(each.timetable, each.passage.line_id, each.passage.id): each for each in observed}
    values = _dwells(single.values()) if query.measure == DWELL else _headways(single.values())
    groups: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for each, value in values:
        groups[tuple(_group(each, name, zone) for name in query.by)].append(value)
    return [
        {**dict(zip(query.by, key, strict=True)), **_figures(found)}
        for key, found in sorted(groups.items())
        if len(found) >= query.min_group
    ]


def _group(each: Observed, name: str, zone: ZoneInfo) -> str | int:
    if name == "hour":
        return datetime.fromtimestamp(each.passage.at, zone).hour
    return f"{each.timetable}:{each.passage.line_id if name == 'line' else each.passage.stop_id}"


def _dwells(observed: Iterable[Observed]) -> Iterator[tuple[Observed, float]]:
    arrived: dict[tuple[object, ...], int] = {}
    for each in sorted(observed, key=lambda each: (each.passage.at, each.passage.kind)):
        passage = each.passage
        call = (each.timetable, passage.trip_id, passage.service_date, passage.start_time_s, passage.stop_sequence)
        if passage.kind == "arrival":
            arrived[call] = passage.at
        elif call in arrived:
            yield each, float(passage.at - arrived.pop(call))


def _headways(observed: Iterable[Observed]) -> Iterator[tuple[Observed, float]]:
    before: dict[tuple[str, str, str], int] = {}
    for each in sorted(observed, key=lambda each: each.passage.at):
        passage = each.passage
        if passage.kind != "arrival":
            continue
        here = (each.timetable, passage.line_id, passage.stop_id)
        last_at = before.get(here)
        before[here] = passage.at
        if last_at is not None and 0 < passage.at - last_at <= HEADWAY_MAX_S:
            yield each, float(passage.at - last_at)


def _figures(found: list[float]) -> dict[str, float]:
    p10, p50, p90 = np.percentile(found, (10, 50, 90))
    return {
        "observations": len(found),
        "mean_s": round(float(np.mean(found)), 1),
        "p10_s": round(float(p10), 1),
        "p50_s": round(float(p50), 1),
        "p90_s": round(float(p90), 1),
    }
