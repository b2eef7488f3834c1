"""How a run stands to one of its calls, told from how it stands to the next stop on its way."""

from enum import StrEnum

from schemas.line_forecasts import RunState


class CallState(StrEnum):
    """The state of a call ahead, as partners read it."""

    NOT_DEPARTED = "not_departed"
    EN_ROUTE = "en_route"
    APPROACHING = "approaching"
    AT_STOP = "at_stop"
    HELD = "held"
    DEPARTED = "departed"


_AT_NEXT_STOP = {RunState.APPROACHING: CallState.APPROACHING, RunState.AT_STOP: CallState.AT_STOP}


def call_state(run_state: RunState, stops_away: int, *, held: bool = False) -> CallState:
    """The state of the call ``stops_away`` calls after the next one; negative when it lies behind.

    A vehicle stands at, or approaches, one stop only: for those after it, it is en route; or ``held``, where it stands
    past its usual dwell.
    """
    if stops_away < 0 or run_state is RunState.FINISHED:
        return CallState.DEPARTED
    if stops_away == 0 and run_state in _AT_NEXT_STOP and not (held and run_state is RunState.APPROACHING):
        return _AT_NEXT_STOP[run_state]
    if run_state is RunState.NOT_DEPARTED:
        return CallState.NOT_DEPARTED
    return CallState.HELD if held else CallState.EN_ROUTE
