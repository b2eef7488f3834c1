"""What the operator says to riders at a stop, in the words of overrides in force."""

from collections.abc import Iterator

from api.arrivals.stop_view import StopHere
from api.view.memory import View
from schemas.overrides import Override
from transit.answers.calls_here import platforms_of
from transit.overrides.edit_line import stop_rows


def list_said(view: View, stop: StopHere) -> Iterator[dict[str, object]]:
    """A warning for each override with a text that names the stop, or a line that calls here."""
    if not view.overrides:
        return
    table = stop.compiled.timetable
    rows = frozenset(platforms_of(table, stop.row))
    calls = stop.compiled.calls_at(stop.row).values()
    lines = {f"{table.name}:{here.line_id}" for of_pattern in calls for here in of_pattern}
    for override in view.overrides:
        text = " / ".join(each for each in (override.text_en, override.text_zh) if each)
        is_here = bool(stop_rows(override, table) & rows) if override.stops else override.line in lines
        if text and (is_here or _is_run_of(override, stop, lines)):
            yield {"code": "service_alert", "since": stop.compiled.times[override.starts_at], "detail": text}


def _is_run_of(override: Override, stop: StopHere, lines: set[str]) -> bool:
    """Whether an override names a run of a line that calls here."""
    table = stop.compiled.timetable
    owner, _, rest = override.run.partition(":")
    trip = table.trip_id.find(rest.rsplit(":", 1)[0]) if owner == table.name else -1
    if trip < 0 or override.stops:
        return False
    return f"{table.name}:{table.line_id[int(table.pattern_line[table.trip_pattern[trip]])]}" in lines
