"""What of a forecast is shown as minutes: never a countdown under a vehicle that stands, is silent, or should be here.

The tracker says so of vehicles that it sees standing (``held``, ``stalled``) or that have been due for half a minute.
Until its next message time goes on: the same is said at the moment of asking.
"""

from typing import Final

from schemas.line_forecasts import RunForecast, RunState, VerdictReason

ZERO_LASTS_S: Final = 30
"""So long may a countdown stand at nought."""

SILENT_S: Final = 90
NEAR_S: Final = 60
"""Under a vehicle that is silent (``silent_after_s``) nothing is counted down from here on."""

_STANDING: Final = (VerdictReason.HELD, VerdictReason.STALLED)


def is_held(run: RunForecast) -> bool:
    """Whether its vehicle stands past its usual dwell."""
    return run.verdict_reason in _STANDING


def silent_after_s(run: RunForecast) -> float:
    """Seconds after its last report from which the vehicle of a run under way is silent.

    That is when half of the time is over for which its tracker bears its silence: after SILENT_S, and where a feed
    reports more seldom after one and a half of its usual gaps (transit.tracking.silence).
    """
    return max(SILENT_S, (run.valid_until - run.observed_at) / 2)


def shows_minutes(run: RunForecast, stops_away: int, expected_at: float, now: float) -> bool:
    """Whether a call of ``run`` expected at that moment (p50, POSIX s) is shown as a time to come at ``now``.

    Where it is not, its band, the stops away and the reason stand in place of minutes. A vehicle at the stop is there,
    however long it stands.
    """
    if stops_away == 0 and run.state is RunState.AT_STOP:
        return True
    if is_held(run) or (run.verdict_reason is VerdictReason.AT_TERMINAL and run.held_s > 0):
        return False
    if run.held_s > 0 and expected_at - now <= NEAR_S:
        # it was due here and nothing was heard of it since: it may have come, or have passed, but goes on
        return False
    if expected_at < now - ZERO_LASTS_S:
        return False
    if run.state is RunState.NOT_DEPARTED:
        return True
    # none stands at nought after SILENT_S, however seldom its feed reports
    silent_s = silent_after_s(run) if expected_at > now else SILENT_S
    return now - run.observed_at <= silent_s or expected_at - now > NEAR_S
