"""``headway timetable``: compile GTFS, look at it, put it in force, take it back."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from headway.austin import write_austin_gtfs
from headway.beijing.gtfs import write_beijing_gtfs
from headway.score_report.paper import open_paper
from headway.static_file import changes, export
from headway.timetable_tables import diff_table, faults_table, timetables_table, versions_table
from headway.up.running import load_running_settings
from runtime.errors import UserError
from runtime.settings import Settings, load_settings
from runtime.timetables import load_timetable, read_gtfs, read_versions, save_timetable, write_versions
from runtime.timetables.publish import publish_versions, read_published_versions
from runtime.timetables.timetable_file import NAME
from runtime.timetables.timetable_folder import TimetableFolder, list_files
from schemas.timetable_versions import TimetableDiff, TimetableVersion, TimetableVersions
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.difference import compare_timetables
from transit.timetable.faults import TimetableError, parse_fault
from transit.timetable.service_day import service_date
from transit.timetable.succession import SuccessionError, activate, roll_back

app = typer.Typer(
    name="timetable", help="Timetables: compile GTFS, put it in force, take it back.", no_args_is_help=True
)

app.command(epilog="Example: headway timetable export 2608df1fc233ceb1 city.json.gz")(export)
app.command(epilog="Example: headway timetable changes old.json.gz new.json.gz")(changes)

_Gtfs = Annotated[str, typer.Argument(help="A GTFS zip, folder or URL.", metavar="GTFS")]
_Hash = Annotated[str, typer.Argument(help="A compiled timetable: its hash, as `list` shows it.", metavar="HASH")]
_Offline = Annotated[
    bool, typer.Option("--offline", help="Write the file that processes start from, where no broker runs yet.")
]
_Change = Callable[[TimetableVersions | None], TimetableVersions]


@app.command("compile", epilog="Example: headway timetable compile https://agency.example/gtfs.zip --name city")
def compile_gtfs(
    gtfs: _Gtfs,
    *,
    name: Annotated[str, typer.Option(help="What the timetable is called; ids begin with it.")],
) -> None:
    """Compile GTFS into the folder of timetables and print its hash. It is in force once it is activated."""
    if not NAME.fullmatch(name):
        raise UserError(f"--name {name!r}: use letters, digits, dots and dashes, 64 at most")
    timetable = _compile(gtfs, name)
    path = save_timetable(timetable, load_settings().timetables)
    if timetable.faults:
        Console(stderr=True).print(f"{len(timetable.faults)} faults survived; see `headway timetable check {gtfs}`")
    typer.echo(f"{timetable.hash}  {path}")


@app.command(epilog="Example: headway timetable check gtfs.zip")
def check(gtfs: _Gtfs) -> None:
    """List what is wrong with GTFS, by file and line; ends with an error if it cannot be used at all."""
    timetable = _compile(gtfs, "check")
    console = open_paper()
    if timetable.faults:
        console.print(faults_table([parse_fault(fault) for fault in timetable.faults]))
    console.print(timetables_table([timetable]))


@app.command(epilog="Example: headway timetable show 3305aded78944146")
def show(content_hash: _Hash) -> None:
    """Show a compiled timetable and the faults of its GTFS."""
    timetable = TimetableFolder(load_settings().timetables).get(content_hash)
    console = open_paper()
    console.print(timetables_table([timetable]))
    if timetable.faults:
        console.print(faults_table([parse_fault(fault) for fault in timetable.faults]))


@app.command("list", epilog="Example: headway timetable list")
def list_all() -> None:
    """List compiled timetables, and which are in force."""
    folder = load_settings().timetables
    timetables = [load_timetable(path) for path in list_files(folder)]
    if not timetables:
        raise UserError(f"{folder}: holds no compiled timetable; make one with `headway timetable compile`")
    console = open_paper()
    console.print(timetables_table(timetables))
    for name in sorted({timetable.name for timetable in timetables}):
        versions = read_versions(folder, name)
        if versions:
            console.print(versions_table(versions))


@app.command("activate", epilog="Example: headway timetable activate 3305aded78944146 --from 2026-03-01")
def activate_version(
    content_hash: _Hash,
    *,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The first service date it speaks for; at once if left out."),
    ] = None,
    offline: _Offline = False,
) -> None:
    """Put a compiled timetable in force, at once or from a service date on, and show what it changes."""
    settings = load_running_settings()
    timetables = TimetableFolder(settings.timetables)
    timetable = timetables.get(content_hash)
    version = TimetableVersion(
        hash=content_hash,
        from_service_date=None if start is None else service_date(start.toordinal()),
        activated_at=int(time.time()),
        source=timetable.source,
    )

    def change(versions: TimetableVersions | None) -> TimetableVersions:
        before = timetables.find(versions.versions[-1].hash) if versions else None
        return activate(versions, timetable.name, version, _compare(before, timetable))

    _put_in_force(settings, timetable.name, change, offline=offline)


@app.command(epilog="Example: headway timetable rollback city")
def rollback(
    name: Annotated[str, typer.Argument(help="The timetable's name.", metavar="NAME")], *, offline: _Offline = False
) -> None:
    """Take back the newest version of a timetable; the one before it is in force again."""
    settings = load_running_settings()
    timetables = TimetableFolder(settings.timetables)

    def change(versions: TimetableVersions | None) -> TimetableVersions:
        if versions is None:
            raise UserError(f"{name}: no version was ever activated; see `headway timetable list`")
        latest = [timetables.find(version.hash) for version in versions.versions[-2:]]
        return roll_back(versions, _compare(latest[-1], latest[0]))

    _put_in_force(settings, name, change, offline=offline)


@app.command(epilog="Example: headway timetable diff 3305aded78944146 f98da91ddbe3a9a9")
def diff(old: _Hash, new: _Hash) -> None:
    """Show what changes from one compiled timetable to another."""
    timetables = TimetableFolder(load_settings().timetables)
    open_paper().print(diff_table(compare_timetables(timetables.get(old), timetables.get(new))))


@app.command("from-austin", epilog="Example: headway timetable from-austin ../shared/data/austin-bus austin.zip")
def from_austin(
    folder: Annotated[Path, typer.Argument(help="The folder with Austin's CSVs.")],
    out: Annotated[Path, typer.Argument(help="The GTFS zip to write.")],
) -> None:
    """Make GTFS of Austin's recorded schedule."""
    typer.echo(f"{out}: {write_austin_gtfs(folder, out)} trips")


