"""What the commands print: tables for a person, JSON for a machine."""

from collections.abc import Callable
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headway.partners.ledger_session import Told
from headway.partners.tables import written

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def show(told: Told, as_json: bool, hint: str = "") -> None:
    """Print what was done, a value a row; ``hint`` is for people only."""

    def table() -> tuple[Table]:
        grid = Table.grid(padding=(0, 2))
        for name, value in told.items():
            said = name.removesuffix("_ms") if name.endswith("_at_ms") else name  # a moment, as others are
            grid.add_row(said.replace("_", " "), escape(written(value, name)))
        return (grid,)

    print_found(told, as_json, table)
    if hint and not as_json:
        Console(stderr=True).print(hint)


def print_found(value: object, as_json: bool, tables: Callable[[], tuple[Table, ...]]) -> None:
    """Print ``value`` as JSON, or the tables that show it."""
    if as_json:
        typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
        return
    for table in tables():
        Console(soft_wrap=True).print(table)
