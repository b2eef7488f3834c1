"""A timetable in another language: the same rows, with the names that its feed gives in that language."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from transit.timetable.compiled import Strings, Timetable
from transit.timetable.translations import Translated


def in_language(timetable: Timetable, language: str) -> Timetable:
    """The timetable with its names in ``language``; a name that is not translated stays as it stands.

    A sign that is not translated but reads like a stop's name is told as that stop is.
    """
    row = timetable.languages.find(language)
    if row < 0:
        return timetable
    names = _names_of(timetable, row)
    stops, signs = names[Translated.STOP_NAME], names[Translated.SIGN]
    for stop, name in zip(timetable.stop_id, timetable.stop_name, strict=True):
        if stop in stops:
            signs.setdefault(name, stops[stop])
    return replace(
        timetable,
        agency_name=_told(timetable.agency_id, timetable.agency_name, names[Translated.AGENCY_NAME]),
        line_short_name=_told(timetable.line_id, timetable.line_short_name, names[Translated.LINE_SHORT_NAME]),
        line_long_name=_told(timetable.line_id, timetable.line_long_name, names[Translated.LINE_LONG_NAME]),
        stop_name=_told(timetable.stop_id, timetable.stop_name, stops),
        stop_platform_code=_told(timetable.stop_id, timetable.stop_platform_code, names[Translated.STOP_PLATFORM_CODE]),
        pattern_headsign=_told(timetable.pattern_headsign, timetable.pattern_headsign, signs),
        call_headsign=_told(timetable.call_headsign, timetable.call_headsign, signs),
        trip_headsign=_told(timetable.trip_headsign, timetable.trip_headsign, signs),
    )


def _names_of(timetable: Timetable, language: int) -> dict[Translated, dict[str, str]]:
    names: dict[Translated, dict[str, str]] = {field: {} for field in Translated}
    rows = zip(
        timetable.translation_language.tolist(),
        timetable.translation_field.tolist(),
        timetable.translation_key,
        timetable.translation_text,
        strict=True,
    )
    for of, field, key, text in rows:
        if of == language:
            names[Translated(field)][key] = text
    return names


def _told(keys: Iterable[str], texts: Strings, names: Mapping[str, str]) -> Strings:
    if not names:
        return texts
    return Strings.of([names.get(key, text) for key, text in zip(keys, texts, strict=True)])
