"""Passages and forecasts as rows of Parquet tables."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, LineForecasts, Passage

PASSAGES: Final = pa.schema(
    [
        ("line_group", pa.string()),
        ("line_id", pa.string()),
        ("trip_id", pa.string()),
        ("service_date", pa.int32()),
        ("start_time_s", pa.int32()),
        ("vehicle_id", pa.string()),
        ("stop_id", pa.string()),
        ("stop_sequence", pa.int32()),
        ("position", pa.int32()),
        ("kind", pa.string()),
        ("at", pa.int64()),
        ("earliest_at", pa.int64()),
        ("latest_at", pa.int64()),
        ("feed", pa.string()),
    ]
)
"""An observed arrival or departure; times are POSIX seconds (schemas.line_forecasts.Passage)."""

TIMES: Final = ("arrival_p10", "arrival_p50", "arrival_p90", "departure_p10", "departure_p50", "departure_p90")

FORECASTS: Final = pa.schema(
    [
        ("line_group", pa.string()),
        ("computed_at", pa.int64()),
        ("line_id", pa.string()),
        ("trip_id", pa.string()),
        ("service_date", pa.int32()),
        ("start_time_s", pa.int32()),
        ("vehicle_id", pa.string()),
        ("position", pa.int32()),
        *((name, pa.int64()) for name in TIMES),
        ("basis", pa.int8()),
        ("verdict", pa.int8()),
        ("occupancy_percentage", pa.int16()),
        ("feed", pa.string()),
    ]
)
"""One call ahead of one run as it was told at ``computed_at``; ``position`` counts the pattern's calls from 0."""


def passage_row(line_group: str, passage: Passage) -> tuple[object, ...]:
    """A passage as a row of ``PASSAGES``."""
    return (
        line_group, passage.line_id, passage.trip_id, passage.service_date, passage.start_time_s, passage.vehicle_id,
        passage.stop_id, passage.stop_sequence, passage.position, passage.kind, passage.at, passage.earliest_at,
        passage.latest_at, passage.feed,
    )  # fmt: skip


def forecast_rows(line: LineForecasts) -> Iterator[tuple[object, ...]]:
    """Every call ahead of a line's value as rows of ``FORECASTS``, run after run."""
    times = np.frombuffer(line.times, "<i2").reshape(-1, TIME_COLUMNS)
    ends = np.cumsum([0, *(run.call_count for run in line.runs)])
    for run, (begin, end) in zip(line.runs, pairwise(ends.tolist()), strict=True):
        shared = (run.line_id, run.trip_id, run.service_date, run.start_time_s, run.vehicle_id)
        told = (int(run.basis), int(run.verdict), run.occupancy_percentage, line.feed_of(run))
        for order, row in enumerate(times[begin:end].tolist()):
            moments = (None if seconds == NO_TIME else line.computed_at + seconds for seconds in row)
            yield (line.line_group, line.computed_at, *shared, run.next_position + order, *moments, *told)
