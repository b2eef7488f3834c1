"""``headway city``: a small city of our own making, generated and run."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
import polars as pl
import typer
from google.transit import gtfs_realtime_pb2 as pb
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from headway.city_live_score import print_causes, score_live
from headway.city_realism.command import read_profile, realism
from headway.city_score import TruthScore, print_score, score_city
from headway.city_timetable import open_timetable, refuse_without_service
from headway.city_truth.publish import publishing
from headway.score_report.paper import open_paper
from headway.up.running import load_running_settings
from headway.zone import check_zone
from runtime.errors import UserError
from runtime.timetables.history_file import load_history
from runtime.timetables.whole_file import write_whole
from simulators.city.city import City
from simulators.city.conditions import Conditions
from simulators.city.devices import DeviceFaults, profiled
from simulators.city.scenarios import SCENARIOS, ScenarioError, combine, read_fault, read_scenario
from simulators.network.generate import SMALL_CITY_LINES, generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from simulators.network.line_plan import HOME_ZONE
from simulators.publishing.event_clock import EventClock
from simulators.publishing.feed_file import place_of, publish_file
from simulators.publishing.feed_server import ALERTS, TRIP_UPDATES, FeedServer

app = typer.Typer(name="city", help="A simulated city: make its timetable, run its vehicles.", no_args_is_help=True)
app.command()(realism)


@app.command()
def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="Where to write the GTFS.")],
    lines: Annotated[int, typer.Option(help="How many lines, subways included.")] = SMALL_CITY_LINES,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal cities, to the byte.")] = 7,
    zone: Annotated[str, typer.Option(help="The time zone it lies in.")] = HOME_ZONE,
    *,
    odd_ways: Annotated[
        bool, typer.Option("--odd-ways", help="Buses go round a block or out and back on their way.")
    ] = False,
) -> None:
    """Make a believable city's timetable as a GTFS zip.

    Example: headway city generate --lines 14 --seed 7 city.zip

    Example: headway city generate --odd-ways odd.zip
    """
    check_zone(zone)
    try:
        network = generate_network(lines, seed, zone, has_odd_ways=odd_ways)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"writing {out}", total=len(network.lines))
        write_gtfs(tabulate(network, on_line=lambda: progress.advance(task)), out)
    Console(stderr=True).print(f"{out}: {len(network.lines)} lines, {len(network.stops)} stops and stations")


@app.command()
def run(
    gtfs: Annotated[str, typer.Option(help="The timetable to run: a GTFS zip, folder or URL, or a compiled one.")],
    to: Annotated[Path | None, typer.Option(help="Publish as a file: a folder, or a name ending in .pb.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Publish at a URL on this port; 0: any.")] = None,
    *,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal cities at equal times, to the byte.")] = 7,
    speed: Annotated[float, typer.Option(min=0.01, max=3600, help="Times real time.")] = 1.0,
    start_at: Annotated[str | None, typer.Option(help="Start at this time (RFC 3339) instead of now.")] = None,
    every_s: Annotated[float, typer.Option(min=0.1, max=600, help="Publish this often (wall clock).")] = 5.0,
    polls: Annotated[int | None, typer.Option(min=1, help="Stop after so many publications.")] = None,
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME|FILE.toml", help="What goes wrong; `city scenarios` lists names.")
    ] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="One fault turned up.")] = None,
    devices: Annotated[
        Path | None, typer.Option(metavar="PROFILE.json", help="Devices that report as `city realism --profile` saw.")
    ] = None,
    truth: Annotated[bool, typer.Option(help="Write what really happens to the broker's topics of truth.")] = False,
) -> None:
    """Run vehicles on a timetable and publish their positions as GTFS-realtime, as an operator would.

    At a URL also /trip_updates.pb of the city's control centre (delays, short turns, cancellations) and /alerts.pb.

    Example: headway city run --gtfs city.zip --port 8090

    Example: headway city run --gtfs city.zip --to feed/ --speed 60 --start-at 2026-11-24T07:30:00+08:00

    Example: headway city run --gtfs city.zip --port 8090 --scenario storm --fault frozen_ratio=0.05

    Example: HEADWAY_BROKER=127.0.0.1:9092 headway city run --gtfs city.zip --port 8090 --truth
    """
    if (to is None) == (port is None):
        raise UserError("say where to publish: either --to FOLDER or --port PORT")
    if truth and (speed != 1.0 or start_at is not None):
        raise UserError(
            "--truth judges what is told of a live feed, by this machine's clock: leave out --speed and --start-at"
        )
    now = time.time()
    clock = EventClock(now, _moment(start_at) if start_at else now, speed)
    faults, like = what_goes_wrong(scenario or [], fault or [])
    faults = faults if devices is None else _with_profile(devices, faults)
    timetable = open_timetable(gtfs)
    refuse_without_service(timetable, clock.event_at(now))
    town = City(timetable, seed, faults, like)
    in_use = threading.Lock()
    publish, place = _publisher(town, in_use, to, port, host)
    console = Console(stderr=True)
    with publishing(load_running_settings(), town) if truth else nullcontext() as telling:
        for count, at in enumerate(clock.moments(every_s), start=1):
            with in_use:
                message = town.feed_at(at)
                if telling is not None:
                    telling.publish(at)
            publish(message, at)
            if count == 1:
                vehicles = len(town.positions_at(at).entity)
                console.print(f"{vehicles} vehicles at {place}", highlight=False, soft_wrap=True)
            if count == polls:
                break


@app.command()
def record(
    to: Annotated[Path, typer.Argument(help="The zip to write; `headway score` and `headway learn` read it.")],
    gtfs: Annotated[str, typer.Option(help="The timetable to run: a GTFS zip, folder or URL.")],
    start_at: Annotated[str, typer.Option(help="From this time on (RFC 3339).")],
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="For so long.")] = 60,
    *,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal cities, to the byte.")] = 7,
    every_s: Annotated[int, typer.Option(min=1, max=600, help="One message so often.")] = 15,
    scenario: Annotated[list[str] | None, typer.Option(help="What goes wrong; `city scenarios` lists names.")] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="One fault turned up.")] = None,
) -> None:
    """Record a city's positions as fast as they can be worked out, as a recording of earlier service.

    Example: headway city record monday.zip --gtfs city.zip --start-at 2026-11-23T07:00:00+08:00 --minutes 180

    Example: headway learn monday.zip --gtfs city.zip --to monday.history
    """
    faults, like = what_goes_wrong(scenario or [], fault or [])
    timetable, begin = open_timetable(gtfs), int(_moment(start_at))
    refuse_without_service(timetable, begin)
    town = City(timetable, seed, faults, like)
    try:
        with write_whole(to) as opened, ZipFile(opened, "w", ZIP_DEFLATED) as recording:
            for at in range(begin, begin + 60 * minutes, every_s):
                recording.writestr(f"{at}.pb", town.positions_at(at).SerializeToString(deterministic=True))
    except OSError as failed:
        raise UserError(f"{to}: cannot be written: {failed.strerror}") from None


@app.command()
def score(
    gtfs: Annotated[
        str | None, typer.Option(help="The timetable to run: a GTFS zip, folder or URL, or a compiled one.")
    ] = None,
    start_at: Annotated[str | None, typer.Option(help="From this time on (RFC 3339).")] = None,
    minutes: Annotated[int, typer.Option(min=15, max=1440, help="For so long.")] = 60,
    *,
    broker: Annotated[
        str | None, typer.Option(metavar="HOST:PORT|up", help="Judge what runs there now; up: `headway up --truth`.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal cities, to the byte.")] = 7,
    scenario: Annotated[list[str] | None, typer.Option(help="What goes wrong; `city scenarios` lists names.")] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="One fault turned up.")] = None,
    history: Annotated[Path | None, typer.Option(help="A history file that `headway learn` made.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write all figures here (JSON).")] = None,
) -> None:
    """Score what Headway would have answered in a city against the exact truth, which only the city knows.

    Without --broker a city is run here and now, as fast as it goes. With it, a Headway that runs on a city's feed is
    listened to for so long, and judged by what the city has told of itself on the topics of truth.

    Example: headway city score --gtfs city.zip --start-at 2026-11-24T08:00:00+08:00 --minutes 60 --scenario storm

    Example: headway city score --broker up --minutes 30
    """
    if broker is not None:
        found, causes = _score_running(broker, gtfs, minutes)
        print_score(found, open_paper())
        print_causes(causes, open_paper())
    else:
        found = _score_here(gtfs, start_at, minutes, seed, what_goes_wrong(scenario or [], fault or []), history)
        print_score(found, open_paper())
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))


def _score_running(broker: str, gtfs: str | None, minutes: int) -> tuple[TruthScore, pl.DataFrame]:
    settings = load_running_settings()
    settings = settings if broker == "up" else settings.model_copy(update={"broker": broker})
    timetable = None if gtfs is None else open_timetable(gtfs)
    console = Console(stderr=True)
    return asyncio.run(score_live(settings, seconds=minutes * 60, timetable=timetable, console=console))


def _score_here(
    gtfs: str | None,
    start_at: str | None,
    minutes: int,
    seed: int,
    wrong: tuple[DeviceFaults, Conditions],
    history: Path | None,
) -> TruthScore:
    if gtfs is None or start_at is None:
        raise UserError("say which city to run, --gtfs and --start-at, or which broker to listen to, --broker")
    town = City(open_timetable(gtfs), seed, *wrong)
    console = Console(stderr=True)
    known = None if history is None else load_history(history)
    try:
        return score_city(town, begin=int(_moment(start_at)), seconds=minutes * 60, console=console, history=known)
    except ValueError as nothing:
        raise UserError(str(nothing)) from None


@app.command()
def scenarios() -> None:
    """List the scenarios by name, with the failure cases of real feeds that each makes.

    Example: headway city scenarios
    """
    table = Table("name", "what goes wrong", "cases", "changes")
    for each in SCENARIOS:
        changes = ", ".join(f"{name}={value:g}" for name, value in (each.devices | each.conditions).items())
        table.add_row(each.name, each.what, ", ".join(map(str, each.cases)), changes)
    open_paper().print(table)


def what_goes_wrong(scenario: list[str], fault: list[str]) -> tuple[DeviceFaults, Conditions]:
    """The faults and conditions that were asked for, one after another.

    Raises:
        UserError: one of them is not known.
    """
    try:
        return combine([*map(read_scenario, scenario), *map(read_fault, fault)])
    except ScenarioError as wrong:
        raise UserError(str(wrong)) from None


def _with_profile(devices: Path, faults: DeviceFaults) -> DeviceFaults:
    """The devices of a profile, with the other faults that were asked for.

    Raises:
        UserError: the file is no profile, or a fault was asked for that it stands for.
    """
    try:
        return profiled(read_profile(devices), faults)
    except ValueError as twice:
        raise UserError(f"--devices: {twice}") from None


def _moment(written: str) -> float:
    """A time given on the command line as a POSIX second."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise UserError(f"--start-at {written!r}: write it as 2026-11-24T07:30:00+08:00") from None
    if moment.tzinfo is None:
        raise UserError(f"--start-at {written!r}: its offset is missing; write it as 2026-11-24T07:30:00+08:00")
    if not 1970 < moment.year < 2100:
        raise UserError(f"--start-at {written!r}: no city ran or will run then; name a moment between 1971 and 2099")
    return moment.timestamp()


def _publisher(
    town: City, in_use: threading.Lock, to: Path | None, port: int | None, host: str
) -> tuple[Callable[[bytes, int], None], str]:
    """How to publish one message, and the place to read it; ``in_use`` is held while the city is asked."""
    if to is None:
        server = FeedServer(port or 0, host)

        def serve(content: bytes, at: int) -> None:
            server.publish(content, at)
            server.offer(lambda: _written(town.trip_updates_at, at), at, TRIP_UPDATES)
            server.offer(lambda: _written(town.alerts_at, at), at, ALERTS)

        def _written(told_at: Callable[[int], pb.FeedMessage], at: int) -> bytes:
            with in_use:
                written: bytes = told_at(at).SerializeToString(deterministic=True)
            return written

        return serve, f"{server.url}, with {TRIP_UPDATES} and {ALERTS} beside it"
    file = place_of(to)

    def publish(content: bytes, _at: int) -> None:
        try:
            publish_file(content, file)
        except OSError as wrong:
            raise UserError(f"{file}: {wrong.strerror}") from None

    return publish, str(file)
