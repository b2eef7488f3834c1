"""A compiled timetable as the API reads it: what never changes about it is looked up, and written, once."""

from functools import cached_property
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from api.view.local_times import LocalTimes, QuotedTimes
from api.view.plain_names import plain
from transit.answers.aimed_calls import ServiceDay, aimed_call, has_exact_times
from transit.answers.calls_here import CallHere, list_calls_here, platforms_of
from transit.answers.coming import AimedCall
from transit.answers.expired_day import day_that_serves
from transit.answers.run_ids import RunKey, format_run_id
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_of, service_day_start_s
from transit.timetable.services_on import services_on
from transit.timetable.spoken import in_language

_AIMS_KEPT: Final = 100_000
"""Calls of runs whose aimed times and fixed text are kept, some 60 MB; then the memory starts afresh."""

_AIMS_KEPT_SPOKEN: Final = 25_000
"""The same in each language beside the timetable's own."""

LOCATION_TYPES: Final = ("stop", "station", "entrance", "node", "boarding_area")
"""GTFS location_type by number."""

Calls = dict[int, tuple[CallHere, ...]]


class FixedCall(NamedTuple):
    """What does not change about a run's call: its aimed times, and its fixed fields as JSON without the braces."""

    aimed: AimedCall | None
    json: bytes
    answer: str
    """What an answer's id begins with; empty where no run is meant."""


