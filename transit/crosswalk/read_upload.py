"""Reads what a partner uploads: CSV with a header line, or a JSON list; columns may be named as in GTFS."""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from transit.crosswalk.entries import Entry, Kind

ENTRIES_MAX: Final = {Kind.STOPS: 20_000, Kind.LINES: 3_000}
COLUMNS_MAX: Final = 64
"""A feed's stops have a dozen; rows of many more columns than values would cost what no upload's size tells."""

TEXT_MAX: Final = 200
ID: Final = re.compile(r"[^\s,]{1,100}")
"""Their ids stand in lists with commas between, and in paths."""

_NAMES: Final = {
    "stop_id": "id",
    "route_id": "id",
    "stop_name": "name",
    "route_short_name": "name",
    "stop_code": "code",
    "stop_lat": "latitude",
    "lat": "latitude",
    "stop_lon": "longitude",
    "lon": "longitude",
    "from": "origin",
    "to": "destination",
}


def read_upload(content: bytes, kind: Kind, *, is_json: bool) -> list[Entry]:
    """The entries of an upload, in its order.

    At most a row more than is allowed is read of a CSV, so that what is refused costs no more than what is taken.

    Raises:
        ValueError: it cannot be read, a row has no id or one twice, or there are too many; the message names the row.
    """
    most = ENTRIES_MAX[kind]
    rows = _json_rows(content) if is_json else _csv_rows(content, most + 1)
    if len(rows) > most:
        raise ValueError(f"more than {most:,} rows; {most:,} {kind} at most")
    entries = [_entry(number, row) for number, row in enumerate(rows, 1)]
    if not entries:
        raise ValueError("holds no rows")
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        if seen.setdefault(entry.id, number) != number:
            raise ValueError(f"row {number}: id {entry.id!r} stands in row {seen[entry.id]} already")
    return entries


def _json_rows(content: bytes) -> Sequence[Mapping[str, object]]:
    try:
        return msgspec.json.decode(content, type=list[dict[str, str | int | float | None]])
    except msgspec.DecodeError as wrong:
        raise ValueError(f'no JSON list of objects such as [{{"id": "S1", "name": "Bridge"}}]: {wrong}') from None


def _csv_rows(content: bytes, most: int) -> Sequence[Mapping[str, object]]:
    """The first rows, ``most`` at most, by column; empty lines are none, and what has no column is left out."""
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        names = [name.strip().lower() for name in next(lines, ())]
        if len(names) > COLUMNS_MAX:
            raise ValueError(f"the first line names {len(names):,} columns; {COLUMNS_MAX} at most")
        rows = [dict(zip(names, values, strict=False)) for values in islice(filter(None, lines), most)]
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise ValueError(f"no CSV in UTF-8: {wrong}") from None
    if rows and not {"id", "stop_id", "route_id"} & set(names):
        raise ValueError("the first line must name the columns: id, name, code, latitude, longitude, from, to")
    return rows


def _entry(number: int, row: Mapping[str, object]) -> Entry:
    told: dict[str, str] = {}
    for name, value in row.items():
        if value is not None:
            plain = name.strip().lower()
            text = str(value).strip()
            if text:
                told.setdefault(_NAMES.get(plain, plain), text)
    if not ID.fullmatch(told.get("id", "")):
        raise ValueError(f"row {number}: id {told.get('id', '')!r}; 1 to 100 characters without spaces and commas")
    texts = {name: told.get(name, "") for name in ("name", "code", "origin", "destination")}
    long = [name for name, text in texts.items() if len(text) > TEXT_MAX]
    if long:
        raise ValueError(f"row {number}: {long[0]} is longer than {TEXT_MAX} characters")
    latitude, longitude = (_degrees(number, told, name) for name in ("latitude", "longitude"))
    if (latitude is None) != (longitude is None):
        raise ValueError(f"row {number}: gives one of latitude and longitude; give both or neither")
    return Entry(id=told["id"], latitude=latitude, longitude=longitude, **texts)


def _degrees(number: int, told: Mapping[str, str], name: str) -> float | None:
    written = told.get(name, "")
    if not written:
        return None
    most = 90.0 if name == "latitude" else 180.0
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise ValueError(f"row {number}: {name} {written!r} is no number of degrees up to {most:.0f}")
    return value
