"""``headway topics``: create, check and migrate the topics on the broker."""

import asyncio
from typing import Annotated

import typer

from headway.up.running import load_running_settings
from runtime.errors import UserError
from runtime.settings import load_settings
from runtime.topics.check import list_topic_faults
from runtime.topics.ensure import ensure_topics
from runtime.topics.migrate import migrate_topics

app = typer.Typer(name="topics", help="The topics on the broker.", no_args_is_help=True)


@app.command(epilog="Example: HEADWAY_LINE_PARTITIONS=48 HEADWAY_REPLICATION=3 headway topics create")
def create() -> None:
    """Create every topic that is missing; what exists is left as it is."""
    settings = load_running_settings()
    epoch = asyncio.run(ensure_topics(settings))
    typer.echo(f"all topics are on {settings.broker}, epoch {epoch}")


@app.command(epilog="Example: headway topics check")
def check() -> None:
    """Say how the topics on the broker differ from the contract; ends with an error if they do."""
    settings = load_running_settings()
    faults = asyncio.run(list_topic_faults(settings))
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise UserError(f"{len(faults)} differences on {settings.broker}")
    typer.echo(f"all topics on {settings.broker} are as they should be")


@app.command(epilog="Example: headway topics migrate --partitions 96")
def migrate(
    partitions: Annotated[int, typer.Option(min=1, max=1024, help="Partitions of every line topic from now on.")],
) -> None:
    """Give the line topics another number of partitions, all else stopped.

    The last value of every line and the kept passages and scores come along; feed messages have been read by then.
    """
    settings = load_settings()
    moved = asyncio.run(migrate_topics(settings, partitions=partitions))
    typer.echo(f"{moved} records moved; now start everything with HEADWAY_LINE_PARTITIONS={partitions}")
