"""``headway city``: a small city of our own making, generated and run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from runtime.errors import UserError
from simulators.network.generate import SMALL_CITY_LINES, generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs

city = typer.Typer(name="city", help="A simulated city: make its timetable, run its vehicles.", no_args_is_help=True)


@city.command()
def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="Where to write the GTFS.")],
    lines: Annotated[int, typer.Option(help="How many lines, subways included.")] = SMALL_CITY_LINES,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal cities, to the byte.")] = 7,
) -> None:
    """Make a believable city's timetable as a GTFS zip.

    Example: headway city generate --lines 14 --seed 7 city.zip
    """
    try:
        network = generate_network(lines, seed)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    with Console(stderr=True).status(f"writing {out}"):
        write_gtfs(tabulate(network), out)
    Console(stderr=True).print(f"{out}: {len(network.lines)} lines, {len(network.stops)} stops and stations")
