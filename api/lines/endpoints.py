"""``GET /v1/lines`` and ``/v1/lines/{line_id}``."""

from typing import Annotated

import numpy as np
import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import Answer, answer
from api.expression import read_expression
from api.ids import PathId
from api.lines.find_line import find_line
from api.lines.schemas import LineDetail, LinesAnswer
from api.lines.write_line import line_detail, line_summary
from api.view.memory import View
from api.warnings import list_warnings

router = APIRouter(tags=["lines"], dependencies=[Depends(read_expression)])


@router.get("/v1/lines", response_model=LinesAnswer, summary="All lines")
async def list_lines(
    request: Request,
    timetable: Annotated[str, Query(max_length=64, description="Only this timetable's lines")] = "",
) -> Response:
    """Every line of the timetables in force today, with its directions and destinations."""
    return answer(request, lambda view: _render_lines(view, timetable))


def _render_lines(view: View, timetable: str) -> Answer:
    lines: list[dict[str, object]] = []
    warnings: list[dict[str, object]] = []
    for name in view.shelf.names():
        compiled = view.find_in_force(name)
        if compiled is None or timetable not in ("", name):
            continue
        order = np.argsort(compiled.timetable.line_sort_order, kind="stable").tolist()
        lines.extend(line_summary(compiled, row) for row in order)
        warnings.extend(list_warnings(view, compiled))
    return Answer(orjson.dumps({"lines": lines, "warnings": warnings}), ())


@router.get("/v1/lines/{line_id}", response_model=LineDetail, summary="One line, its patterns and stops")
async def get_line(
    request: Request,
    line_id: PathId,
    *,
    shapes: Annotated[bool, Query(description="With the way of each pattern")] = True,
) -> Response:
    """A line's patterns: which stops, in which order, along which way."""
    return answer(request, lambda view: _render_line(view, line_id, shapes=shapes))


def _render_line(view: View, line_id: str, *, shapes: bool) -> Answer:
    line = find_line(view, line_id)
    warnings = list_warnings(view, line.compiled, [line.value])
    fields = {**line_detail(view, line, shapes=shapes), "warnings": warnings}
    return Answer(orjson.dumps(fields), ())
