"""``headway crosswalk``: a partner's ids of stops or lines matched with a compiled timetable."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from runtime.errors import UserError
from runtime.settings import load_settings
from runtime.timetables import TimetableFolder
from transit.crosswalk.entries import Entry, Kind
from transit.crosswalk.match import match_entries
from transit.crosswalk.read_upload import read_upload


def crosswalk(
    version: Annotated[str, typer.Argument(metavar="HASH", help="A compiled timetable: its hash.")],
    kind: Annotated[Kind, typer.Argument(help="What the ids are of.")],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="CSV or JSON as a partner uploads it; else entries on stdin.")
    ] = None,
) -> None:
    """Print what each of a partner's stops or lines is taken for, how surely and why, as JSON.

    Example: headway crosswalk 2608df1fc233ceb1 stops theirs.csv
    """
    timetable = TimetableFolder(load_settings().timetables).find(version)
    if timetable is None:
        raise UserError(f"there is no timetable {version}: headway timetable list shows them")
    if file is None:
        try:
            entries = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Entry])
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise UserError(
                f'stdin: no JSON list of entries such as [{{"id": "S1", "name": "Bridge"}}]: {wrong}'
            ) from None
    else:
        try:
            entries = read_upload(file.read_bytes(), kind, is_json=file.suffix.lower() == ".json")
        except ValueError as wrong:
            raise UserError(f"{file}: {wrong}") from None
    sys.stdout.buffer.write(msgspec.json.encode(match_entries(kind, entries, timetable)))
