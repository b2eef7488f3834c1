"""Names in other languages: translations.txt, and the language that a feed's own names are in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.lines import Agencies, Lines
from transit.timetable.reading import read_optional_table
from transit.timetable.stop_times import StopTimes
from transit.timetable.stops import Stops
from transit.timetable.table import Table
from transit.timetable.trips import Trips

LANGUAGES_MAX: Final = 8
"""Of one timetable; where a feed has more, those with most names are told."""

TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
"""A language as BCP 47 writes it, as far as names of places need it: ``zh``, ``zh-Hant``, ``pt-BR``."""

_MANY: Final = "mul"
"""What feed_info.txt says of a feed whose names are each in their place's language."""


class Translated(IntEnum):
    """What is translated. Signs go by their text, for they belong to no row of their own; all else by GTFS id."""

    AGENCY_NAME = 0
    LINE_SHORT_NAME = 1
    LINE_LONG_NAME = 2
    STOP_NAME = 3
    STOP_PLATFORM_CODE = 4
    SIGN = 5


_FIELDS: Final = {
    ("agency", "agency_name"): Translated.AGENCY_NAME,
    ("routes", "route_short_name"): Translated.LINE_SHORT_NAME,
    ("routes", "route_long_name"): Translated.LINE_LONG_NAME,
    ("stops", "stop_name"): Translated.STOP_NAME,
    ("stops", "platform_code"): Translated.STOP_PLATFORM_CODE,
    ("trips", "trip_headsign"): Translated.SIGN,
    ("stop_times", "stop_headsign"): Translated.SIGN,
}

_COLUMNS: Final = ("table_name", "field_name", "language", "translation", "record_id", "record_sub_id", "field_value")


@dataclass(frozen=True, slots=True)
class Translations:
    """Names by language: ``of``, ``fields``, ``keys`` and ``texts`` go together, sorted; ``of`` numbers ``languages``.

    ``own`` is the language of the names that the tables themselves hold, empty where the feed does not say.
    """

    own: str
    languages: list[str]
    of: Ints
    fields: Ints
    keys: list[str]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Named:
    """The tables whose names may be translated."""

    agencies: Agencies
    lines: Lines
    stops: Stops
    trips: Trips
    calls: StopTimes


def read_translations(tables: Mapping[str, bytes], named: Named, faults: FaultList) -> Translations:
    """Read translations.txt, and feed_info.txt or agency.txt for the feed's own language.

    What a row says of one record goes before what another says of a value; of two that say the same thing differently
    the first counts. Rows about what Headway does not tell, or about nothing in the feed, are left out.
    """
    table = _read_optional(tables, "translations.txt", faults, _COLUMNS[:4])
    columns = {name: table.text(name).to_list() for name in _COLUMNS}
    malformed = [row for row, tag in enumerate(columns["language"]) if TAG.fullmatch(tag) is None]
    faults.note(table, malformed, "language {value} is no language code; row left out", column="language")
    keys_of = _Keys(named)
    found: dict[tuple[str, Translated, str], str] = {}
    strange = []
    skipped = frozenset(malformed)
    for row in _records_first(table):
        field = _FIELDS.get((columns["table_name"][row], columns["field_name"][row]))
        text = columns["translation"][row]
        if field is None or not text or row in skipped:
            continue
        keys = keys_of.find(field, columns["table_name"][row], *(columns[name][row] for name in _COLUMNS[4:]))
        if not keys:
            strange.append(row)
        for key in keys:
            found.setdefault((columns["language"][row], field, key), text)
    faults.note(table, sorted(strange), "translates nothing that the feed has; row left out")
    return _sorted(found, _own_language(tables))


def _read_optional(tables: Mapping[str, bytes], file: str, faults: FaultList, required: tuple[str, ...]) -> Table:
    """A table that no forecast needs: one that cannot be read is listed, and the feed goes without."""
    try:
        return read_optional_table(tables, file, faults, required)
    except TimetableError as wrong:
        faults.note_file(wrong.file, wrong.line, f"{wrong.reason}; names are told as they stand")
        return read_optional_table({}, file, faults, required)


