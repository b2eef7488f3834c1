"""A line group's entities as bytes, made once for each of its values: feeds of any size are joined from them."""

from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from api.gtfs_realtime.json_entities import JsonEntities
from api.gtfs_realtime.seen_alerts import AlertWatch
from api.view.compiled_view import CompiledView
from api.view.memory import View
from schemas.line_forecasts import RunForecast
from transit.answers.aimed_calls import has_exact_times
from transit.answers.line_view import LineView
from transit.grants.fields import CONDITIONS
from transit.gtfs_realtime.feed import (
    Entity,
    unchanged_until,
    write_alerts,
    write_trip_updates,
    write_vehicle_positions,
)
from transit.gtfs_realtime.granted import Granted
from transit.gtfs_realtime.run_words import Naming, RunWords
from transit.gtfs_realtime.trip_update import Aimed
from transit.timetable.service_day import service_day_of


class FeedKind(StrEnum):
    """Which entities a feed holds."""

    TRIP_UPDATES = "trip-updates"
    VEHICLE_POSITIONS = "vehicle-positions"
    ALERTS = "alerts"


class FeedForm(NamedTuple):
    """What a feed is to hold, and how it is to name it.

    ``with_names``: ids carry their timetable's and feed's name, for a feed of several timetables; where several feeds
    speak one timetable, vehicles' ids carry their feed's in any case, for each feed counts its own. ``next_runs``: trip
    updates too of runs whose vehicle is still on another. ``as_json``: in protobuf's JSON mapping.
    """

    kind: FeedKind
    with_names: bool = False
    next_runs: bool = False
    as_json: bool = False

    @property
    def name(self) -> str:
        """As a file of it is called."""
        return f"{self.kind}.json" if self.as_json else self.kind.value


class _Made(NamedTuple):
    value: LineView
    until: float
    entities: list[Entity]


class LineEntities:
    """Entities by line group and form, as one reach is told them.

    ``json``: where what is written as JSON is kept; without it that is written anew each time, for it takes megabytes.
    """

    def __init__(self, json: JsonEntities | None = None) -> None:
        self._made: dict[tuple[str, FeedForm], _Made] = {}
        self._words: dict[tuple[str, tuple[str, ...], bool, bool], RunWords] = {}
        self._alerts = AlertWatch()
        self.json = json

    def read(self, view: View, key: str, form: FeedForm, now: float) -> list[Entity]:
        """The entities of a line group (its key) at ``now`` (POSIX s), serialized; none where it has no value."""
        form = form._replace(as_json=False)
        value = view.lines.get(key)
        if value is None:
            self._made.pop((key, form), None)
            return []
        made = self._made.get((key, form))
        if made is None or made.value is not value or now >= made.until:
            compiled = view.shelf[value.forecasts.timetable]
            feeds = tuple(each.feed for each in value.forecasts.list_feeds())
            words = self._words_of(view, compiled, feeds, with_names=form.with_names)
            entities = list(self._write(view, value, form, words, now))
            made = self._made[key, form] = _Made(value, unchanged_until(value, words, now), entities)
        return made.entities

    def _write(self, view: View, value: LineView, form: FeedForm, words: RunWords, now: float) -> Iterator[Entity]:
        compiled = view.shelf[value.forecasts.timetable]
        if form.kind is FeedKind.VEHICLE_POSITIONS:
            return write_vehicle_positions(value, words, now=now)
        if form.kind is FeedKind.ALERTS:
            seen = self._alerts.see(view, compiled, value, now) if CONDITIONS in words.granted.fields else ()
            return write_alerts((*seen, *self._alerts.say(view, compiled, value)), words, now=now)
        return write_trip_updates(
            value, words, now=now, aim=lambda run: aim_run(compiled, run), next_runs=form.next_runs
        )

    def _words_of(self, view: View, compiled: CompiledView, feeds: tuple[str, ...], *, with_names: bool) -> RunWords:
        is_one = sum(status.timetable == compiled.name for status in view.feeds.values()) <= 1
        key = (compiled.timetable.hash, feeds, with_names, is_one)
        words = self._words.get(key)
        if words is None:
            # words hold their timetable
            self._words = {of: each for of, each in self._words.items() if of[0] in view.shelf}
            feed = "" if is_one and not with_names else f"{feeds[0]}:"
            naming = Naming(f"{compiled.name}:" if with_names else "", feed)
            words = self._words[key] = RunWords(compiled.timetable, naming, _granted(view, compiled, feeds))
        return words


def _granted(view: View, compiled: CompiledView, feeds: tuple[str, ...]) -> Granted:
    """What of the runs of a line with these feeds the view's reader is granted."""
    reach = view.reach
    return Granted(
        reach.fields_of_all(feeds),
        partial(view.has_stop, compiled),
        # a vehicle whose place is not known lies in no box
        reach.has_place,
        with_counts=not reach.count_classes,
    )


def aim_run(compiled: CompiledView, run: RunForecast) -> Aimed | None:
    """A run's aimed times; ``None`` where the timetable lacks the trip, runs it otherwise or gives it no clock time."""
    table = compiled.timetable
    trip = table.trip_id.find(run.trip_id)
    if trip < 0 or table.trip_pattern[trip] != run.pattern or not has_exact_times(table, trip):
        return None
    start_s = int(table.trip_start_s[trip]) if run.start_time_s is None else run.start_time_s
    starts_at = compiled.service_day(service_day_of(run.service_date)).starts_at + start_s
    return Aimed(starts_at, int(table.timing_offset[table.trip_timing[trip]]))
