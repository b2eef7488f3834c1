"""``headway up``: everything on one machine, with one command."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from headway.up.broker import refuse_too_many_lines
from headway.up.city_zone import find_zone
from headway.up.options import LARGE_CITY_LINES, POLL_LARGE_S, POLL_S, TANSU, UpOptions
from headway.up.run import run_up
from headway.zone import check_zone
from runtime.errors import UserError
from runtime.recordings.archive_folder import make_archive_folder
from runtime.timetables.timetable_file import NAME

_RecordDays = Annotated[
    int | None, typer.Option(min=1, max=36_500, help="Delete its hours that are older than so many days.")
]
_Record = Annotated[Path | None, typer.Option(help="Keep all that comes in, passages and forecasts in this archive.")]

_BrokerMemory = Annotated[
    int, typer.Option(min=32, help="Tansu is renewed when it holds more than this; the API serves meanwhile.")
]
_PollS = Annotated[
    float | None,
    typer.Option(min=0.2, max=3600, help="How often a feed is polled: 5 s, a simulated city of over 200 lines 10 s."),
]
_Folder = Annotated[Path, typer.Option(envvar="HEADWAY_DATA_FOLDER", help="Where all that is kept between runs lies.")]
_Name = Annotated[str | None, typer.Option(help="What its ids begin with; the timetable's file name if left out.")]
_Positions = Annotated[
    list[str] | None, typer.Option(help="Its vehicle positions: a GTFS-realtime URL, file, folder or recording.")
]
_Beside = Annotated[
    list[str] | None, typer.Option(help="Its trip updates or alerts, where they are published apart: a URL or file.")
]
_City = Annotated[
    int | None, typer.Option(min=1, max=3000, metavar="LINES", help="Simulate a city of so many lines; 14 if left out.")
]
_Zone = Annotated[
    str | None, typer.Option(help="Its time zone; one where it is day now if left out, so that there is much to see.")
]
_Truth = Annotated[
    bool, typer.Option(help="Let the simulated city tell what really happens too, for `headway city score --broker`.")
]


def up(
    *,
    gtfs: Annotated[str | None, typer.Option(help="A city's timetable: GTFS zip, folder or URL.")] = None,
    name: _Name = None,
    positions: _Positions = None,
    beside: _Beside = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Tracker workers.")] = 1,
    api: Annotated[int, typer.Option(min=1, max=64, help="API processes: of two, one answers if the other dies.")] = 1,
    broker: Annotated[str, typer.Option(help="tansu, kafka, or HOST:PORT of a broker that runs.")] = TANSU,
    store: Annotated[str | None, typer.Option(help="URL of a Valkey or Redis that runs.")] = None,
    database: Annotated[str | None, typer.Option(help="URL of a PostgreSQL; a SQLite file if left out.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page and the API listen.")] = 8000,
    host: Annotated[str, typer.Option(help="The address they listen on.")] = "127.0.0.1",
    folder: _Folder = Path(".headway"),
    broker_memory_mb: _BrokerMemory = 1024,
    poll_s: _PollS = None,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="How fast recordings run, times real time.")] = 1.0,
    record: _Record = None,
    record_days: _RecordDays = None,
    city: _City = None,
    zone: _Zone = None,
    truth: _Truth = False,
) -> None:
    """Start all of Headway, watch over it, and end it on Ctrl-C.

    Without --positions a city's vehicles are simulated; without --gtfs too, it is a small city of Headway's own.

    Examples:
        headway up

        headway up --gtfs city.zip --positions https://agency.example/vehicles.pb --beside https://agency.example/alerts.pb

        headway up --city 1258 --broker kafka --workers 2 --zone Asia/Shanghai

        headway up --gtfs boston/gtfs.zip --name boston --positions boston/recorded.zip --speed 4
    """
    options = UpOptions(
        folder=folder.absolute(),
        workers=workers,
        api=api,
        broker=broker,
        store=store,
        database=database,
        gtfs=gtfs,
        name=name,
        positions=tuple(positions or ()),
        beside=tuple(beside or ()),
        port=port,
        host=host,
        broker_memory_mb=broker_memory_mb,
        poll_s=poll_s or (POLL_S if (city or 0) <= LARGE_CITY_LINES else POLL_LARGE_S),
        speed=speed,
        record=None if record is None else record.absolute(),
        record_days=record_days,
        city_lines=city,
        truth=truth,
    )
    _check(options)
    asyncio.run(run_up(replace(options, zone=_choose_zone(options, zone))))


def _choose_zone(options: UpOptions, asked: str | None) -> str:
    """Where the city of our own lies: as asked, else where it is day.

    Raises:
        UserError: there is no such zone, or a timetable says where the city lies.
    """
    if asked is not None and options.gtfs is not None:
        raise UserError("--zone is where Headway's own city lies: leave it out, for --gtfs says where its city does")
    if asked is not None:
        check_zone(asked)
        return asked
    return options.zone if options.gtfs is not None else find_zone(options, int(time.time()))


def _check(options: UpOptions) -> None:
    """Stop where the options do not go together.

    Raises:
        UserError: one of them is missing, malformed, names what is not there, or belongs to another.
    """
    _check_sources(options)
    if options.record_days is not None and options.record is None:
        raise UserError("--record-days is how long --record keeps: name the archive, or leave --record-days out")
    if options.record is not None:
        make_archive_folder(options.record, option="--record")
    if options.truth and options.positions:
        raise UserError("--truth is told by a simulated city: leave --positions out, or leave --truth out")
    if options.speed != 1.0 and not options.positions:
        # its feed is polled as any other, by this machine's clock
        raise UserError(
            "--speed is for recordings: the simulated city's feed is polled live; record it with headway city record "
            "and give that as --positions"
        )


def _check_sources(options: UpOptions) -> None:
    gtfs, name, positions, city = options.gtfs, options.name, options.positions, options.city_lines
    if city is not None and gtfs is not None:
        raise UserError("--city makes a timetable of its own: leave --gtfs out, or leave --city out")
    if options.beside and len(positions) != 1:
        raise UserError("--beside stands beside one feed: name its --positions, and no others")
    if positions and gtfs is None:
        raise UserError("--positions needs the timetable its vehicles run on: add --gtfs")
    if name is not None and not NAME.fullmatch(name):
        raise UserError(f"--name {name!r}: use letters, digits, dots and dashes, 64 at most")
    if city is not None:
        refuse_too_many_lines(options.broker, city)
    for option, place in (("--gtfs", gtfs), *(("--positions", each) for each in positions)):
        if place is not None and "://" not in place and not Path(place).exists():
            raise UserError(f"{option} {place}: no such file or folder")
