"""One line's coverage as JSON."""

from collections import Counter
from collections.abc import Sequence

from api.view.compiled_view import CompiledView
from api.view.memory import View
from transit.answers.line_view import LineView
from transit.answers.run_ids import RunKey
from transit.answers.runs_due import RunsDue

Fields = dict[str, object]


def cover_line(view: View, compiled: CompiledView, row: int, dues: Sequence[RunsDue]) -> Fields | None:
    """What is due and tracked of a line; ``dues`` are yesterday's, of which runs may go on, and today's last.

    ``None`` where the line has no service today and no vehicle now.
    """
    table = compiled.timetable
    now = view.now(compiled.name)
    line = view.find_line(compiled.name, table.group_id[int(table.line_group[row])])
    keys = [key for due in dues for key in due.under_way.get(row, ())]
    by_headway = sum(int(due.by_headway[row]) for due in dues)
    heard = _heard(line, table.line_id[row], now)
    today = dues[-1]
    if not (keys or by_headway or heard or today.in_day[row]):
        return None
    tracked_due = sum(key in heard for key in keys)
    return {
        "line": compiled.line_json(row),
        "due_now": len(keys) + by_headway,
        "tracked_now": len(heard),
        "due_tracked_now": min(by_headway, len(heard)) if by_headway else tracked_due,
        "due_today": int(today.in_day[row]),
        "started_today": int(today.started[row]),
        "why_not": _why_not(line, [key for key in keys if key not in heard], by_headway - len(heard)),
        "computed_at": compiled.times.find(line.forecasts.computed_at) if line else None,
        "group": _group_fields(line) if line and view.has_group(line.forecasts.line_group) else None,
    }


def _heard(line: LineView | None, line_id: str, now: float) -> set[RunKey]:
    """The runs of the line whose vehicle is heard; one that is due next is not under way yet."""
    if line is None:
        return set()
    runs = line.forecasts.runs
    keys = line.by_key.items()
    return {key for key, at in keys if runs[at].line_id == line_id and runs[at].valid_until >= now and not runs[at].due}


def _why_not(line: LineView | None, missing: Sequence[RunKey], missing_by_headway: int) -> Fields:
    """Due runs without a vehicle that is heard, counted by what is known of them."""
    if line is None:
        reasons = Counter(line_never_spoke=len(missing))
    else:
        silent = sum(key in line.by_key for key in missing)
        never = "feed_down" if line.is_feed_down else "no_vehicle"
        reasons = Counter({"vehicle_silent": silent, never: len(missing) - silent})
    reasons["fewer_than_headway"] = max(0, missing_by_headway)
    return {reason: count for reason, count in reasons.items() if count}


def _group_fields(line: LineView) -> Fields:
    conditions = line.forecasts.conditions
    return {
        "vehicles": conditions.vehicles,
        "matched": conditions.matched,
        "runs_today": conditions.runs_today,
        "matched_today": conditions.matched_today,
        "unmatched": conditions.unmatched,
    }
