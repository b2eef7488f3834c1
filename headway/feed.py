"""``headway feed``: the simulated city as feeds that any other system can read."""

from pathlib import Path
from typing import Annotated

import typer

from headway.city import run

app = typer.Typer(name="feed", help="The simulated city as GTFS-realtime URLs, for any system.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, though it has one command: `headway feed serve`."""


@app.command()
def serve(
    gtfs: Annotated[str, typer.Option(help="The timetable to run: a GTFS zip, folder or URL, or a compiled one.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to serve; 0: any port.")] = 8090,
    *,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Equal seeds give equal cities at equal times, to the byte.")] = 7,
    speed: Annotated[float, typer.Option(min=0.01, max=3600, help="Times real time.")] = 1.0,
    start_at: Annotated[str | None, typer.Option(help="Start at this time (RFC 3339) instead of now.")] = None,
    every_s: Annotated[float, typer.Option(min=0.1, max=600, help="A new message so often (wall clock).")] = 5.0,
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME|FILE.toml", help="What goes wrong; `city scenarios` lists names.")
    ] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="One fault turned up.")] = None,
    devices: Annotated[
        Path | None, typer.Option(metavar="PROFILE.json", help="Devices that report as `city realism --profile` saw.")
    ] = None,
) -> None:
    """Serve /vehicle_positions.pb, /trip_updates.pb and /alerts.pb of a city, as an operator's server would.

    Trip updates and alerts are its control centre's. The same as `headway city run --port`.

    Example: headway feed serve --gtfs city.zip --port 8090 --scenario detours
    """
    run(
        gtfs=gtfs,
        port=port,
        host=host,
        seed=seed,
        speed=speed,
        start_at=start_at,
        every_s=every_s,
        scenario=scenario,
        fault=fault,
        devices=devices,
    )
