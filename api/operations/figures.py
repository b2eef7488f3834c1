"""The figures of one API process: how old what it says is, and what it has kept."""

import time

from api.feeds.endpoints import feed_fields
from api.health.endpoints import readiness_fields
from api.view.memory import View
from schemas.line_key import split_line_key

Fields = dict[str, object]


def ages_s(view: View) -> list[float]:
    """How long ago each line group's poll was (s), ascending; of a replayed recording by its own clock."""
    return sorted(
        view.now(split_line_key(key).timetable) - line.forecasts.computed_at for key, line in view.lines.items()
    )


def figures(view: View, *, started_at: float, is_draining: bool) -> Fields:
    """All that an operator asks of this process."""
    ages = ages_s(view)
    rejects: dict[str, int] = {}
    for status in view.feeds.values():
        for reason, count in status.refused.items():
            rejects[reason] = rejects.get(reason, 0) + count
    freshness, cache = view.freshness, view.rendered
    return {
        **readiness_fields(view, is_draining=is_draining),
        "up_s": round(time.monotonic() - started_at, 1),
        "line_age_s": {"newest": _at(ages, 0.0), "median": _at(ages, 0.5), "oldest": _at(ages, 1.0)},
        "vehicles": len(view.vehicles),
        "announced_lines": freshness.announced,
        "caught_up_lines": freshness.caught_up,
        "store_losses": freshness.lost_count,
        "loads": freshness.loads,
        "refused_values": freshness.undecodable,
        "rendered": {"answers": len(cache), "bytes": cache.held_bytes, "hits": cache.hits, "renders": cache.renders},
        "rejects": rejects,
        "feeds": [feed_fields(view, status) for _, status in sorted(view.feeds.items())],
    }


def _at(ascending: list[float], part: float) -> float | None:
    return round(ascending[int(part * (len(ascending) - 1))], 1) if ascending else None
