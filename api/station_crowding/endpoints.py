"""``GET /v1/stops/{stop_id}/crowding``."""

from typing import NamedTuple

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answering import Answer, answer
from api.arrivals.stop_view import StopHere, find_stop
from api.arrivals.write_crowding import level_fields
from api.expression import read_expression
from api.ids import PathId
from api.station_crowding.schemas import StationCrowdingAnswer
from api.view.memory import View
from api.warnings import list_warnings
from transit.answers.calls_here import CallHere, list_calls_here, platforms_of
from transit.crowding.station_counts import StationCount
from transit.crowding.waiting import Waiting, waiting_at
from transit.grants.fields import CROWDING
from transit.history.time_of_day import time_of_day

Fields = dict[str, object]

router = APIRouter(tags=["stops"], dependencies=[Depends(read_expression)])


class _Found(NamedTuple):
    """One stop (row): counted or estimated, ``None`` where neither."""

    row: int
    told: StationCount | Waiting | None


@router.get(
    "/v1/stops/{stop_id}/crowding",
    response_model=StationCrowdingAnswer,
    summary="How crowded a stop or station is",
)
async def get_station_crowding(request: Request, stop_id: PathId) -> Response:
    """Who waits at a stop and on each platform of a station now: counted, or estimated from trains and demand."""
    return answer(request, lambda view: _render(view, stop_id))


def _render(view: View, stop_id: str) -> Answer:
    stop = find_stop(view, stop_id)
    compiled = stop.compiled
    now = view.now(compiled.name)
    kinds = compiled.timetable.stop_location_type
    beneath = [row for row in platforms_of(compiled.timetable, stop.row) if row != stop.row and kinds[row] == 0]
    platforms = [row for row in beneath if view.has_stop(compiled, row)]
    found = [_find(view, stop, row, now) for row in sorted(platforms, key=lambda row: compiled.timetable.stop_id[row])]
    whole = _Found(stop.row, None)
    if len(platforms) == len(beneath):
        # a count of all of a station tells of its platforms outside too
        whole = _find(view, stop, stop.row, now)
    if whole.told is None:
        whole = _Found(stop.row, _together(found))
    fields = {
        "stop": compiled.stop_json(stop.row),
        "crowding": _crowding_fields(view, stop, whole.told),
        "platforms": [
            {
                "stop": compiled.stop_json(each.row),
                "crowding": _crowding_fields(view, stop, each.told),
            }
            for each in found
        ],
        "computed_at": compiled.times[int(now)],
        "warnings": list_warnings(view, compiled),
    }
    return Answer(orjson.dumps(fields), stop.line_keys)


def _find(view: View, stop: StopHere, row: int, now: float) -> _Found:
    timetable = stop.compiled.timetable
    count = view.stations.find_count(stop.compiled.name, timetable.stop_id[row], now)
    if count is not None and _is_counted_of_others(view, stop, row):
        count = None
    return _Found(row, count or _estimate(view, stop, row, now))


def _is_counted_of_others(view: View, stop: StopHere, row: int) -> bool:
    """Whether all who are counted there wait for lines of which no crowding may be told."""
    timetable = stop.compiled.timetable
    heres = list_calls_here(timetable, platforms_of(timetable, row)).values()
    lines = {here.line for calls in heres for here in calls}
    return bool(lines) and not any(view.tells_of_line(stop.compiled, line, CROWDING) for line in lines)


def _estimate(view: View, stop: StopHere, row: int, now: float) -> Waiting | None:
    """Who waits for the lines that call at one stop; values under another timetable than today's are left out."""
    habits, compiled = view.stations.habits, stop.compiled
    if habits is None:
        return None
    called = [here for heres in list_calls_here(compiled.timetable, (row,)).values() for here in heres]
    told = {line for line in {here.line for here in called} if view.tells_of_line(compiled, line, CROWDING)}
    calls = [here for here in called if here.line in told]
    values = {group: view.find_line(compiled.name, group) for group in {here.group_id for here in calls}}
    lines = {
        group: value
        for group, value in values.items()
        if value is not None and value.forecasts.timetable == compiled.timetable.hash
    }
    moment = (now, time_of_day(compiled.timetable, now), _capacities(view, stop, calls))
    return waiting_at(calls, lines, compiled.timetable, habits, moment)


def _capacities(view: View, stop: StopHere, calls: list[CallHere]) -> dict[int, int]:
    return {line: view.capacity_of(stop.compiled, line).riders for line in {here.line for here in calls}}


def _together(found: list[_Found]) -> StationCount | Waiting | None:
    """A station by its platforms: where all of them are counted, or none is; a sum of the two would be neither."""
    counts = [each.told for each in found if isinstance(each.told, StationCount)]
    estimates = [each.told for each in found if isinstance(each.told, Waiting)]
    if counts and len(counts) == len(found):
        return StationCount(
            stop_id=counts[0].stop_id,
            count=sum(count.count for count in counts),
            capacity=sum(count.capacity for count in counts),
            observed_at=min(count.observed_at for count in counts),
        )
    if counts or not estimates:
        return None
    return Waiting(sum(each.riders for each in estimates), sum(each.busiest for each in estimates))


def _crowding_fields(view: View, stop: StopHere, told: StationCount | Waiting | None) -> Fields | None:
    if told is None:
        return None
    is_counted = isinstance(told, StationCount)
    riders = told.count if isinstance(told, StationCount) else told.riders
    share = told.share if isinstance(told, StationCount) else told.riders / told.busiest
    at = told.observed_at.timestamp() if isinstance(told, StationCount) else None
    return {
        **level_fields(view.station_scale.level_of(share)),
        "riders": round(riders),
        "percentage": round(100 * share),
        "basis": "observed" if is_counted else "estimated",
        "observed_at": stop.compiled.times.find(at),
    }
