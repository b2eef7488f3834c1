"""Lines that come often, headway first: "every 4-6 min, next in 3"."""

from collections.abc import Iterable, Mapping

from schemas.line_forecasts import Basis, Verdict
from transit.answers.coming import Coming
from transit.answers.countdown import shows_minutes
from transit.answers.merge import StopView
from transit.answers.selection import Wish
from transit.conditions.headway_first import answer_by_headway

Fields = dict[str, object]
_Service = tuple[str, int]
_CALLS_FOR_A_PLAN = 3
"""Fewer calls than this within the hours looked at show no headway."""


def headway_fields(timetable: str, stop: StopView, comings: Iterable[Coming], wish: Wish, now: float) -> list[Fields]:
    """For each line and direction planned every ten minutes or more often: how often it comes, and when next."""
    planned = _planned_s(stop, wish, now)
    moments: dict[_Service, list[float]] = {}
    first: dict[_Service, float] = {}
    for coming in sorted(comings, key=lambda each: each.at):
        service = (coming.here.line_id, coming.here.direction_id)
        if service in planned and _has_time(coming):
            moments.setdefault(service, []).append(coming.at)
            if _shows_minutes(coming, now):
                first.setdefault(service, coming.at)
    found = []
    for (line, direction), at in sorted(moments.items()):
        service = (line, direction)
        told = answer_by_headway(at, planned_s=planned[service], now=now, next_at=first.get(service))
        if told is not None:
            direction_id = None if direction < 0 else direction
            found.append({"line_id": f"{timetable}:{line}", "direction_id": direction_id, **told._asdict()})
    return found


def _has_time(coming: Coming) -> bool:
    """Whether it comes, at a time of its own that is told."""
    standing = coming.standing
    return (
        coming.headway is None and standing.verdict is not Verdict.NOT_COMING and standing.basis is not Basis.WITHHELD
    )


def _shows_minutes(coming: Coming, now: float) -> bool:
    """Whether its arrival shows minutes: the timetable's do."""
    run = coming.run
    return run is None or shows_minutes(run, coming.here.position - run.next_position, coming.at, now)


def _planned_s(stop: StopView, wish: Wish, now: float) -> Mapping[_Service, float]:
    """The mean headway planned here in the hours around."""
    moments: dict[_Service, list[int]] = {}
    for call in stop.aimed.calls:
        if wish.takes(call.here):
            moments.setdefault((call.here.line_id, call.here.direction_id), []).append(call.leaves_at)
    planned = {
        service: (at[-1] - at[0]) / (len(at) - 1) for service, at in moments.items() if len(at) >= _CALLS_FOR_A_PLAN
    }
    for window in stop.aimed.headways:
        if wish.takes(window.here) and window.starts_at <= now < window.ends_at:
            planned[window.here.line_id, window.here.direction_id] = float(window.every_s)
    return planned
