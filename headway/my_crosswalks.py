"""``headway me crosswalks``: a partner's own ids of stops and lines from a terminal."""

from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from headway.calling import URL, Url, call, send_file
from headway.partners.printing import AsJson, print_found
from headway.partners.tables import plain_table
from runtime.errors import UserError
from transit.coordinates.datum import Datum
from transit.crosswalk.entries import Kind

app = typer.Typer(name="crosswalks", help="How you call stops and lines, to ask by your own ids.", no_args_is_help=True)

_Timetable = Annotated[str, typer.Argument(help="The timetable's name: the first part of every id of ours.")]
_Kind = Annotated[Kind, typer.Argument(help="What the ids are of.")]
_COUNTS: Final = ("timetable", "kind", "entries", "matched", "doubtful", "missing", "decided", "uploaded_at")
_PAGE: Final = 1000


@app.command(epilog="Example: headway me crosswalks upload city stops theirs.csv --datum gcj02")
def upload(
    timetable: _Timetable,
    kind: _Kind,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header line, or a JSON list.")],
    *,
    datum: Annotated[Datum, typer.Option(help="Of the coordinates in it.")] = Datum.WGS84,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Upload ids in the place of those before, and show how many are matched; what you decided stays."""
    try:
        content = file.read_bytes()
    except OSError as failed:
        raise UserError(f"{file}: {failed.strerror}") from None
    media = "application/json" if file.suffix.lower() == ".json" else "text/csv"
    found = send_file(url, f"{_path(timetable, kind)}?limit=1&datum={datum.value}", content, media)
    counts = {name: found[name] for name in _COUNTS}
    print_found(counts, as_json, lambda: (_counts([counts]),))


@app.command("list", epilog="Example: headway me crosswalks list")
def list_all(*, url: Url = URL, as_json: AsJson = False) -> None:
    """List crosswalks, and how much of each is matched."""
    found = call(url, "GET", "/v1/me/crosswalks")
    print_found(found, as_json, lambda: (_counts(found["crosswalks"]),))


@app.command(epilog="Example: headway me crosswalks report city stops --verdict doubtful")
def report(
    timetable: _Timetable,
    kind: _Kind,
    *,
    verdict: Annotated[str, typer.Option(help="Only entries that are this: matched, doubtful or missing.")] = "",
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Show what each entry is taken for, how surely and why."""
    asked = f"{_path(timetable, kind)}?limit={_PAGE}" + (f"&verdict={quote(verdict)}" if verdict else "")
    entries: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = call(url, "GET", f"{asked}&cursor={quote(cursor, safe='')}" if cursor else asked)
        entries += page["report"]
        cursor = page["next_cursor"]
    rows = [
        (each["id"], each["name"], each["verdict"], each["reason"], each["confidence"], each["ours"])
        for each in entries
    ]
    print_found(entries, as_json, lambda: (plain_table("id name verdict reason confidence ours", rows),))


@app.command(epilog="Examples: headway me crosswalks decide city stops S7 city:m7-6    … decide city stops S8 --none")
def decide(
    timetable: _Timetable,
    kind: _Kind,
    entry: Annotated[str, typer.Argument(metavar="ID", help="Yours.")],
    ours: Annotated[str, typer.Argument(help="The public id that it is.")] = "",
    *,
    none: Annotated[bool, typer.Option("--none", help="It is none of ours.")] = False,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Say what a doubtful entry is; that goes before the rule, at each upload too."""
    if bool(ours) is none:
        raise UserError("say which of ours it is, or --none")
    body = {"decisions": [{"id": entry, "ours": ours or None}]}
    found = call(url, "POST", f"{_path(timetable, kind)}/decisions?limit=1", body)
    counts = {name: found[name] for name in _COUNTS}
    print_found(counts, as_json, lambda: (_counts([counts]),))


@app.command(epilog="Example: headway me crosswalks remove city stops")
def remove(timetable: _Timetable, kind: _Kind, *, url: Url = URL) -> None:
    """Remove a crosswalk: nothing can be asked for by its ids any more."""
    call(url, "DELETE", _path(timetable, kind))
    typer.echo(f"your {kind.value} of {timetable} are removed")


def _path(timetable: str, kind: Kind) -> str:
    return f"/v1/me/crosswalks/{quote(timetable, safe='')}/{kind.value}"


def _counts(found: list[dict[str, Any]]) -> Any:
    heads = "timetable kind entries matched doubtful missing decided uploaded"
    return plain_table(heads, [tuple(each[name] for name in _COUNTS) for each in found])
