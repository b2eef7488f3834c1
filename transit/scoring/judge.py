"""From a recording's reports and what was served of them to a scorecard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.agency import agency_rows
from transit.scoring.baselines import known_standings, predict_baselines
from transit.scoring.departures import score_departures
from transit.scoring.errors import ErrorTable, error_table
from transit.scoring.geometry import stop_progress
from transit.scoring.hop_history import learn_hops, observe_hops
from transit.scoring.place_duels import duel_at_stops, duel_at_terminals
from transit.scoring.place_on_last import place_on_last
from transit.scoring.presence import Presence, calls_that_happened, list_stops, presence
from transit.scoring.reach import ReachBin, reach
from transit.scoring.renamed import find_renamed, follow_heirs, list_heirs
from transit.scoring.reports import in_time_order
from transit.scoring.rows import join_rows
from transit.scoring.runs import NAMED_BY, RunIndex, number_runs
from transit.scoring.scorecard import (
    AGENCY,
    OURS,
    Scorecard,
    common_tables,
    duel,
    intervals,
    make_calibration,
    predictions,
    predictors,
    strata,
    summarise_truth,
    worst_places,
)
from transit.scoring.served import SAMPLE_STEP_S
from transit.scoring.signed_over import find_signed_over
from transit.scoring.stability import Stability, stability
from transit.scoring.standings import place_standings
from transit.scoring.terminal_boards import terminal_boards
from transit.scoring.truth import find_truth
from transit.timetable.compiled import Timetable


class NothingToScoreError(ValueError):
    """The recording shows no arrival that Headway had forecast."""


WORST: Final = 12
LEAST_ROWS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What the judge worked out of a recording alone, before looking at any forecast."""

    timetable: Timetable
    lines: tuple[str, ...]
    index: RunIndex
    samples: npt.NDArray[np.int64]
    standings: pl.DataFrame
    truth: pl.DataFrame
    baselines: pl.DataFrame
    agency: pl.DataFrame | None
    heirs: pl.DataFrame
    """Calls of runs whose train went on under another id (transit.scoring.renamed.list_heirs)."""
    signed_over: pl.DataFrame
    """How far vehicles went under their next run's sign (transit.scoring.signed_over)."""


def gather_evidence(
    timetable: Timetable,
    lines: tuple[str, ...],
    reports: pl.DataFrame,
    samples: npt.NDArray[np.int64],
    updates: dict[int, list[tuple[object, ...]]] | None,
    told: Mapping[str, int] | None = None,
) -> Evidence:
    """Find truth and baselines. ``lines`` (ids; all if empty) limits what is judged; ``updates`` are the agency's.

    ``told`` names the pattern of trips that the timetable lacks.

    Raises:
        NothingToScoreError: nothing was reported of a run of these lines.
    """
    index = RunIndex(timetable, told)
    numbered = number_runs(in_time_order(reports), index)
    renamed = find_renamed(number_runs(reports, index), index)
    wanted = [_is_wanted(timetable, lines, run.line) for run in index.runs]
    if not any(wanted):
        raise NothingToScoreError("no vehicle was reported on a run: do timetable and recording belong together?")
    standings = place_standings(numbered.filter(pl.Series(wanted)[numbered["run"]]), index)
    truth = find_truth(standings, index)
    history = learn_hops(observe_hops(truth, index), timetable, samples)
    baselines = predict_baselines(known_standings(standings, truth, samples), index, history, samples)
    agency = None if updates is None else _asked_for(agency_rows(updates, index), index, timetable, lines)
    return Evidence(
        timetable=timetable,
        lines=lines,
        index=index,
        samples=samples,
        standings=standings,
        truth=truth,
        baselines=baselines,
        agency=agency,
        heirs=list_heirs(renamed, index),
        signed_over=find_signed_over(numbered, standings, index),
    )


