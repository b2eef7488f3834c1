"""What a feed shows of a city: gaps between reports, distances from the way, hop times, dwell and headways."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

from headway.score_report.replay import Replay
from transit.timetable.compiled import Floats, Timetable

_M_PER_DEG: Final = 111_194.9
GAP_MAX_S: Final = 300.0
"""A longer silence is a vehicle that went home, not a gap between reports."""

TERMINAL_M: Final = 200.0
"""So near an end vehicles wait beside their way; what is told there is not the device's error."""

_DWELL_MAX_S: Final = 600.0
_HOP_MAX_S: Final = 1800.0
_HEADWAY_MAX_S: Final = 7200.0


class Observed(NamedTuple):
    """What was seen: seconds and metres, in no order. ``gap_s`` and ``beside_m`` have the moment each was seen at."""

    gap_s: Floats
    gap_at: Floats
    beside_m: Floats
    beside_at: Floats
    hop_s: Floats
    dwell_s: Floats
    headway_s: Floats


def observe(timetable: Timetable, polls: Iterable[tuple[int, bytes]], *, track_every_s: int) -> Observed:
    """Watch a feed; the rules of door and tracker, which find passages, look once in ``track_every_s``."""
    replay = Replay(timetable, ())
    reports: dict[tuple[str, int], tuple[str, float, float]] = {}
    passages: list[tuple[object, ...]] = []
    tracked_at = 0
    for at, content in polls:
        _note_reports(content, reports)
        if at - tracked_at >= track_every_s:
            tracked_at = at
            for told in replay.apply(at, content):
                passages.extend(
                    (p.line_id, p.trip_id, p.service_date, p.start_time_s, p.stop_id, p.position, p.kind, p.at)
                    for p in told.passages
                )
    gap_s, gap_at = _list_gaps(reports)
    beside_m, beside_at = _list_distances(timetable, reports)
    return Observed(gap_s, gap_at, beside_m, beside_at, *_list_times(passages))


def _note_reports(content: bytes, reports: dict[tuple[str, int], tuple[str, float, float]]) -> None:
    try:
        message = pb.FeedMessage.FromString(content)
    except DecodeError:
        return
    for entity in message.entity:
        vehicle = entity.vehicle
        if vehicle.timestamp:
            place = vehicle.position
            reports[vehicle.vehicle.id, vehicle.timestamp] = (vehicle.trip.trip_id, place.latitude, place.longitude)


def _list_gaps(reports: dict[tuple[str, int], tuple[str, float, float]]) -> tuple[Floats, Floats]:
    keys = sorted(reports)
    pairs = [(at - before, at) for (one, before), (other, at) in pairwise(keys) if one == other]
    gap_s, at = np.array(pairs, np.float64).reshape(-1, 2).T
    near = gap_s <= GAP_MAX_S
    return gap_s[near], at[near]


def _list_distances(
    timetable: Timetable, reports: dict[tuple[str, int], tuple[str, float, float]]
) -> tuple[Floats, Floats]:
    """How far reports lie from the shape of the trip that they name (m), away from its ends."""
    found = []
    for (_, at), (trip_id, latitude, longitude) in reports.items():
        trip = timetable.trip_id.find(trip_id)
        if trip < 0:
            continue
        beside_m, progress_m, length_m = _nearest(timetable, int(timetable.trip_pattern[trip]), latitude, longitude)
        if TERMINAL_M < progress_m < length_m - TERMINAL_M:
            found.append((beside_m, at))
    beside, moments = np.array(found, np.float64).reshape(-1, 2).T
    return beside, moments


def _nearest(timetable: Timetable, pattern: int, latitude: float, longitude: float) -> tuple[float, float, float]:
    """Distance to a pattern's shape, progress there, and the pattern's length (m)."""
    first, last = (int(each) for each in timetable.pattern_point_offset[pattern : pattern + 2])
    north = (timetable.point_latitude[first:last] - latitude) * _M_PER_DEG
    east = (timetable.point_longitude[first:last] - longitude) * _M_PER_DEG * np.cos(np.radians(latitude))
    along_n, along_e = np.diff(north), np.diff(east)
    square = np.maximum(along_n**2 + along_e**2, 1e-6)
    part = np.clip(-(north[:-1] * along_n + east[:-1] * along_e) / square, 0, 1)
    distance = np.hypot(north[:-1] + part * along_n, east[:-1] + part * along_e)
    at = int(distance.argmin())
    progress = timetable.point_progress_m[first:last]
    return (
        float(distance[at]),
        float(progress[at] + part[at] * (progress[at + 1] - progress[at])),
        float(progress[-1]),
    )


def _list_times(passages: list[tuple[object, ...]]) -> tuple[Floats, Floats, Floats]:
    """Hop times, dwell and headways (s) of passages."""
    run = ["line", "trip", "date", "start"]
    schema = [*run, "stop", "position", "kind", "at"]
    seen = pl.DataFrame(passages, schema=schema, orient="row", infer_schema_length=None)
    if not len(seen):
        return np.zeros(0), np.zeros(0), np.zeros(0)
    calls = seen.pivot(on="kind", index=[*run, "stop", "position"], values="at", aggregate_function="last")
    for kind in ("arrival", "departure"):
        if kind not in calls.columns:
            calls = calls.with_columns(pl.lit(None, pl.Int64).alias(kind))
    calls = calls.sort([*run, "position"]).with_columns(
        before=pl.col("departure").shift(1).over(run), was=pl.col("position").shift(1).over(run)
    )
    hops = calls.filter(pl.col("position") - pl.col("was") == 1)
    comes = pl.col("departure").fill_null(pl.col("arrival"))
    inner = calls.filter(pl.col("position") > 0).sort(comes)
    return (
        _within((hops["arrival"] - hops["before"]), 1.0, _HOP_MAX_S),
        _within(inner["departure"] - inner["arrival"], 0.0, _DWELL_MAX_S),
        _within(inner.with_columns(gap=comes - comes.shift(1).over(["line", "stop"]))["gap"], 0.0, _HEADWAY_MAX_S),
    )


def _within(values: pl.Series, least: float, most: float) -> Floats:
    found = values.drop_nulls().cast(pl.Float64).to_numpy()
    return np.asarray(found[(found >= least) & (found <= most)])
