"""One timetable's whole file, joined from its lines: each is written once for each of its values."""

import gzip
from typing import Final, NamedTuple

import orjson

from api.city_file.write_line import write_line
from api.rendered import etag_of
from api.view.memory import View
from schemas.line_key import split_line_key
from transit.answers.line_view import LineView

COLUMNS: Final = (
    "stop_id",
    "stop_sequence",
    "expected_at",
    "expected_departure_at",
    "expected_early_at",
    "expected_late_at",
    "expected_departure_early_at",
    "expected_departure_late_at",
)
"""What stands in each call of a run, in this order."""


class CityFile(NamedTuple):
    """A file ready to be given: gzip, its validator, and when it was made (POSIX s)."""

    body: bytes
    etag: bytes
    built_at: int


class _Written(NamedTuple):
    value: LineView
    until: float
    text: bytes


class CityFileBuilder:
    """Builds files from one view, keeping each line's text until its value changes or a vehicle falls silent."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._written: dict[str, _Written] = {}

    def build(self, timetable: str) -> CityFile:
        """The file of one timetable as it is now."""
        view, now = self._view, self._view.now(timetable)
        keys = sorted(key for key in view.lines if split_line_key(key).timetable == timetable)
        runs = b",".join(text for key in keys if (text := self._read(key, now)))
        head = {"timetable": timetable, "columns": COLUMNS, "computed_at": view.told_until(timetable)}
        body = b"".join((orjson.dumps(head)[:-1], b',"runs":[', runs, b"]}"))
        return CityFile(gzip.compress(body, compresslevel=1, mtime=0), etag_of(body), int(now))

    def _read(self, key: str, now: float) -> bytes:
        value = self._view.lines[key]
        written = self._written.get(key)
        if written is None or written.value is not value or now > written.until:
            text = write_line(value, self._view.shelf[value.forecasts.timetable], now)
            lapses = [run.valid_until for run in value.forecasts.runs if run.valid_until >= now]
            written = self._written[key] = _Written(value, min(lapses, default=float("inf")), text)
        return written.text
