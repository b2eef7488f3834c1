"""``headway explain``: an answer of the last thirty days taken apart."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from headway.explain.take_apart import take_apart
from runtime.errors import UserError
from runtime.settings import load_settings
from transit.answers.answer_id import parse_answer_id

_Archive = Annotated[
    Path | None, typer.Option(help="The archive that `headway record` keeps; HEADWAY_ARCHIVE if left out.")
]


def explain(
    answer: Annotated[str, typer.Argument(metavar="ANSWER_ID", help="The answer_id of an arrival.")],
    *,
    archive: _Archive = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show what was reported, matched, told and seen to happen, and what today's rules would say.

    Examples:
        headway explain 'city:t7:20260216@12@1771246800' --archive archive/

        headway explain 'city:t7:20260216@12@1771246800' --json
    """
    settings = load_settings()
    place = archive or settings.archive
    if place is None:
        raise UserError("no archive: add --archive FOLDER, or set HEADWAY_ARCHIVE")
    try:
        asked = parse_answer_id(answer)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    found = take_apart(asked, place, settings.timetables)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE))
        return
    console = Console()
    for table in _tables(found):
        console.print(table)


def _tables(found: dict[str, Any]) -> tuple[Any, ...]:
    reports = [
        (each["reported_at"], each["vehicle_id"], each["latitude"], each["longitude"], each["stop_id"])
        for each in found["reports"]
    ]
    facts = [(name, found[name]) for name in ("run_id", "line_id", "stop", "stop_sequence", "computed_at")]
    facts += [(name, value) for name, value in (found["match"] or {}).items()]
    served, again = found["served"] or {}, found["rerun"] or {}
    times = [(name, served.get(name), again.get(name)) for name in again if name.startswith("expected")]
    terms = list((again.get("terms") or {}).items())
    happened = [(each["kind"], each["at"], each["earliest_at"], each["latest_at"]) for each in found["happened"]]
    return (
        _table("fact value", facts),
        _table("reported vehicle latitude longitude stop", reports),
        _table("time served today's-rules", times),
        _table("term seconds", terms),
        _table("happened at earliest latest", happened),
    )


def _table(columns: str, rows: Iterable[Sequence[object]]) -> Table:
    """A plain table; the ledger's own would bring the database's libraries along, which take longer than the answer."""
    table = Table(box=None, pad_edge=False)
    for column in columns.split():
        table.add_column(column)
    for row in rows:
        table.add_row(*("-" if value is None else str(value) for value in row))
    return table
