"""One item of a batch: the very bytes that a request for it alone would be answered with."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

import orjson

from api.answering import Answer
from api.arrivals.endpoints import render_arrivals
from api.batch.pages import Asked
from api.batch.pieces import Piece, make_piece
from api.batch.warm_items import Made, WarmItems
from api.crosswalks.asking import beside
from api.expression import PLAIN, Expression, express
from api.lines.find_line import find_line
from api.problems import NOT_GRANTED, UNKNOWN_VEHICLE, problem_body
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES, Shape
from api.refusal import Refusal
from api.runs.endpoints import render_run
from api.vehicles.endpoints import find_vehicle
from api.vehicles.write_vehicle import list_vehicles_of
from api.view.memory import View
from api.warnings import list_warnings
from schemas.line_key import make_line_key
from transit.answers.line_view import run_key
from transit.answers.run_ids import format_run_id
from transit.answers.selection import Wish
from transit.crosswalk.own_ids import OwnIds
from transit.grants.reach import EVERYTHING

_STOP: Final = "/v1/stops/{stop_id}/arrivals"
_RUN: Final = "/v1/runs/{run_id}"
_LINE_SHAPE: Final = Shape({"line": Shape(line="id"), "runs": SHAPES[_RUN], "warnings": Shape()}, line="line.id")


class ItemWriter:
    """Answers items from one view, keeping what it renders for whoever asks next."""

    def __init__(
        self,
        view: View,
        kept: WarmItems,
        wish: Wish,
        fields: frozenset[str],
        expression: Expression = PLAIN,
        own: OwnIds | None = None,
    ) -> None:
        self._view = view
        self._kept = kept
        self._wish = wish
        self._fields = fields
        self._expression = expression
        told = f"?{wish.limit}-{wish.per_line}-{wish.horizon_s}-{','.join(sorted(fields))}"
        self._told = f"{told}-{expression.datum}-{expression.in_utc}-{view.language}".encode()
        self._own = own
        self._whose = b"" if own is None else own.digest
        self._reach = view.reach if isinstance(view, ReachedView) else EVERYTHING
        self.failed = 0
        self.rendered = 0

    def write(self, item: Asked) -> Piece:
        """An item as JSON; one that cannot be answered has its problem, and the others do not suffer."""
        now = time.monotonic()
        target = self._whose + self._reach.target(b"%b %b%b" % (item.kind.encode(), item.id.encode(), self._told))
        found = self._kept.find(target, now)
        if found is not None:
            return found
        self.rendered += 1
        try:
            return self._kept.make(target, self._view, partial(self._make, item), now)
        except Refusal as refused:
            self.failed += 1
            problem = problem_body(refused.problem, refused.detail)
            told = b',"status":%d,"answer":null,"problem":' % refused.problem.status
            return make_piece(b"".join((_head(item), told, problem, b"}")))

    def _make(self, item: Asked) -> Made:
        render, shape = self._renderer(item)
        answer = render()
        body = express(self._trim(answer.body, shape), self._expression)
        text = b"".join((_head(item), b',"status":200,"answer":', body, b',"problem":null}'))
        return Made(make_piece(beside(self._own, text)), tuple(answer.lines))

    def _renderer(self, item: Asked) -> tuple[Callable[[], Answer], Shape]:
        view = self._view
        if item.kind == "stop":
            return lambda: render_arrivals(view, item.id, self._wish), SHAPES[_STOP]
        if item.kind == "line":
            return lambda: render_line_runs(view, item.id), _LINE_SHAPE
        return lambda: _render_vehicle(view, item.id), SHAPES[_RUN]

    def _trim(self, body: bytes, shape: Shape) -> bytes:
        """Without what the reach does not hold, and without the members not asked for."""
        view = self._view
        if not self._fields and not isinstance(view, ReachedView):
            return body
        told = orjson.loads(body)
        if isinstance(view, ReachedView):
            told = prune(told, shape, view)
            if told is None:
                raise Refusal(NOT_GRANTED, "No grant of yours holds this; /v1/me/grants shows what they hold.")
        if self._fields and "arrivals" in told:
            told["arrivals"] = [
                {name: each[name] for name in each if name in self._fields} for each in told["arrivals"]
            ]
        return orjson.dumps(told)


def _head(item: Asked) -> bytes:
    return f'{{"kind":"{item.kind}","id":'.encode() + orjson.dumps(item.id)


def render_line_runs(view: View, line_id: str) -> Answer:
    """A line with its runs that a vehicle is on.

    Raises:
        Refusal: there is no such line.
    """
    line = find_line(view, line_id)
    now = view.now(line.compiled.name)
    here = [] if line.value is None else list_vehicles_of(view, line.value, line_id=line.local_id, now=now)
    ids = dict.fromkeys(format_run_id(each.compiled.name, run_key(each.run)) for each in here if each.run.pattern >= 0)
    fields = {
        "line": line.compiled.line_json(line.row),
        "runs": [orjson.Fragment(render_run(view, run_id).body) for run_id in ids],
        "warnings": list_warnings(view, line.compiled, [line.value]),
    }
    return Answer(orjson.dumps(fields), (make_line_key(line.compiled.name, line.group),))


def _render_vehicle(view: View, vehicle_id: str) -> Answer:
    vehicle = find_vehicle(view, vehicle_id)
    if vehicle.run.pattern < 0:
        raise Refusal(UNKNOWN_VEHICLE, f"Vehicle {vehicle_id!r} is on no run that the timetable knows.")
    return render_run(view, format_run_id(vehicle.compiled.name, run_key(vehicle.run)))
