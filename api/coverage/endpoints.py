"""``GET /v1/coverage``."""

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answering import Answer, answer
from api.coverage.cover_line import cover_line
from api.coverage.schemas import CoverageAnswer
from api.expression import read_expression
from api.view.compiled_view import CompiledView
from api.view.memory import View
from api.warnings import list_warnings
from transit.answers.runs_due import list_runs_under_way

Fields = dict[str, object]

router = APIRouter(tags=["coverage"], dependencies=[Depends(read_expression)])


@router.get("/v1/coverage", response_model=CoverageAnswer, summary="Which runs are due, which are tracked")
async def list_coverage(request: Request) -> Response:
    """Per line: runs due, tracked and matched, now and today, and why not."""
    return answer(request, _render_coverage)


def _render_coverage(view: View) -> Answer:
    lines: list[Fields] = []
    warnings: list[Fields] = []
    for name in view.shelf.names():
        compiled = view.find_in_force(name)
        if compiled is not None:
            lines.extend(_cover(view, compiled))
            warnings.extend(list_warnings(view, compiled))
    return Answer(orjson.dumps({"lines": lines, "warnings": warnings}), ())


def _cover(view: View, compiled: CompiledView) -> list[Fields]:
    now = view.now(compiled.name)
    today = view.today(compiled)
    dues = [list_runs_under_way(compiled.timetable, compiled.service_day(day), now) for day in (today - 1, today)]
    rows = range(len(compiled.timetable.line_id))
    return [fields for row in rows if (fields := cover_line(view, compiled, row, dues)) is not None]
