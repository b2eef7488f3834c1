"""How right crowding ahead was in a simulated city, beside the last report carried on and the stop's average load."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from runtime.settings import CrowdingSettings

RUN: Final = ("trip_id", "start_date", "start_time")
HORIZONS_MIN: Final = ((0, 3), (3, 6), (6, 10), (10, 15), (15, 30), (30, 60))
Z_80: Final = 1.2816
"""Four in five of a normal error lie within so many standard errors."""

Shares = npt.NDArray[np.float64]


class CrowdingScore(msgspec.Struct, frozen=True, kw_only=True):
    """Levels (1 to 4) foretold so long ahead against the truth: shares that are ``exact`` or ``near`` (one level off).

    Loads are shares of the room aboard. ``persistence`` says that the last reported load stays, ``average`` the mean
    true load of the stop, line and direction in the hour before. ``inside`` is the share of true loads in the four
    fifths around the foretold one.
    """

    from_min: int
    to_min: int
    answers: int
    exact: float
    near: float
    persistence_exact: float
    persistence_near: float
    average_exact: float
    average_near: float
    mean_absolute_error: float
    mean_error: float
    inside: float


def score_crowding(
    served: pl.DataFrame, truth: pl.DataFrame, *, begin: int, said: CrowdingSettings
) -> tuple[CrowdingScore, ...]:
    """Judge every load that was told of a call still to be reached; the first row is of all of them.

    ``served`` as transit.scoring.served tells it, ``truth`` as simulators.city.truth; ``begin`` is when scoring began.
    """
    calls = _loads_on_arrival(truth)
    usual = _usual_loads(calls, begin)
    stop = [*RUN, "stop_sequence"]
    told = served.filter(pl.col("load").is_not_null() & pl.col("reported_load").is_not_null())
    rows = told.join(calls, on=stop, how="inner", nulls_equal=True)
    rows = rows.filter(pl.col("arrival") >= pl.col("sampled_at"))
    rows = rows.join(usual, on=["pattern", "stop_sequence"], how="left")
    return tuple(
        found
        for bounds in ((HORIZONS_MIN[0][0], HORIZONS_MIN[-1][1]), *HORIZONS_MIN)
        if (found := _score(rows, bounds, said)) is not None
    )


def _loads_on_arrival(truth: pl.DataFrame) -> pl.DataFrame:
    """Of each call but a run's first: when it was made, and with how many aboard it was reached."""
    ordered = truth.sort(*RUN, "arrival", nulls_last=True)
    share = pl.col("load") / pl.col("room")
    return (
        ordered.with_columns(share.shift(1).over(RUN).alias("true_load"))
        .filter(~pl.col("is_first") & pl.col("true_load").is_not_null())
        .select(*RUN, "stop_sequence", "pattern", "arrival", "true_load", "is_rail")
    )


def _usual_loads(calls: pl.DataFrame, begin: int) -> pl.DataFrame:
    before = calls.filter((pl.col("arrival") < begin) & (pl.col("arrival") >= begin - 3600))
    return before.group_by("pattern", "stop_sequence").agg(pl.col("true_load").mean().alias("usual_load"))


def _score(rows: pl.DataFrame, bounds: tuple[int, int], said: CrowdingSettings) -> CrowdingScore | None:
    ahead = pl.col("arrival") - pl.col("sampled_at")
    chosen = rows.filter((ahead >= 60 * bounds[0]) & (ahead < 60 * bounds[1]))
    if chosen.is_empty():
        return None
    rail = chosen["is_rail"].to_numpy()
    true = chosen["true_load"].to_numpy()
    levels = _levels(true, rail, said)
    ours = _shares_right(chosen["load"].to_numpy(), levels, rail, said)
    persistence = _shares_right(chosen["reported_load"].to_numpy(), levels, rail, said)
    known = chosen["usual_load"].is_not_null().to_numpy()
    usual = _shares_right(chosen["usual_load"].to_numpy()[known], levels[known], rail[known], said)
    error = chosen["load"].to_numpy() - true
    return CrowdingScore(
        from_min=bounds[0],
        to_min=bounds[1],
        answers=len(chosen),
        exact=ours[0],
        near=ours[1],
        persistence_exact=persistence[0],
        persistence_near=persistence[1],
        average_exact=usual[0],
        average_near=usual[1],
        mean_absolute_error=round(float(np.abs(error).mean()), 3),
        mean_error=round(float(error.mean()), 3),
        inside=round(float((np.abs(error) <= Z_80 * chosen["load_sd"].to_numpy()).mean()), 3),
    )


def _levels(loads: Shares, rail: npt.NDArray[np.bool_], said: CrowdingSettings) -> npt.NDArray[np.int64]:
    """The level of each load: transit.crowding.scale over arrays."""
    by_mode = [np.searchsorted(np.array(cuts), loads, "right") for cuts in (said.bus_cuts, said.rail_cuts)]
    return np.asarray(np.where(rail, by_mode[1], by_mode[0]), np.int64)


def _shares_right(
    loads: Shares, true: npt.NDArray[np.int64], rail: npt.NDArray[np.bool_], said: CrowdingSettings
) -> tuple[float, float]:
    """The shares of levels that are exact, and at most one off; nought of nothing."""
    if not len(loads):
        return 0.0, 0.0
    off = np.abs(_levels(loads, rail, said) - true)
    return round(float((off == 0).mean()), 3), round(float((off <= 1).mean()), 3)