@app.command("from-beijing", epilog="Example: headway timetable from-beijing ../shared/data/beijing-subway beijing.zip")
def from_beijing(
    folder: Annotated[Path, typer.Argument(help="The folder with the lines' JSON5 files and stops.txt.")],
    out: Annotated[Path, typer.Argument(help="The GTFS zip to write.")],
    year: Annotated[int | None, typer.Option(min=2000, max=2100, help="The calendar's year; this one.")] = None,
) -> None:
    """Make GTFS of Beijing's subway: every train of every line, through trains and loops too."""
    found = write_beijing_gtfs(folder, out, year=year)
    typer.echo(f"{out}: {found.trips} trips, {found.through} of which go on as another line's")
    if found.left_out:
        typer.echo(f"left out, as stops.txt has too few of their stations: {', '.join(found.left_out)}")


def _compile(gtfs: str, name: str) -> Timetable:
    with Console(stderr=True).status(f"reading {gtfs}") as status:
        tables = read_gtfs(gtfs)
        status.update(f"compiling {gtfs}")
        try:
            return compile_timetable(tables, name=name, source=gtfs)
        except TimetableError as broken:
            raise UserError(f"{gtfs}: {broken}") from None


def _compare(old: Timetable | None, new: Timetable | None) -> TimetableDiff | None:
    return compare_timetables(old, new) if old and new else None


def _put_in_force(settings: Settings, name: str, change: _Change, *, offline: bool) -> None:
    try:
        if offline:
            versions = change(read_versions(settings.timetables, name))
            write_versions(settings.timetables, versions)
        else:
            versions = asyncio.run(_publish(settings, name, change))
    except SuccessionError as refused:
        raise UserError(str(refused)) from None
    console = open_paper()
    console.print(versions_table(versions))
    if versions.diff:
        console.print(diff_table(versions.diff))


async def _publish(settings: Settings, name: str, change: _Change) -> TimetableVersions:
    published = await read_published_versions(settings)
    versions = change(published.get(name) or read_versions(settings.timetables, name))
    await publish_versions(settings, versions)
    return versions
