"""``headway explain``: an answer of the last thirty days taken apart."""

from pathlib import Path
from typing import Annotated, Any

import typer

from headway.explain.take_apart import take_apart
from headway.partners.printing import AsJson, print_found
from headway.partners.tables import plain_table
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
    as_json: AsJson = False,
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
    print_found(found, as_json, lambda: _tables(found))


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
        plain_table("fact value", facts),
        plain_table("reported vehicle latitude longitude stop", reports),
        plain_table("time served today's-rules", times),
        plain_table("term seconds", terms),
        plain_table("happened at earliest latest", happened),
    )
