"""``headway timetable export`` and ``changes``: what partners keep of a timetable, as one compressed file."""

import gzip
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from runtime.errors import UserError
from runtime.settings import load_settings
from runtime.timetables import TimetableFolder
from runtime.timetables.whole_file import write_whole
from transit.timetable.spoken import in_language
from transit.timetable.static_file import compare_static, describe_static

_LEVEL = 6


def export(
    version: Annotated[str, typer.Argument(metavar="HASH", help="A compiled timetable: its hash.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.json.gz", help="Where to write it.")],
    *,
    part: Annotated[
        bool, typer.Option("--part", help='Only the rows of {"lines": […], "stops": […]} on standard input.')
    ] = False,
    language: Annotated[
        str, typer.Option(metavar="TAG", help="Names in this language (zh), where the timetable has them in it.")
    ] = "",
) -> None:
    """Write lines, stops, patterns, shapes, first and last times of a timetable as one gzip file."""
    timetable = TimetableFolder(load_settings().timetables).find(version)
    if timetable is None:
        raise UserError(f"there is no timetable {version}: headway timetable list shows them")
    if language and timetable.languages.find(language) < 0:
        known = ", ".join(timetable.languages) or "none but its own"
        raise UserError(f"timetable {version} has no names in {language!r}; it has: {known}")
    timetable = in_language(timetable, language)
    lines, stops = range(len(timetable.line_id)), range(len(timetable.stop_id))
    told: dict[str, list[int]] = {"lines": list(lines), "stops": list(stops)}
    if part:
        told = orjson.loads(sys.stdin.buffer.read())
    described = describe_static(timetable, told["lines"], told["stops"])
    try:
        with write_whole(out) as opened:
            # the same bytes whoever makes it: the file's validator is a digest of them
            opened.write(gzip.compress(orjson.dumps(described), compresslevel=_LEVEL, mtime=0))
    except OSError as failed:
        raise UserError(f"{out}: cannot be written: {failed.strerror}") from None


def changes(
    before: Annotated[Path, typer.Argument(metavar="OLD.json.gz", help="An exported timetable.")],
    after: Annotated[Path, typer.Argument(metavar="NEW.json.gz", help="A later one.")],
) -> None:
    """Print what a version changed against another, by id, as JSON."""
    sys.stdout.buffer.write(orjson.dumps(compare_static(_read(before), _read(after))))


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, orjson.JSONDecodeError) as wrong:
        raise UserError(f"{file}: is no exported timetable: {wrong}") from None
    return found
