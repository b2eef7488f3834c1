"""Polls our GTFS-realtime, live or replayed, and asks each validator: 0 errors and 0 warnings, or exit code 1.

python -m tests.validators city --polls FOLDER
python -m tests.validators live URL KEY --gtfs city.zip --polls FOLDER
python -m tests.validators replay recording.zip --gtfs gtfs.zip --polls FOLDER
python -m tests.validators judge --gtfs gtfs.zip --polls FOLDER --jar gtfs-realtime-validator-lib.jar
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from tests.validators.judges import EXCUSED, Verdict, judge_by_our_rules, judge_by_reference, judge_by_rt_validator
from tests.validators.own_city import run_city
from tests.validators.polls import poll_live, poll_replay

GtfsPath = Annotated[Path, typer.Option("--gtfs", help="The GTFS that the feeds are of.")]
PollsPath = Annotated[Path, typer.Option("--polls", help="Where the polls are kept.")]
JarPath = Annotated[Path | None, typer.Option("--jar", help="MobilityData's reference validator, built elsewhere.")]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command()
def live(
    url: str,
    key: str,
    gtfs: GtfsPath,
    polls: PollsPath,
    *,
    timetable: str = "city",
    for_s: float = 3600.0,
    every_s: float = 20.0,
    jar: JarPath = None,
) -> None:
    """Poll a running Headway, then judge."""
    count = asyncio.run(poll_live(url, key, {"timetable": timetable}, polls, for_s=for_s, every_s=every_s))
    typer.echo(f"{count} polls kept in {polls}")
    judge(gtfs, polls, jar=jar)


@app.command()
def city(
    polls: PollsPath,
    *,
    folder: Annotated[Path, typer.Option(help="Where the city keeps what it keeps.")] = Path(".headway/validated"),
    for_s: float = 3600.0,
    every_s: float = 20.0,
    jar: JarPath = None,
) -> None:
    """Run the small city at low priority, poll it for an hour, then judge."""
    with run_city(folder) as own:
        typer.echo(f"polling {own.url} for {for_s:.0f} s")
        live(own.url, own.key, own.gtfs, polls, for_s=for_s, every_s=every_s, jar=jar)


@app.command()
def replay(
    recording: Path,
    gtfs: GtfsPath,
    polls: PollsPath,
    *,
    every_s: int = 20,
    count: int = 120,
    jar: JarPath = None,
) -> None:
    """Run a recording through door, trackers and API, poll it in its own time, then judge."""
    kept = poll_replay(gtfs, recording, polls, every_s=every_s, polls=count)
    typer.echo(f"{kept} polls kept in {polls}")
    judge(gtfs, polls, jar=jar)


@app.command()
def judge(gtfs: GtfsPath, polls: PollsPath, *, jar: JarPath = None) -> None:
    """Ask each validator what it finds in polls that were kept."""
    verdicts = [judge_by_rt_validator(gtfs, polls), judge_by_our_rules(gtfs, polls)]
    if jar is not None:
        verdicts.append(judge_by_reference(jar, gtfs, polls))
    for verdict in verdicts:
        tell(verdict)
    sys.exit(any(verdict.broken or not verdict.polls for verdict in verdicts))


def tell(verdict: Verdict) -> None:
    """Say what a validator found."""
    found = sum(verdict.broken.values())
    typer.echo(f"{verdict.validator}: {verdict.polls} polls, {verdict.rules} rules, {found} errors and warnings")
    for rule, count in verdict.broken.most_common():
        typer.echo(f"  {rule} {count} times, first: {verdict.samples[rule]}")
    for rule, count in verdict.excused.items():
        typer.echo(f"  not counted: {rule} {count} times: {EXCUSED[rule]}")


if __name__ == "__main__":
    app()
