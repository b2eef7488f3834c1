"""``headway contract``: the API's description, and the clients that are made from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console

from api.app import build_api
from api.contract import VERSION, read_contract
from headway.contract.python_client import write_client, write_models
from headway.contract.typescript import write_types
from runtime.errors import UserError
from runtime.settings import Settings

if TYPE_CHECKING:
    from transit.timetable.compiled import Timetable

app = typer.Typer(name="contract", help="The API's contract: what partners may hold to.", no_args_is_help=True)


@app.command()
def describe(out: Annotated[Path, typer.Argument(metavar="OUT.json", help="Where to write it.")]) -> None:
    """Write the API's description (OpenAPI 3.1) as this version has it.

    Example: headway contract describe openapi.json
    """
    described = build_api(Settings(), load=_load_nothing).application.openapi()
    _write(out, orjson.dumps(described, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())


@app.command()
def clients(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the clients.")],
) -> None:
    """Write the generated halves of the Python client and the types for TypeScript.

    Example: headway contract clients clients
    """
    contract = read_contract()
    _write(folder / "python" / "headway_client" / "models.py", write_models(contract))
    _write(folder / "python" / "headway_client" / "calls.py", write_client(contract))
    _write(folder / "typescript" / "headway.d.ts", write_types(contract))


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    except OSError as wrong:
        raise UserError(f"{place}: {wrong.strerror}") from None
    Console(stderr=True).print(f"{place}: the contract of {VERSION}", highlight=False, soft_wrap=True)


def _load_nothing(timetable_hash: str) -> "Timetable":
    raise LookupError(timetable_hash)
