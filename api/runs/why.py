"""``GET /v1/runs/{run_id}/why``: the terms that sum to a served time."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from api.answering import Answer, answer
from api.arrivals.write_arrival import BASIS, REASON, REVISION, VERDICT
from api.expression import read_expression
from api.ids import PathId
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.runs.endpoints import RunHere, find_run
from api.shared_schemas import Basis, Described, Line, Reason, Revised, StopName, Verdict, Warned
from api.view.memory import View
from api.warnings import list_warnings
from schemas.line_key import make_line_key
from transit.answers.calls_here import CallHere, call_here
from transit.answers.ladder import UNTRACKED, standing_of
from transit.answers.run_ids import format_run_id
from transit.answers.why import ARRIVAL, DEPARTURE, Why, explain
from transit.timetable.railways import is_railway

Fields = dict[str, object]
TermName = Literal["timetable", "delay", "position", "hold", "layover", "hops", "dwell", "correction"]
Event = Literal["arrival", "departure"]

router = APIRouter(tags=["runs"], dependencies=[Depends(read_expression)])


class Term(Described):
    """One part of the time told."""

    name: TermName
    seconds: int
    meaning: str


class WhyLeg(Described):
    """One hop on the way, and the dwell before it."""

    to: StopName
    stop_sequence: int
    hop_s: int
    dwell_before_s: int


class WhyAnswer(Described):
    """Why a run is told to make a call when it is: `expected_at` is `from_at` and the terms' seconds, exactly."""

    run_id: str
    line: Line
    stop: StopName
    stop_sequence: int
    event: Event
    expected_at: datetime
    aimed_at: datetime | None
    from_at: Annotated[datetime, Field(description="The poll from which the terms count, or the run's aimed start")]
    terms: Annotated[list[Term], Field(description="They sum to `expected_at` less `from_at`")]
    legs: Annotated[list[WhyLeg], Field(description="What `hops` and `dwell` consist of, stop by stop")]
    basis: Basis
    verdict: Verdict
    verdict_reason: Reason | None
    warnings: list[Warned]
    revision: Annotated[Revised | None, Field(description="Why the run's times moved at that poll")]


_MEANINGS: dict[TermName, str] = {
    "timetable": "from then by the timetable",
    "delay": "as late as the run is now",
    "position": "from where the vehicle was last seen to its next stop",
    "hold": "until it leaves the stop it stands at, and waiting for its time at timepoints",
    "layover": "until it leaves its first stop",
    "hops": "the hops after that, from what vehicles needed lately",
    "dwell": "standing at stops on the way",
    "correction": "what is told beside what was worked out: changes come by and by, sums of skewed hops are shifted",
}


class _Asked(NamedTuple):
    here: RunHere
    call: CallHere
    event: Event


@router.get("/v1/runs/{run_id}/why", response_model=WhyAnswer, summary="Why a run is told to come when it is")
async def get_why(
    request: Request,
    run_id: PathId,
    *,
    stop_sequence: Annotated[int, Query(ge=0, description="The call asked about")],
    event: Annotated[Event, Query(description="A first stop has departures alone, a last one arrivals")] = "arrival",
) -> Response:
    """Where the vehicle is, the hops and dwells ahead, holds and layover, and how what is told was corrected."""
    return answer(request, lambda view: _render_why(view, run_id, stop_sequence, event))


def _render_why(view: View, run_id: str, stop_sequence: int, event: Event) -> Answer:
    here = find_run(view, run_id)
    asked = _Asked(here, _find_call(view, here, stop_sequence), event)
    compiled, now = here.compiled, view.now(here.compiled.name)
    feed_down = here.line is not None and here.run is not None and here.line.is_down_for(here.run)
    standing = UNTRACKED if here.run is None else standing_of(here.run, now, is_feed_down=feed_down)
    terms, legs, from_at = _explain(asked, is_tracked=standing.is_tracked)
    aimed = _aimed_at(asked)
    fields = {
        "run_id": format_run_id(compiled.name, here.key),
        "line": compiled.line_json(asked.call.line),
        "stop": compiled.stop_json(asked.call.stop),
        "stop_sequence": stop_sequence,
        "event": event,
        "expected_at": compiled.times[from_at + sum(terms.values())],
        "aimed_at": compiled.times.find(aimed),
        "from_at": compiled.times[from_at],
        "terms": [{"name": name, "seconds": terms[name], "meaning": _MEANINGS[name]} for name in terms],
        "legs": legs,
        "basis": BASIS[standing.basis],
        "verdict": VERDICT[standing.verdict],
        "verdict_reason": REASON[standing.reason],
        "warnings": list_warnings(view, compiled, [here.line]),
        "revision": REVISION[here.run.revision] if here.run is not None and standing.is_tracked else None,
    }
    return Answer(orjson.dumps(fields), (make_line_key(compiled.name, here.group),))