def _records_first(table: Table) -> list[int]:
    """Rows about one record, then rows about a value."""
    of_value = table.empty("record_id")
    return [*np.flatnonzero(~of_value).tolist(), *np.flatnonzero(of_value).tolist()]


class _Keys:
    """Finds what a row translates: ids, or the sign's text."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self._ids: dict[Translated, dict[str, None]] = {}
        self._by_value: dict[Translated, dict[str, list[str]]] = {}
        self._signs: dict[str, str] | None = None
        self._call_signs: dict[tuple[str, str], str] | None = None

    def find(self, field: Translated, table: str, record_id: str, record_sub_id: str, value: str) -> list[str]:
        """The keys that a row is about."""
        if field is Translated.SIGN:
            sign = self._sign(table, record_id, record_sub_id) if record_id else value
            return [sign] if sign else []
        if field not in self._ids:
            self._read(field)
        if record_id:
            return [record_id] if record_id in self._ids[field] else []
        return self._by_value[field].get(value, []) if value else []

    def _read(self, field: Translated) -> None:
        ids, names = _COLUMN[field](self._named)
        self._ids[field] = dict.fromkeys(ids)
        by_value = self._by_value[field] = {}
        for each, name in zip(ids, names, strict=True):
            by_value.setdefault(name, []).append(each)

    def _sign(self, table: str, trip_id: str, sequence: str) -> str:
        if table == "trips":
            if self._signs is None:
                trips = self._named.trips
                self._signs = dict(zip(trips.ids, trips.headsigns, strict=True))
            return self._signs.get(trip_id, "")
        if self._call_signs is None:
            calls, trips = self._named.calls, self._named.trips
            rows = np.flatnonzero(calls.headsign).tolist()
            self._call_signs = {
                (trips.ids[calls.trip[row]], str(calls.sequence[row])): calls.headsigns[calls.headsign[row]]
                for row in rows
            }
        return self._call_signs.get((trip_id, sequence), "")


_COLUMN: Final[dict[Translated, Callable[[Named], tuple[list[str], list[str]]]]] = {
    Translated.AGENCY_NAME: lambda named: (named.agencies.ids, named.agencies.names),
    Translated.LINE_SHORT_NAME: lambda named: (named.lines.ids, named.lines.short_names),
    Translated.LINE_LONG_NAME: lambda named: (named.lines.ids, named.lines.long_names),
    Translated.STOP_NAME: lambda named: (named.stops.ids, named.stops.names),
    Translated.STOP_PLATFORM_CODE: lambda named: (named.stops.ids, named.stops.platform_codes),
}


def _sorted(found: Mapping[tuple[str, Translated, str], str], own: str) -> Translations:
    counts: dict[str, int] = {}
    for language, _, _ in found:
        counts[language] = counts.get(language, 0) + 1
    told = sorted(sorted(counts, key=lambda language: (-counts[language], language))[:LANGUAGES_MAX])
    number = {language: row for row, language in enumerate(told)}
    kept = sorted((number[each[0]], int(each[1]), each[2], text) for each, text in found.items() if each[0] in number)
    return Translations(
        own=own,
        languages=told,
        of=np.array([each[0] for each in kept], np.int32),
        fields=np.array([each[1] for each in kept], np.int32),
        keys=[each[2] for each in kept],
        texts=[each[3] for each in kept],
    )


def _own_language(tables: Mapping[str, bytes]) -> str:
    """What feed_info.txt says, else what agency.txt does; empty for several languages, or where neither says."""
    for file, column in (("feed_info.txt", "feed_lang"), ("agency.txt", "agency_lang")):
        # what is wrong with agency.txt is listed where its agencies are read
        table = _read_optional(tables, file, FaultList(), ())
        said = table.text(column).to_list()
        if said and TAG.fullmatch(said[0]):
            return "" if said[0].lower() == _MANY else said[0]
    return ""
