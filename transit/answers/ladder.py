"""What a forecast is worth when it is read: a vehicle that fell silent steps down to the timetable, and says so."""

from typing import Final, NamedTuple

from schemas.line_forecasts import Basis, RunForecast, Verdict, VerdictReason

_ADDED: Final = 1
"""GTFS-realtime's ScheduleRelationship of a trip that the timetable lacks."""


class Standing(NamedTuple):
    """What an answer rests on and whether the run will come. ``is_tracked``: its vehicle's times may still be given."""

    basis: Basis
    verdict: Verdict
    reason: VerdictReason
    is_tracked: bool


UNTRACKED: Final = Standing(Basis.SCHEDULE, Verdict.NOT_TRACKED, VerdictReason.NONE, is_tracked=False)
"""A trip of the timetable on which no vehicle was seen."""

UNTRACKED_FEED_DOWN: Final = UNTRACKED._replace(reason=VerdictReason.FEED_DOWN)
FELL_SILENT: Final = UNTRACKED._replace(reason=VerdictReason.SILENT)
SKIPPED: Final = Standing(Basis.WITHHELD, Verdict.NOT_COMING, VerdictReason.CANCELLED, is_tracked=True)
"""A call that a run will not make, though it runs."""


def standing_of(run: RunForecast, now: float, *, is_feed_down: bool) -> Standing:
    """How ``run`` stands at ``now`` (POSIX s): as its tracker left it until ``valid_until``, by the timetable after.

    A cancelled run stays cancelled however old the news is.
    """
    if now <= run.valid_until or run.verdict is Verdict.NOT_COMING:
        return Standing(run.basis, run.verdict, run.verdict_reason, is_tracked=now <= run.valid_until)
    return UNTRACKED_FEED_DOWN if is_feed_down else FELL_SILENT


def call_standing(run: RunForecast, standing: Standing, position: int) -> Standing:
    """How the run stands to its call at ``position``: it may pass a stop without serving it."""
    if position not in run.skipped:
        return standing
    return SKIPPED if run.verdict_reason is VerdictReason.NONE else SKIPPED._replace(reason=run.verdict_reason)


def is_announced(run: RunForecast) -> bool:
    """Whether a run is one that its agency added and no vehicle is on: told by the agency's own times alone."""
    return run.basis is Basis.SCHEDULE and run.schedule_relationship == _ADDED and run.verdict is not Verdict.NOT_COMING
