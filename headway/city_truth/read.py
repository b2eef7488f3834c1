"""Read a city's truth off its topics, as the tables that scoring judges by."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from runtime.settings import Settings
from runtime.topics.reading import read_records
from schemas.truth import TRUTH_CALLS, TRUTH_CAUSES, TRUTH_LOADS, TrueRun, decode_calls, decode_causes, decode_loads

_RUN: Final = {"trip_id": pl.String, "start_date": pl.String, "start_time": pl.String}
_CALL: Final = {
    **_RUN,
    "stop_sequence": pl.Int64,
    "pattern": pl.Int64,
    "is_rail": pl.Boolean,
    "is_first": pl.Boolean,
    "aimed_departure": pl.Float64,
    "arrival": pl.Float64,
    "departure": pl.Float64,
}
_LOAD: Final = {**_RUN, "stop_sequence": pl.Int64, "load": pl.Float64, "room": pl.Float64, "left_behind": pl.Float64}
_CAUSE: Final = {**_RUN, "stop_sequence": pl.Int64, "cause": pl.String, "seconds": pl.Float64}


async def read_truth(settings: Settings) -> tuple[pl.DataFrame, int]:
    """Every call on the topics with its load, as ``simulators.city.truth.tabulate_truth`` has them; told until when.

    The moment is a POSIX second, 0 where nothing was told.

    Raises:
        ServiceError: the broker cannot be reached or has no such topics.
    """
    calls: list[tuple[object, ...]] = []
    told_at = 0
    async for record in read_records(settings, TRUTH_CALLS):
        message = decode_calls(record.value or b"")
        told_at = max(told_at, message.at)
        for call in message.rows:
            place = (call.stop_sequence, call.pattern, call.is_rail, call.is_first)
            calls.append((*_words(call.run), *place, call.aimed_departure, call.arrival, call.departure))
    loads: list[tuple[object, ...]] = []
    async for record in read_records(settings, TRUTH_LOADS):
        loads.extend(
            (*_words(load.run), load.stop_sequence, load.load, load.room, load.left_behind)
            for load in decode_loads(record.value or b"").rows
        )
    on = [*_RUN, "stop_sequence"]
    joined = _table(calls, _CALL).join(_table(loads, _LOAD), on=on, how="left", nulls_equal=True)
    return joined, told_at


async def read_causes(settings: Settings) -> pl.DataFrame:
    """Why runs and calls were not as planned: the run's words, ``stop_sequence``, ``cause``, ``seconds``.

    Raises:
        ServiceError: the broker cannot be reached or has no such topic.
    """
    rows: list[tuple[object, ...]] = []
    async for record in read_records(settings, TRUTH_CAUSES):
        rows.extend(
            (*_words(each.run), each.stop_sequence, each.cause.name.lower(), each.seconds)
            for each in decode_causes(record.value or b"").rows
        )
    return _table(rows, _CAUSE)


def _words(run: TrueRun) -> tuple[str, str, str | None]:
    return run.trip_id, run.start_date, run.start_time


def _table(rows: Iterable[tuple[object, ...]], schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")
