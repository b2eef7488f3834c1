"""A terminal's board minute by minute: how long until the next departure, as riders were told and as it was.

Riders are told of vehicles, and by the timetable of runs that no vehicle is on yet; where the next vehicle is held past
its time they are shown no minutes.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.place_duels import departures, list_terminals
from transit.scoring.runs import RunIndex, parse_service_date, service_day_start
from transit.scoring.undated import Spans, list_undated
from transit.timetable.compiled import Timetable
from transit.timetable.services_on import services_on

MINUTE_S: Final = 60
SPAN_S: Final = 2 * 3600
BOARDS: Final = 10
FAR_S: Final = 3600

SOON_S: Final = 120
UNKEPT_S: Final = 420
"""Who was told of a vehicle within SOON_S and saw none leave for UNKEPT_S was told wrong."""

_NO_SPANS: Final = np.zeros((0, 2))

Floats = npt.NDArray[np.float64]


class TerminalBoard(msgspec.Struct, frozen=True, kw_only=True):
    """One terminal. ``minutes`` are POSIX seconds; the others seconds until the next departure, ``None``: none told.

    ``left`` is what left. Where no further departure was seen, nothing is compared, nor where a vehicle left that
    nobody can date, which may have been the next: ``undated`` counts these minutes. ``held`` counts the minutes at
    which the next vehicle was shown as held, ``unkept`` those that told of one within SOON_S while none left for
    UNKEPT_S.
    """

    name: str
    departures: int
    minutes: tuple[int, ...]
    left: tuple[int | None, ...]
    ours: tuple[int | None, ...]
    theirs: tuple[int | None, ...]
    held: int
    unkept: int
    undated: int = 0


class _Aimed(NamedTuple):
    """A run of the timetable, as ``number`` in the recording (-1: nobody saw it), and when it leaves."""

    number: int
    at: int


def terminal_boards(
    served: pl.DataFrame, agency: pl.DataFrame | None, truth: pl.DataFrame, index: RunIndex
) -> tuple[TerminalBoard, ...]:
    """The busiest terminals, each over the two hours that saw most departures."""
    places = list_terminals(index)
    names = pl.DataFrame(
        {"run": np.arange(len(index.runs), dtype=np.int32), "place": places},
        schema={"run": pl.Int32, "place": pl.String},
    )
    left = departures(truth, index).sort("at")
    undated = list_undated(truth, index, left)
    busiest = left.group_by("place").len().sort("len", "place", descending=[True, False]).head(BOARDS)
    told = served.join(names, on="run")
    theirs = None if agency is None else _promises(agency, names)
    samples = np.unique(served["sampled_at"].to_numpy())
    boards = []
    for place in busiest["place"].to_list():
        at = left.filter(pl.col("place") == place)["at"].to_numpy()
        minutes = _minutes(samples, at)
        patterns = {run.pattern for run, name in zip(index.runs, places, strict=True) if name == place}
        ours, held = _seen_by_riders(minutes, told.filter(pl.col("place") == place), list(_aimed(index, patterns)))
        seen = _next(minutes, at)
        leaves = _without_doubtful(minutes, seen, undated.get(place, _NO_SPANS))
        boards.append(
            TerminalBoard(
                name=place,
                departures=len(at),
                minutes=tuple(minutes.tolist()),
                left=leaves,
                ours=ours,
                theirs=() if theirs is None else _told(minutes, theirs.filter(pl.col("place") == place)),
                held=held,
                unkept=sum(_is_unkept(*waits) for waits in zip(ours, leaves, strict=True)),
                undated=sum(was is not None and now is None for was, now in zip(seen, leaves, strict=True)),
            )
        )
    return tuple(boards)


def _is_unkept(told: int | None, left: int | None) -> bool:
    return told is not None and left is not None and told <= SOON_S and left > UNKEPT_S


def _aimed(index: RunIndex, patterns: set[int]) -> Iterable[_Aimed]:
    """When runs of these patterns leave by the timetable, on every service day that the recording shows."""
    table = index.timetable
    trips = np.flatnonzero(np.isin(table.trip_pattern, np.array(sorted(patterns), np.int64)))
    for written in sorted({run.service_date for run in index.runs}):
        day = parse_service_date(written)
        if day is None:
            continue
        runs = services_on(table, day.toordinal())
        begins = service_day_start(table.timezone, day)
        for trip in trips[runs[table.trip_service[trips]]].tolist():
            if not table.trip_has_frequency[trip]:
                at = begins + int(table.trip_start_s[trip])
                yield _Aimed(index.find(table.trip_id[trip], written), at)
            for start_s in _fixed_starts(table, trip):
                yield _Aimed(index.find(table.trip_id[trip], written, start_s), begins + start_s)


def _fixed_starts(table: Timetable, trip: int) -> Iterable[int]:
    """The starts of a trip by frequency (s of the service day), where the timetable gives more than a headway."""
    first, end = table.trip_frequency_offset[trip : trip + 2].tolist()
    for row in range(first, end):
        if table.frequency_exact[row]:
            span = (table.frequency_start_s, table.frequency_end_s, table.frequency_headway_s)
            yield from range(*(int(each[row]) for each in span))


def _seen_by_riders(
    minutes: npt.NDArray[np.int64], served: pl.DataFrame, aimed: list[_Aimed]
) -> tuple[tuple[int | None, ...], int]:
    """Seconds until the next departure as a rider saw it at each minute, and at how many the next vehicle was held."""
    tracked: dict[int, set[int]] = {}
    promised: dict[int, list[tuple[float, bool]]] = {}
    asked = served.filter(pl.col("sampled_at").is_in(minutes.tolist()))
    for at, run in asked.select("sampled_at", "run").unique().iter_rows():
        tracked.setdefault(at, set()).add(run)
    first = asked.filter((pl.col("position") == 0) & pl.col("d50").is_not_null())
    for at, departs, withheld in first.select("sampled_at", "d50", "withheld").iter_rows():
        promised.setdefault(at, []).append((max(departs, at), withheld))
    waits: list[int | None] = []
    held = 0
    for minute in minutes.tolist():
        known = tracked.get(minute, set())
        planned = [(float(run.at), False) for run in aimed if run.at >= minute and run.number not in known]
        soonest = min(promised.get(minute, []) + planned, default=None)
        held += soonest is not None and soonest[1]
        is_told = soonest is not None and not soonest[1] and soonest[0] - minute <= FAR_S
        waits.append(round(soonest[0] - minute) if soonest is not None and is_told else None)
    return tuple(waits), held


def _promises(told: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    first = told.filter((pl.col("position") == 0) & pl.col("agency_departure").is_not_null())
    return first.select("sampled_at", "run", departs="agency_departure").join(names, on="run")


def _minutes(samples: npt.NDArray[np.int64], at: Floats) -> npt.NDArray[np.int64]:
    """Sampled moments a minute apart, in the span of two hours with most departures."""
    starts = np.arange(samples[0], max(samples[0] + 1, samples[-1] - SPAN_S + 1), MINUTE_S)
    counts = np.searchsorted(at, starts + SPAN_S) - np.searchsorted(at, starts)
    start = int(starts[int(np.argmax(counts))])
    inside = samples[(samples >= start) & (samples < start + SPAN_S)]
    return np.asarray(inside[(inside - start) % MINUTE_S == 0], np.int64)


def _next(minutes: npt.NDArray[np.int64], at: Floats) -> tuple[int | None, ...]:
    place = np.searchsorted(at, minutes)
    return tuple(
        round(float(at[i] - minute)) if i < len(at) and at[i] - minute <= FAR_S else None
        for i, minute in zip(place.tolist(), minutes.tolist(), strict=True)
    )


def _without_doubtful(
    minutes: npt.NDArray[np.int64], left: tuple[int | None, ...], undated: Spans
) -> tuple[int | None, ...]:
    """The waits until the next dated departure, less those within which an undated one may lie."""
    return tuple(
        None if wait is None or np.any((undated[:, 1] >= minute) & (undated[:, 0] < minute + wait)) else wait
        for minute, wait in zip(minutes.tolist(), left, strict=True)
    )


def _told(minutes: npt.NDArray[np.int64], promised: pl.DataFrame) -> tuple[int | None, ...]:
    soonest = (
        promised.filter(pl.col("departs") >= pl.col("sampled_at"))
        .group_by("sampled_at")
        .agg((pl.col("departs").min() - pl.col("sampled_at").first()).alias("wait"))
    )
    waits = dict(soonest.iter_rows())
    return tuple(
        round(wait) if (wait := waits.get(minute)) is not None and wait <= FAR_S else None
        for minute in minutes.tolist()
    )
