"""``headway contract``: the API's description, and the clients that are made from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console

from api.app import build_api
from api.contract import VERSION, read_contract
from headway.contract.python_client import write_calls, write_models
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
    Console(stderr=True).print(f"{out}: the contract of {VERSION}", highlight=False, soft_wrap=True)


@app.command()
def clients(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the clients.")],
) -> None:
    """Write the generated halves of the Python client and the types for TypeScript.

    Example: headway contract clients clients
    """
    for name, text in write_all(read_contract()).items():
        _write(folder / name, text)
    Console(stderr=True).print(f"{folder}: the contract of {VERSION}", highlight=False, soft_wrap=True)


def write_all(contract: dict[str, Any]) -> dict[str, str]:
    """Every generated file by its path below the clients' folder."""
    python = "python/headway_client"
    return {
        **{f"{python}/models/{name}": text for name, text in write_models(contract).items()},
        **{f"{python}/calls/{name}": text for name, text in write_calls(contract).items()},
        **{f"typescript/{name}": text for name, text in write_types(contract).items()},
    }


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    except OSError as wrong:
        raise UserError(f"{place}: {wrong.strerror}") from None


def _load_nothing(timetable_hash: str) -> "Timetable":
    raise LookupError(timetable_hash)