def _find_call(view: View, here: RunHere, stop_sequence: int) -> CallHere:
    table = here.compiled.timetable
    every = range(int(table.pattern_call_offset[here.pattern]), int(table.pattern_call_offset[here.pattern + 1]))
    # a call that may not be told of is none
    rows = [row for row in every if view.has_stop(here.compiled, int(table.call_stop[row]))]
    for row in rows:
        if int(table.call_sequence[row]) == stop_sequence:
            return call_here(table, row)
    known = ", ".join(str(int(table.call_sequence[row])) for row in rows) or "none"
    raise Refusal(INVALID_PARAMETER, f"stop_sequence: the run has no call {stop_sequence}; it has {known}.")


def _aimed_at(asked: _Asked) -> int | None:
    aimed = asked.here.compiled.aim(asked.here.key, asked.call)
    if aimed is None:
        return None
    return aimed.arrives_at if asked.event == "arrival" else aimed.departs_at


def _explain(asked: _Asked, *, is_tracked: bool) -> tuple[dict[TermName, int], list[Fields], int]:
    """The terms, the legs, and the moment (POSIX s) from which they count."""
    here, line, run = asked.here, asked.here.line, asked.here.run
    position = asked.call.position
    if line is not None and run is not None and is_tracked:
        if position < run.next_position or position in run.skipped:
            has = "has passed" if position < run.next_position else "will not serve"
            raise Refusal(INVALID_PARAMETER, f"stop_sequence: the run {has} that stop; nothing is foretold of it.")
        table = here.compiled.timetable
        is_rail = is_railway(int(table.line_route_type[int(table.pattern_line[here.pattern])]))
        column = ARRIVAL if asked.event == "arrival" else DEPARTURE
        why = explain(line, line.by_key[here.key], position, column=column, is_rail=is_rail)
        if why is not None:
            return _terms(why), _legs(here, why), why.computed_at
    return _terms_by_timetable(asked, run.delay_s if run is not None and is_tracked else None)


def _terms(why: Why) -> dict[TermName, int]:
    """All that make a difference, in the order in which they come."""
    every: dict[TermName, int] = {
        "layover": why.layover_s,
        "position": why.position_s,
        "hold": why.hold_s,
        "hops": why.hops_s,
        "dwell": why.dwell_s,
        "correction": why.correction_s,
    }
    return {name: seconds for name, seconds in every.items() if seconds}


def _legs(here: RunHere, why: Why) -> list[Fields]:
    table = here.compiled.timetable
    first = int(table.pattern_call_offset[here.pattern])
    return [
        {
            "to": here.compiled.stop_json(int(table.call_stop[first + leg.position])),
            "stop_sequence": int(table.call_sequence[first + leg.position]),
            "hop_s": leg.hop_s,
            "dwell_before_s": leg.dwell_s,
        }
        for leg in why.legs
    ]


def _terms_by_timetable(asked: _Asked, delay_s: int | None) -> tuple[dict[TermName, int], list[Fields], int]:
    aimed = asked.here.compiled.aim(asked.here.key, asked.call)
    at = _aimed_at(asked)
    if aimed is None or at is None:
        where = "first stop" if asked.call.is_first else "last stop" if asked.call.is_last else "stop"
        raise Refusal(INVALID_PARAMETER, f"event: no {asked.event} is foretold of the run at that {where}.")
    terms: dict[TermName, int] = {"timetable": at - aimed.starts_at}
    if delay_s is not None and delay_s > 0:
        terms["delay"] = delay_s
    return terms, [], aimed.starts_at
