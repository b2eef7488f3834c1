"""``GET /v1/accuracy``."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import numpy as np
import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.accuracy.schemas import AccuracyAnswer
from api.accuracy.write_accuracy import accuracy_fields
from api.answering import Answer, answer
from api.expression import read_expression
from api.ids import ID_CHARACTERS_MAX
from api.lines.find_line import find_line
from api.view.compiled_view import CompiledView
from api.view.memory import View
from api.view.scored_hours import WIDTH, ScoredHours, Sums, tally_of
from api.view.utc_times import utc_times
from api.warnings import list_warnings
from schemas.line_key import make_line_key, split_line_key
from schemas.scores import HOURS_KEPT

if TYPE_CHECKING:
    from api.view.local_times import LocalTimes

Fields = dict[str, object]

HOUR_S: Final = 3600

router = APIRouter(tags=["accuracy"], dependencies=[Depends(read_expression)])


class _Scored(NamedTuple):
    """A line group's hours, and how many of them are older than was asked for."""

    key: str
    hours: ScoredHours
    first: int


@router.get("/v1/accuracy", response_model=AccuracyAnswer, summary="How right the arrival times were")
async def get_accuracy(
    request: Request,
    *,
    line: Annotated[str, Query(max_length=ID_CHARACTERS_MAX, description="Only this line: its id")] = "",
    timetable: Annotated[str, Query(max_length=64, description="Only this timetable's lines")] = "",
    hours: Annotated[int, Query(ge=1, le=HOURS_KEPT, description="The newest so many hours of the clock")] = HOURS_KEPT,
) -> Response:
    """Errors of the times that were served, by horizon, hour and line, and what could not be judged."""
    return answer(request, lambda view: _render(view, line, timetable, hours))


def _render(view: View, line: str, timetable: str, hours: int) -> Answer:
    asked = [each for each in view.shelf.names() if timetable in ("", each)]
    keys = [key for key in sorted(view.scores.lines) if split_line_key(key).timetable in asked]
    if line:
        found = find_line(view, line)
        keys = [key for key in keys if key == make_line_key(found.compiled.name, found.group)]
    scored = _cut(view, keys, hours)
    compiled = [each for name in asked if (each := view.find_in_force(name)) is not None]
    by_hour = _by_hour(scored)
    fields = {
        "since": _moment(compiled, min(by_hour, default=None)),
        "overall": accuracy_fields(tally_of(sum(by_hour.values(), np.zeros(WIDTH, np.int64)))),
        "hours": [
            {"starts_at": _moment(compiled, hour), **accuracy_fields(tally_of(sums))}
            for hour, sums in sorted(by_hour.items())
        ],
        "lines": [_line_fields(view, one) for one in scored],
        "warnings": [warning for each in compiled for warning in list_warnings(view, each)],
    }
    return Answer(orjson.dumps(fields), ())


def _cut(view: View, keys: Iterable[str], hours: int) -> list[_Scored]:
    """The newest ``hours`` of each line, counted from its timetable's present hour."""
    found = []
    for key in keys:
        now = int(view.now(split_line_key(key).timetable))
        since = now - now % HOUR_S - (hours - 1) * HOUR_S
        hours_of_line = view.scores.lines[key]
        first = hours_of_line.first_since(since)
        if first < len(hours_of_line.starts_at):
            found.append(_Scored(key, hours_of_line, first))
    return found


def _by_hour(scored: Sequence[_Scored]) -> dict[int, Sums]:
    """The sums of all lines, by the moment at which the hour began (POSIX s)."""
    if not scored:
        return {}
    starts_at = np.concatenate([one.hours.starts_at[one.first :] for one in scored])
    hours, places = np.unique(starts_at, return_inverse=True)
    found = np.zeros((len(hours), WIDTH), np.int64)
    end = 0
    for one in scored:
        sums = one.hours.sums[one.first :]
        begin, end = end, end + len(sums)
        first, last = int(places[begin]), int(places[end - 1])
        if last - first == len(sums) - 1:
            found[first : last + 1] += sums
        else:
            # hours are missing; none comes twice, for ScoredHours takes no such day
            found[places[begin:end]] += sums
    return dict(zip(hours.tolist(), found, strict=True))


def _moment(compiled: Sequence[CompiledView], at: int | None) -> str | None:
    """A moment in the city's time, where one city was asked about; else in universal time."""
    times: LocalTimes = compiled[0].times if len(compiled) == 1 else utc_times()
    return times.find(at)


def _line_fields(view: View, scored: _Scored) -> Fields:
    name, group = split_line_key(scored.key)
    compiled = view.find_in_force(name)
    lines = []
    if compiled is not None and (row := compiled.timetable.group_id.find(group)) >= 0:
        first, end = compiled.timetable.group_line_offset[row : row + 2]
        lines = [compiled.line_json(line) for line in compiled.timetable.group_line[first:end].tolist()]
    return {"lines": lines, **scored.hours.kept(scored.first, _written)}


def _written(sums: Sums) -> dict[str, orjson.Fragment]:
    return {name: orjson.Fragment(orjson.dumps(each)) for name, each in accuracy_fields(tally_of(sums)).items()}