class CompiledView:
    """One compiled timetable and what was read from it.

    ``language`` is that of its names (BCP 47) where they are not those of the tables themselves.
    """

    def __init__(self, timetable: Timetable, language: str = "") -> None:
        self.timetable = timetable
        self.language = language
        self.own = self
        """The one with names as they stand."""
        self.others: dict[str, CompiledView] = {}
        """Of the one with names as they stand: those in other languages."""
        self._calls_kept = _AIMS_KEPT if not language else _AIMS_KEPT_SPOKEN
        self.zone = ZoneInfo(timetable.timezone)
        self.times = LocalTimes(self.zone)
        self.quoted_times = QuotedTimes(self.times)
        self._calls: dict[int, Calls] = {}
        self._days: dict[int, ServiceDay] = {}
        self._fixed: dict[tuple[RunKey | None, int], FixedCall] = {}
        self._lines: dict[int, orjson.Fragment] = {}
        self._stops: dict[int, orjson.Fragment] = {}
        self._places: dict[int, orjson.Fragment] = {}

    def warm(self) -> None:
        """Read now, off the request path, what the first requests would wait for."""
        _ = self.timetable.stop_id.rows, self.timetable.trip_id.rows, self.timetable.line_id.rows
        _ = self.timetable.group_id.rows
        for language in self.timetable.languages:
            spoken = self.others[language] = CompiledView(in_language(self.timetable, language), language)
            spoken.own = self
        for each in self.in_all_languages():
            _ = each.plain_names

    def spoken(self, language: str) -> "CompiledView":
        """The same timetable with its names in ``language``; itself where it has none in that."""
        return self.others.get(language, self)

    def in_all_languages(self) -> list["CompiledView"]:
        """The timetable with its names as they stand, then in each language that it has names in."""
        return [self.own, *self.own.others.values()]

    @property
    def name(self) -> str:
        """The timetable's name: the first part of every id in it."""
        return self.timetable.name

    @cached_property
    def plain_names(self) -> list[str]:
        """Each stop's name, its code, and its names in other languages, as people type either."""
        table = self.timetable
        others = [of.timetable.stop_name for of in self.in_all_languages() if of is not self]
        return [
            " ".join(dict.fromkeys(plain(each) for each in (name, code, *rest)))
            for name, code, *rest in zip(table.stop_name, table.stop_code, *others, strict=True)
        ]

    @cached_property
    def stop_groups(self) -> dict[int, frozenset[str]]:
        """Line groups (ids) that call at a stop or station (row), as they are asked for."""
        return {}

    def calls_at(self, stop: int) -> Calls:
        """The calls at a stop, or at all platforms of a station, by pattern."""
        found = self._calls.get(stop)
        if found is None:
            found = self._calls[stop] = list_calls_here(self.timetable, platforms_of(self.timetable, stop))
        return found

    def groups_at(self, stop: int) -> frozenset[str]:
        """The line groups that call at a stop or station."""
        found = self.stop_groups.get(stop)
        if found is None:
            calls = self.calls_at(stop).values()
            found = self.stop_groups[stop] = frozenset(here.group_id for pattern in calls for here in pattern)
        return found

    def service_day(self, day: int) -> ServiceDay:
        """A service day's clock and services; after the timetable's last day those of its last week."""
        found = self._days.get(day)
        if found is None:
            served = day_that_serves(day, last_day=self.timetable.last_service_day)
            found = ServiceDay(
                day, service_day_start_s(self.timetable.timezone, day), services_on(self.timetable, served)
            )
            self._days[day] = found
        return found

    def is_expired(self, day: int) -> bool:
        """Whether the timetable's last service day lies before ``day``."""
        return day > self.timetable.last_service_day

    def aim(self, key: RunKey, here: CallHere) -> AimedCall | None:
        """What the timetable says of a run's call; ``None`` where it knows no clock time for it."""
        trip = self.timetable.trip_id.find(key.trip_id)
        if trip < 0 or self.timetable.trip_pattern[trip] != here.pattern:
            return None
        start_s = int(self.timetable.trip_start_s[trip])
        if self.timetable.trip_has_frequency[trip]:
            if key.start_time_s is None or not has_exact_times(self.timetable, trip):
                return None
            start_s = key.start_time_s
        starts_at = self.service_day(service_day_of(key.service_date)).starts_at + start_s
        return aimed_call(self.timetable, here, key, trip, starts_at)

    def fixed_call(self, key: RunKey | None, here: CallHere) -> FixedCall:
        """What does not change about a run's call, read once; no key stands for a line that runs by headway."""
        found = self._fixed.get((key, here.row))
        if found is None:
            if len(self._fixed) >= self._calls_kept:
                self._fixed.clear()
            aimed = None if key is None else self.aim(key, here)
            answer = "" if key is None else f"{format_run_id(self.name, key)}@{here.stop_sequence}@"
            found = self._fixed[key, here.row] = FixedCall(aimed, self._write_call(key, here, aimed), answer)
        return found

    def _write_call(self, key: RunKey | None, here: CallHere, aimed: AimedCall | None) -> bytes:
        fields = {
            "line": self.line_json(here.line),
            "direction_id": None if here.direction_id < 0 else here.direction_id,
            "headsign": self.headsign(key, here),
            "stop": self.stop_json(here.stop),
            "stop_sequence": here.stop_sequence,
            "run_id": None if key is None else format_run_id(self.name, key),
            "trip_id": None if key is None else f"{self.name}:{key.trip_id}",
            "service_date": None if key is None else write_date(key.service_date),
            "aimed_at": None if aimed is None else self.times.find(aimed.arrives_at),
            "aimed_departure_at": None if aimed is None else self.times.find(aimed.departs_at),
            "boardable": here.boardable,
            "alightable": here.alightable,
        }
        return orjson.dumps(fields)[1:-1]

    def headsign(self, key: RunKey | None, here: CallHere) -> str:
        """Where a run says it goes at this call: the call's own sign, the trip's, the pattern's."""
        if self.timetable.call_headsign[here.row] or key is None:
            return here.headsign
        trip = self.timetable.trip_id.find(key.trip_id)
        return (self.timetable.trip_headsign[trip] if trip >= 0 else "") or here.headsign

    def line_json(self, line: int) -> orjson.Fragment:
        """A line's names and colours, written once."""
        found = self._lines.get(line)
        if found is None:
            found = self._lines[line] = orjson.Fragment(orjson.dumps(self.line_fields(line)))
        return found

    def line_fields(self, line: int) -> dict[str, object]:
        """A line's id, names and colours."""
        table = self.timetable
        return {
            "id": f"{self.name}:{table.line_id[line]}",
            "short_name": table.line_short_name[line] or None,
            "long_name": table.line_long_name[line] or None,
            "route_type": int(table.line_route_type[line]),
            "color": table.line_color[line] or None,
            "text_color": table.line_text_color[line] or None,
        }

    def stop_json(self, stop: int) -> orjson.Fragment:
        """A stop's id and names, written once."""
        found = self._stops.get(stop)
        if found is None:
            fields = {
                "id": f"{self.name}:{self.timetable.stop_id[stop]}",
                "name": self.timetable.stop_name[stop],
                "platform_code": self.timetable.stop_platform_code[stop] or None,
            }
            found = self._stops[stop] = orjson.Fragment(orjson.dumps(fields))
        return found

    def place_json(self, stop: int) -> orjson.Fragment:
        """All that is known of a stop or station, written once."""
        found = self._places.get(stop)
        if found is None:
            found = self._places[stop] = orjson.Fragment(orjson.dumps(self.place_fields(stop)))
        return found

    def place_fields(self, stop: int) -> dict[str, object]:
        """What a stop is called and where it is; ``parent_id`` is its station."""
        table = self.timetable
        parent = int(table.stop_parent[stop])
        kind = int(table.stop_location_type[stop])
        return {
            "id": f"{self.name}:{table.stop_id[stop]}",
            "code": table.stop_code[stop] or None,
            "name": table.stop_name[stop],
            "platform_code": table.stop_platform_code[stop] or None,
            "kind": LOCATION_TYPES[kind] if 0 <= kind < len(LOCATION_TYPES) else LOCATION_TYPES[0],
            "latitude": round(float(table.stop_latitude[stop]), 6),
            "longitude": round(float(table.stop_longitude[stop]), 6),
            "parent_id": f"{self.name}:{table.stop_id[parent]}" if parent >= 0 else None,
        }


def write_date(service_date: int) -> str:
    """A service date (yyyymmdd) as RFC 3339 writes dates."""
    return f"{service_date // 10000:04d}-{service_date // 100 % 100:02d}-{service_date % 100:02d}"
