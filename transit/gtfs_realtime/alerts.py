"""What Headway itself sees to go wrong on a line, as alerts: a gap, bunched vehicles, stops that are driven around."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from google.transit.gtfs_realtime_pb2 import Alert, FeedEntity

from schemas.line_forecasts import RunForecast, VerdictReason
from schemas.overrides import Override, OverrideKind
from transit.answers.run_ids import RunKey, parse_run_id
from transit.conditions.regularity import Regularity
from transit.gtfs_realtime.granted import HasStop, every_stop
from transit.gtfs_realtime.run_words import MINUTE_S, RunWords, write_clock
from transit.overrides.edit_line import stop_rows
from transit.timetable.compiled import Timetable

ENGLISH: Final = "en"
CHINESE: Final = "zh"


class Seen(NamedTuple):
    """One thing that goes wrong: its kind (``gap``, ``bunching``, ``detour``), where, and what to say of it.

    ``stops`` are rows; none stands for the whole direction. ``direction`` is -1 where the line has none.
    """

    kind: str
    line: int
    direction: int
    stops: tuple[int, ...]
    english: str
    chinese: str
    name: str = ""
    """Tells two things of one kind on a line apart: an override's id."""
    run: RunKey | None = None
    """The run it is about, where it is about one."""


_EFFECTS: Final = {
    "gap": Alert.SIGNIFICANT_DELAYS,
    "bunching": Alert.OTHER_EFFECT,
    "detour": Alert.DETOUR,
    OverrideKind.CANCEL_RUN.value: Alert.NO_SERVICE,
    OverrideKind.CANCEL_LINE.value: Alert.NO_SERVICE,
    OverrideKind.DELAYS.value: Alert.SIGNIFICANT_DELAYS,
    OverrideKind.SKIP_STOP.value: Alert.NO_SERVICE,
    OverrideKind.CLOSE_STOP.value: Alert.NO_SERVICE,
    # who enters waits or is turned away: service runs, but not as a rider expects it
    OverrideKind.RESTRICT_ENTRY.value: Alert.MODIFIED_SERVICE,
    # vehicles run as ever, only nothing is foretold of them
    OverrideKind.WITHHOLD.value: Alert.NO_EFFECT,
}


def see_irregularity(line: int, direction: int, now: Regularity) -> Iterator[Seen]:
    """Gaps and bunching of one direction of a line (row), told against what is planned."""
    if now.gaps and now.max_s is not None:
        minutes = round(now.max_s / MINUTE_S)
        yield Seen(
            "gap",
            line,
            direction,
            (),
            f"Longer wait than planned: up to {minutes} min between vehicles",
            f"车辆间隔大于计划：最长约{minutes}分钟",
        )
    if now.bunched:
        yield Seen(
            "bunching",
            line,
            direction,
            (),
            "Vehicles run close behind one another; the second one is often less full",
            "车辆前后紧邻行驶，后车通常较空",
        )


def see_detours(runs: tuple[RunForecast, ...], timetable: Timetable, has_stop: HasStop = every_stop) -> Iterator[Seen]:
    """The granted stops that the last vehicles drove around and the next are expected to, by line and direction."""
    missed: dict[tuple[int, int], set[int]] = {}
    for run in runs:
        if run.pattern < 0 or run.verdict_reason is not VerdictReason.DETOUR:
            continue
        first = int(timetable.pattern_call_offset[run.pattern])
        stops = (int(timetable.call_stop[first + position]) for position in run.skipped)
        where = (int(timetable.pattern_line[run.pattern]), run.direction_id)
        missed.setdefault(where, set()).update(filter(has_stop, stops))
    for (line, direction), stops_missed in sorted(missed.items()):
        if stops_missed:
            names = ", ".join(timetable.stop_name[stop] for stop in sorted(stops_missed))
            yield Seen(
                "detour",
                line,
                direction,
                tuple(sorted(stops_missed)),
                f"Vehicles drive around: {names}",
                f"车辆绕行，不停靠：{names}",
            )


def tell_overrides(
    overrides: Iterable[Override], line_ids: Iterable[str], timetable: Timetable, has_stop: HasStop = every_stop
) -> Iterator[Seen]:
    """What the operator says to riders of these lines (GTFS ids): overrides in force that bear a text.

    Of one that names stops only the granted ones are told, and nothing where there are none.
    """
    lines = sorted(line_ids)
    for override in overrides:
        if not (override.text_en or override.text_zh):
            continue
        stops = tuple(sorted(filter(has_stop, stop_rows(override, timetable))))
        if override.stops and not stops:
            continue
        run = _run_of(override)
        for line_id in lines:
            line, said = timetable.line_id.find(line_id), (override.text_en, override.text_zh)
            if override.line in ("", f"{timetable.name}:{line_id}") and run in (None, _on_line(run, line, timetable)):
                yield Seen(override.kind.value, line, -1, stops, *said, name=override.id, run=run)


def _run_of(override: Override) -> RunKey | None:
    try:
        return parse_run_id(override.run)[1] if override.run else None
    except ValueError:
        return None


def _on_line(run: RunKey | None, line: int, timetable: Timetable) -> RunKey | None:
    """The run, if it is one of a line (row)."""
    trip = timetable.trip_id.find(run.trip_id) if run else -1
    return run if trip >= 0 and int(timetable.pattern_line[timetable.trip_pattern[trip]]) == line else None


def fill_alert(entity: FeedEntity, seen: Seen, words: RunWords) -> None:
    """Write one alert; its id stays the same for as long as the same thing is seen."""
    prefix, timetable = words.naming.timetable, words.timetable
    line_id = timetable.line_id[seen.line]
    entity.id = f"{prefix}{seen.kind}:{line_id}:{seen.name or seen.direction}"
    alert = entity.alert
    for stop in seen.stops or (None,):
        informed = alert.informed_entity.add(route_id=prefix + line_id)
        if seen.direction >= 0:
            informed.direction_id = seen.direction
        if stop is not None:
            informed.stop_id = prefix + timetable.stop_id[stop]
        if seen.run is not None:
            informed.trip.trip_id = prefix + seen.run.trip_id
            informed.trip.start_date = f"{seen.run.service_date:08d}"
            if seen.run.start_time_s is not None:
                informed.trip.start_time = write_clock(seen.run.start_time_s)
    alert.cause = Alert.UNKNOWN_CAUSE
    alert.effect = _EFFECTS[seen.kind]
    alert.severity_level = Alert.WARNING
    for text, language in ((seen.english, ENGLISH), (seen.chinese, CHINESE)):
        if text:
            alert.header_text.translation.add(text=text, language=language)
