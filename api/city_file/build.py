"""One timetable's whole file, joined from its lines: each is written and compressed once for each of its values."""

from typing import Final, NamedTuple

import orjson

from api.city_file.joined_gzip import Packed, join_gzip, pack
from api.city_file.write_line import LineWriter
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


_COMMA: Final = pack(b",")
_END: Final = pack(b"]}")


class _Written(NamedTuple):
    value: LineView
    until: float
    packed: Packed


class CityFileBuilder:
    """Builds files from one view: what one costs is what changed since the one before.

    A line is kept as it was written until its value changes or a vehicle of it falls silent.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._writer = LineWriter()
        self._written: dict[str, _Written] = {}

    def build(self, timetable: str) -> CityFile:
        """The file of one timetable as it is now."""
        view, now = self._view, self._view.now(timetable)
        self._let_go()
        keys = sorted(key for key in view.lines if split_line_key(key).timetable == timetable)
        lines = [packed for key in keys if (packed := self._read(key, now)).text]
        head = {"timetable": timetable, "columns": COLUMNS, "computed_at": view.told_until(timetable)}
        parts = [pack(orjson.dumps(head)[:-1] + b',"runs":[')]
        for line in lines:
            parts += (line, _COMMA)
        del parts[len(parts) - bool(lines) :]
        parts.append(_END)
        return CityFile(join_gzip(parts), etag_of(b"".join(part.digest for part in parts)), int(now))

    def _let_go(self) -> None:
        """Forget lines that have left the view and timetables that have left the shelf."""
        for gone in self._written.keys() - self._view.lines.keys():
            del self._written[gone]
        self._writer.let_go(self._view.shelf)

    def _read(self, key: str, now: float) -> Packed:
        value = self._view.lines[key]
        written = self._written.get(key)
        if written is None or written.value is not value or now > written.until:
            text = self._writer.write(value, self._view.shelf[value.forecasts.timetable], now)
            lapses = [run.valid_until for run in value.forecasts.runs if run.valid_until >= now]
            written = self._written[key] = _Written(value, min(lapses, default=float("inf")), pack(text))
        return written.packed
