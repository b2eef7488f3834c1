"""Forecasts and timetable joined: each run is told once, by its vehicle while that is heard, by the timetable else."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from schemas.line_forecasts import Basis, RunForecast, Verdict
from transit.answers.aimed_calls import Aimed
from transit.answers.calls_here import CallHere
from transit.answers.coming import ARRIVAL_P50, DEPARTURE_P50, AimedCall, Coming, HeadwayWindow, time_at
from transit.answers.ladder import UNTRACKED, UNTRACKED_FEED_DOWN, Standing, call_standing, standing_of
from transit.answers.line_view import AimedRule, LineView, run_key
from transit.answers.run_ids import RunKey
from transit.answers.selection import Wish, destination_of

Aim = Callable[[RunKey, CallHere], AimedCall | None]
"""What the timetable says of a run's call; ``None`` where it does not know the run or gives it no clock time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """What is known where the rider waits.

    ``calls`` are the calls made here, by timetable (hash) and pattern; ``lines`` the values of the line groups that
    call here, by group id; ``aimed`` what the timetable in force foresees. ``edits`` are what is said of groups without
    a value.
    """

    calls: Mapping[str, Mapping[int, tuple[CallHere, ...]]]
    lines: Mapping[str, LineView]
    aimed: Aimed
    aim: Aim
    edits: Mapping[str, AimedRule] = field(default_factory=dict)

    def edits_of(self, group_id: str) -> AimedRule | None:
        """What is said of a line group's timetable."""
        line = self.lines.get(group_id)
        return self.edits.get(group_id) if line is None else line.edits


def list_comings(stop: StopView, wish: Wish, now: float) -> list[Coming]:
    """Everything that may come to the stop until the horizon, in no order."""
    until = now + wish.horizon_s
    comings = [coming for coming in _list_tracked(stop, wish, now) if coming.at < until]
    headed = {destination_of(coming.here) for coming in comings}
    comings.extend(_list_untracked(stop, wish, now, until))
    comings.extend(_list_by_headway(stop, wish, now, headed))
    return comings


def _list_tracked(stop: StopView, wish: Wish, now: float) -> Iterator[Coming]:
    for line in stop.lines.values():
        patterns = stop.calls.get(line.forecasts.timetable)
        if not patterns:
            continue
        runs = line.forecasts.runs
        for pattern, rows in line.by_pattern.items():
            calls = [here for here in patterns.get(pattern, ()) if wish.takes(here)]
            for row in rows if calls else ():
                # most runs have passed the stop: nothing else is looked at for them
                if calls[-1].position >= runs[row].next_position:
                    yield from _list_tracked_calls(stop, line, row, calls, now)


def _list_tracked_calls(
    stop: StopView, line: LineView, row: int, calls: Iterable[CallHere], now: float
) -> Iterator[Coming]:
    """The calls ahead of one run, for as long as its vehicle is heard."""
    run = line.forecasts.runs[row]
    standing = standing_of(run, now, is_feed_down=line.is_down_for(run))
    if not standing.is_tracked:
        return
    key = run_key(run)
    for here in calls:
        ahead = here.position - run.next_position
        if ahead < 0:
            continue
        call = _standing_here(line, run, standing, here) if run.skipped else standing
        if ahead < run.call_count:
            times_row = line.rows[row] + ahead
            at = _forecast_at(line, times_row)
            if at is None and line.edits is not None:
                call = _withheld(line.edits.standing(here, key)) or call
            yield Coming(now if at is None else at, key, here, call, run, times_row, None, None, line)
        elif (aimed := stop.aim(key, here)) is not None:
            yield Coming(late_at(aimed, run, now), key, here, call, run, -1, aimed, None, line)


def _standing_here(line: LineView, run: RunForecast, standing: Standing, here: CallHere) -> Standing:
    """How a run that leaves out some calls stands to this one; an override that takes it away gives its own reason."""
    call = call_standing(run, standing, here.position)
    edited = None if call is standing or line.edits is None else line.edits.standing(here, run_key(run))
    is_reason = edited is not None and edited.verdict is Verdict.NOT_COMING
    return edited._replace(is_tracked=True) if edited is not None and is_reason else call


def _withheld(edited: Standing | None) -> Standing | None:
    """How a call stands whose times an override has taken away."""
    return edited._replace(is_tracked=True) if edited is not None and edited.basis is Basis.WITHHELD else None


def _forecast_at(line: LineView, times_row: int) -> int | None:
    computed_at = line.forecasts.computed_at
    arrives_at = time_at(line.times, times_row, ARRIVAL_P50, computed_at)
    return time_at(line.times, times_row, DEPARTURE_P50, computed_at) if arrives_at is None else arrives_at


def late_at(aimed: AimedCall, run: RunForecast, now: float) -> float:
    """When a tracked run makes a call beyond the forecasts' horizon: as late as it is now, never before now."""
    return max(now, aimed.leaves_at + max(0, run.delay_s or 0))


def _list_untracked(stop: StopView, wish: Wish, now: float, until: float) -> Iterator[Coming]:
    """The timetable's calls that no heard vehicle speaks for."""
    calls = stop.aimed.calls
    first = bisect_left(calls, now, key=_leaves_at)
    for aimed in calls[first : bisect_left(calls, until, key=_leaves_at)]:
        if not wish.takes(aimed.here):
            continue
        line = stop.lines.get(aimed.here.group_id)
        standing = _standing_untracked(line, stop.edits_of(aimed.here.group_id), aimed, now)
        if standing is not None:
            yield Coming(aimed.leaves_at, aimed.key, aimed.here, standing, aimed=aimed, line=line)


def _leaves_at(aimed: AimedCall) -> int:
    return aimed.leaves_at


def _standing_untracked(
    line: LineView | None, edits: AimedRule | None, aimed: AimedCall, now: float
) -> Standing | None:
    """How a call stands that is told by the timetable; ``None`` where its vehicle tells it, or has passed."""
    edited = None if edits is None else edits.standing(aimed.here, aimed.key)
    if line is None:
        return edited or UNTRACKED
    run = line.find_run(aimed.key)
    if edited is not None and (run is None or not standing_of(run, now, is_feed_down=False).is_tracked):
        return edited
    if run is None:
        return UNTRACKED_FEED_DOWN if line.is_feed_down else UNTRACKED
    standing = standing_of(run, now, is_feed_down=line.is_down_for(run))
    has_passed = aimed.here.position < run.next_position and run.verdict is not Verdict.NOT_COMING
    return None if standing.is_tracked or has_passed else standing


def _list_by_headway(stop: StopView, wish: Wish, now: float, headed: set[tuple[str, int, str]]) -> Iterator[Coming]:
    """One answer for each line, direction and destination that runs by headway and has no vehicle near."""
    told = set(headed)
    for window in stop.aimed.headways:
        destination = destination_of(window.here)
        if destination in told or window.ends_at <= now or window.starts_at >= now + wish.horizon_s:
            continue
        if wish.takes(window.here):
            told.add(destination)
            line = stop.lines.get(window.here.group_id)
            standing = UNTRACKED_FEED_DOWN if line is not None and line.is_feed_down else UNTRACKED
            if (edits := stop.edits_of(window.here.group_id)) is not None:
                standing = edits.standing(window.here, window.key) or standing
            yield Coming(_mean_wait_at(window, now), None, window.here, standing, headway=window, line=line)


def _mean_wait_at(window: HeadwayWindow, now: float) -> float:
    """Where a headway stands among clock times: half of it from now, or from its start."""
    return max(now, window.starts_at) + window.every_s / 2