def _is_wanted(timetable: Timetable, lines: tuple[str, ...], line: int) -> bool:
    return not lines or (line >= 0 and timetable.line_id[line] in lines)


def _asked_for(told: pl.DataFrame, index: RunIndex, timetable: Timetable, lines: tuple[str, ...]) -> pl.DataFrame:
    """What was told of the lines that are judged: of others nobody looked whether a promise was kept."""
    wanted = [_is_wanted(timetable, lines, run.line) for run in index.runs]
    return told.filter(pl.Series(wanted, dtype=pl.Boolean)[told["run"]])


def number_served(served: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """Forecasts with their run's number; forecasts of runs that no report named are numbered too."""
    keys = served.select(NAMED_BY).unique(maintain_order=True)
    numbers = [index.number(trip, day, start, 0) for trip, day, start in keys.iter_rows()]
    keys = keys.with_columns(pl.Series("run", numbers, dtype=pl.Int32))
    named = served.join(keys, on=NAMED_BY, how="left", nulls_equal=True, maintain_order="left")
    numbered = place_on_last(named, index)
    # of two vehicles on one run the one that a partner would be told of: better basis, heard last
    return numbered.sort(
        ["sampled_at", "run", "position", "basis", "observed_at"], descending=[False, False, False, False, True]
    ).unique(["sampled_at", "run", "position"], keep="first", maintain_order=True)


def judge(evidence: Evidence, served: pl.DataFrame) -> tuple[Scorecard, pl.DataFrame]:
    """The scorecard, and the rows it rests on. ``served`` is numbered."""
    index, truth = evidence.index, evidence.truth
    served = _asked_for(served, index, evidence.timetable, evidence.lines)
    rows = join_rows(served, evidence.baselines, evidence.agency, truth)
    line_of = np.array([run.line for run in index.runs], np.int32)
    stop_of = _stop_names(evidence, rows)
    rows = rows.with_columns(pl.Series("line", line_of[rows["run"].to_numpy()]), stop_of)
    own = rows.filter(pl.col(OURS).is_not_null() & (pl.col("at") - pl.col("sampled_at") < 1800))
    names = predictors(rows)
    if OURS not in names:
        raise NothingToScoreError("no forecast's arrival was seen: do timetable and recording belong together?")
    line_names = dict(enumerate(evidence.timetable.line_short_name))
    line_names = {i: name or evidence.timetable.line_id[i] for i, name in line_names.items()}
    came = _calls_that_came(evidence)
    agency = evidence.agency
    card = Scorecard(
        timetable=evidence.timetable.hash,
        lines=evidence.lines,
        from_at=int(evidence.samples[0]),
        to_at=int(evidence.samples[-1]),
        samples=len(evidence.samples),
        served_rows=len(served),
        truth=summarise_truth(truth),
        common=common_tables(rows),
        own=error_table(predictions(own, OURS)),
        intervals_by_actual=intervals(own, by="actual"),
        intervals_by_predicted=intervals(own, by="predicted"),
        calibration=make_calibration(own),
        duels=tuple(duel(rows, name) for name in names if name != OURS),
        strata=strata(own, line_names),
        stability=_stabilities(evidence, served),
        presence=_presences(evidence, served, came),
        renamed=_renamed(evidence, served),
        staleness_s=_staleness(own),
        departures=score_departures(served, truth, index),
        worst_lines=worst_places(own, "line", {str(k): v for k, v in line_names.items()}, least=LEAST_ROWS, most=WORST),
        worst_stops=worst_places(own, "stop", {}, least=LEAST_ROWS, most=WORST),
        reach=_reaches(evidence, served, came),
        terminal_duels=() if agency is None else duel_at_terminals(served, agency, truth, index),
        stop_duels=duel_at_stops(rows) if AGENCY in names else (),
        boards=terminal_boards(served, agency, truth, index),
    )
    return card, rows


def _stop_names(evidence: Evidence, rows: pl.DataFrame) -> pl.Series:
    timetable = evidence.timetable
    pattern = np.array([run.pattern for run in evidence.index.runs], np.int64)[rows["run"].to_numpy()]
    call = timetable.pattern_call_offset[pattern] + rows["position"].to_numpy()
    names = [f"{timetable.stop_name[i]} ({timetable.stop_id[i]})" for i in range(len(timetable.stop_id))]
    return pl.Series("stop", [names[i] for i in timetable.call_stop[call].tolist()], dtype=pl.String)


def _stabilities(evidence: Evidence, served: pl.DataFrame) -> dict[str, Stability]:
    """Of each predictor; baselines in calls further than 30 minutes ahead are left out, as Headway's own are."""
    step = SAMPLE_STEP_S
    near = pl.col(OURS) - pl.col("sampled_at") < 1800
    found = {OURS: stability(served.filter(near).with_columns(sequence="position"), OURS, step)}
    base = evidence.baselines.with_columns(sequence="position")
    for name in ("historical_mean", "schedule_delay", "last_vehicle"):
        found[name] = stability(base.filter(pl.col(name) - pl.col("sampled_at") < 1800), name, step)
    if evidence.agency is not None:
        told = evidence.agency.unique(["sampled_at", "run", "sequence"], keep="first", maintain_order=True)
        found[AGENCY] = stability(told.filter(pl.col(AGENCY) - pl.col("sampled_at") < 1800), AGENCY, step)
    return found


def _calls_that_came(evidence: Evidence) -> pl.DataFrame:
    """Calls beyond first stops that happened, dated or not."""
    index = evidence.index
    stops = list_stops(
        [(i, stop_progress(evidence.timetable, run.pattern)) for i, run in enumerate(index.runs) if run.pattern >= 0]
    )
    came = calls_that_happened(evidence.truth, evidence.standings, stops, evidence.signed_over)
    return came.filter(pl.col("position") > 0)


def _presences(evidence: Evidence, served: pl.DataFrame, came: pl.DataFrame) -> dict[str, Presence]:
    ends_at = int(evidence.samples[-1])
    found = {OURS: presence(served, OURS, came, ends_at, evidence.heirs)}
    if evidence.agency is not None:
        told = evidence.agency.filter(pl.col("position") > 0)
        found[AGENCY] = presence(told, AGENCY, came, ends_at, evidence.heirs)
    return found


def _renamed(evidence: Evidence, served: pl.DataFrame) -> dict[str, ErrorTable]:
    """How right each was of trains that came under another id, on the rows of its own."""
    told = None if evidence.agency is None else follow_heirs(evidence.agency, evidence.heirs)
    rows = join_rows(follow_heirs(served, evidence.heirs), evidence.baselines.clear(), told, evidence.truth)
    rows = rows.filter(pl.col("at") - pl.col("sampled_at") < 1800)
    names = [name for name in (OURS, AGENCY) if name in rows.columns and rows[name].null_count() < len(rows)]
    return {name: error_table(predictions(rows.filter(pl.col(name).is_not_null()), name)) for name in names}


def _reaches(evidence: Evidence, served: pl.DataFrame, came: pl.DataFrame) -> dict[str, tuple[ReachBin, ...]]:
    found = {OURS: reach(served, OURS, came, evidence.samples)}
    if evidence.agency is not None:
        found[AGENCY] = reach(evidence.agency, AGENCY, came, evidence.samples)
    return found


def _staleness(own: pl.DataFrame) -> dict[str, float | None]:
    """Age (s) of the report behind each scored forecast."""
    age = (own["sampled_at"] - own["heard_at"]).drop_nulls().to_numpy().astype(np.float64)
    if not len(age):
        return {"median": None, "p90": None, "p99": None}
    return {name: round(float(np.quantile(age, q)), 1) for name, q in (("median", 0.5), ("p90", 0.9), ("p99", 0.99))}
