"""A terminal's board minute by minute: how long until the next departure, as promised and as it was."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.place_duels import departures, list_terminals
from transit.scoring.runs import RunIndex

MINUTE_S: Final = 60
SPAN_S: Final = 2 * 3600
BOARDS: Final = 10
FAR_S: Final = 3600

Floats = npt.NDArray[np.float64]


class TerminalBoard(msgspec.Struct, frozen=True, kw_only=True):
    """One terminal. ``minutes`` are POSIX seconds; the others seconds until the next departure, ``None``: none known.

    ``left`` is what left. Where no further departure was seen, nothing is compared.
    """

    name: str
    departures: int
    minutes: tuple[int, ...]
    left: tuple[int | None, ...]
    ours: tuple[int | None, ...]
    theirs: tuple[int | None, ...]


def terminal_boards(
    served: pl.DataFrame, agency: pl.DataFrame | None, truth: pl.DataFrame, index: RunIndex
) -> tuple[TerminalBoard, ...]:
    """The busiest terminals, each over the two hours that saw most departures."""
    names = pl.DataFrame(
        {"run": np.arange(len(index.runs), dtype=np.int32), "place": list_terminals(index)},
        schema={"run": pl.Int32, "place": pl.String},
    )
    left = departures(truth, index).sort("at")
    busiest = left.group_by("place").len().sort("len", "place", descending=[True, False]).head(BOARDS)
    ours = _promises(served, "d50", names)
    theirs = None if agency is None else _promises(agency, "agency_departure", names)
    samples = np.unique(served["sampled_at"].to_numpy())
    boards = []
    for place in busiest["place"].to_list():
        at = left.filter(pl.col("place") == place)["at"].to_numpy()
        minutes = _minutes(samples, at)
        boards.append(
            TerminalBoard(
                name=place,
                departures=len(at),
                minutes=tuple(minutes.tolist()),
                left=_next(minutes, at),
                ours=_told(minutes, ours.filter(pl.col("place") == place)),
                theirs=() if theirs is None else _told(minutes, theirs.filter(pl.col("place") == place)),
            )
        )
    return tuple(boards)


def _promises(told: pl.DataFrame, column: str, names: pl.DataFrame) -> pl.DataFrame:
    first = told.filter((pl.col("position") == 0) & pl.col(column).is_not_null())
    return first.select("sampled_at", "run", departs=column).join(names, on="run")


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
