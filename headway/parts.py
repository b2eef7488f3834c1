"""``headway parts``: what this machine has of the servers Headway can run by itself, and how to get the rest."""

from typing import Annotated

import typer
from rich.console import Console

from runtime.embedded import kafka_jars, postgres
from runtime.errors import UserError

app = typer.Typer(name="parts", help="Servers that are not Python packages.")


@app.callback(invoke_without_command=True, epilog="Example: headway parts")
def parts(
    *,
    strict: Annotated[bool, typer.Option(envvar="CI", help="Fail where a part cannot be had.")] = False,
) -> None:
    """Fetch Apache Kafka with Maven unless it is there, and say what else is missing and how to get it."""
    console = Console(stderr=True)
    missing = []
    try:
        with console.status("fetching Apache Kafka with Maven"):
            jars = kafka_jars.fetch_jars()
        console.print(f"Apache Kafka {kafka_jars.VERSION}: {jars}", soft_wrap=True)
    except UserError as refused:
        missing.append(f"Apache Kafka: {refused}")
    programs = postgres.find_postgres()
    if programs is None:
        missing.append(f"PostgreSQL: {postgres.HOW_TO_GET}")
    else:
        console.print(f"PostgreSQL: {programs}", soft_wrap=True)
    for line in missing:
        console.print(f"left out: {line}", soft_wrap=True, markup=False)
    if missing and strict:
        raise UserError(f"{len(missing)} parts are missing, where nothing may be left out")
