"""What goes wrong on a line group's lines, for the alerts: worked out from its value and what is planned."""

from collections.abc import Iterator
from functools import partial

from api.view.compiled_view import CompiledView
from api.view.memory import View
from transit.answers.aimed_calls import Span
from transit.answers.line_view import LineView
from transit.conditions.headways_now import list_headways
from transit.conditions.planned_headways import list_planned_headways
from transit.conditions.regularity import describe_headways
from transit.gtfs_realtime.alerts import Seen, see_detours, see_irregularity, tell_overrides
from transit.overrides.edit_line import lines_of

AROUND_S = 1800
"""What is planned is read within half an hour of now, as the conditions of a line are."""

_Planned = dict[int, float | None]


class AlertWatch:
    """Sees what goes wrong; what is planned is read once in half an hour for each line."""

    def __init__(self) -> None:
        self._planned: dict[tuple[str, int], tuple[int, _Planned]] = {}

    def see(self, view: View, compiled: CompiledView, value: LineView, now: float) -> Iterator[Seen]:
        """All that goes wrong on the group at ``now`` (POSIX s); ``compiled`` is the value's own timetable."""
        table = compiled.timetable
        lines = {run.line_id for run in value.forecasts.runs}
        for line_id in sorted(lines):
            line = table.line_id.find(line_id)
            if line < 0:
                continue
            planned = self._planned_s(view, compiled, line, now)
            for direction, headways_s in list_headways(value, table, line_id, now).items():
                told = describe_headways(headways_s, planned_s=planned.get(direction))
                yield from see_irregularity(line, direction, told)
        yield from see_detours(value.forecasts.runs, table, partial(view.has_stop, compiled))

    def say(self, view: View, compiled: CompiledView, value: LineView) -> Iterator[Seen]:
        """What the operator says of the group's lines: it goes with any grant."""
        table = compiled.timetable
        touching = [each for each in view.said.edits.touching(value.forecasts, table) if each.text_en or each.text_zh]
        if touching:
            has_stop = partial(view.has_stop, compiled)
            yield from tell_overrides(touching, _lines_of(value, compiled, view), table, has_stop)

    def _planned_s(self, view: View, compiled: CompiledView, line: int, now: float) -> _Planned:
        """The mean headway planned, by direction."""
        key = (compiled.timetable.hash, line)
        slot = int(now) // AROUND_S
        known = self._planned.get(key)
        if known is None or known[0] != slot:
            middle = (slot + 0.5) * AROUND_S
            today = view.today(compiled)
            days = [compiled.service_day(day) for day in (today - 1, today)]
            span = Span(middle - 2 * AROUND_S, middle + 2 * AROUND_S)
            headways = list_planned_headways(compiled.timetable, line, days, span)
            planned = {of: describe_headways(each, planned_s=None).mean_s for of, each in headways.items()}
            known = self._planned[key] = (slot, planned)
        return known[1]


def _lines_of(value: LineView, compiled: CompiledView, view: View) -> list[str]:
    """The group's lines (GTFS ids) that may be told of, whether a vehicle is on them or not."""
    table = compiled.timetable
    named = (line.partition(":")[2] for line in lines_of(value.forecasts, table))
    return [line for line in named if view.has_line(compiled, table.line_id.find(line))]
