"""``headway city realism``: a recording beside the simulated city on the same timetable."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from headway.city_realism.compare import Realism, compare_city
from headway.city_realism.page import write_realism
from headway.city_timetable import open_timetable
from headway.score_report.paper import open_paper
from headway.score_report.replay import read_recording
from runtime.errors import UserError
from simulators.city.device_profile import SHARES, DeviceProfile


def realism(
    gtfs: Annotated[str, typer.Option(help="The recording's timetable: a GTFS zip, folder or URL, or a compiled one.")],
    positions: Annotated[Path, typer.Option(help="Recorded VehiclePositions: a zip or folder of <posix seconds>.pb.")],
    *,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal cities, to the byte.")] = 7,
    profile: Annotated[Path | None, typer.Option(help="Write how the devices report here (JSON).")] = None,
    report: Annotated[Path | None, typer.Option(help="Write all figures here (JSON).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures here.")] = None,
) -> None:
    """Run the city on a recording's timetable, with devices like the recording's, and say how like it the city is.

    The devices are fitted on the recording's first half and judged by its second.

    Example: headway city realism --gtfs gtfs.zip --positions vehicle_positions.zip --html realism.html
    """
    console = Console(stderr=True)
    timetable = open_timetable(gtfs)
    polls = list(read_recording(positions))
    if not polls:
        raise UserError(f"{positions} holds no poll")
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("running the city", total=polls[-1][0] - polls[0][0])
        try:
            found = compare_city(timetable, polls, seed, lambda at: progress.update(task, completed=at - polls[0][0]))
        except ValueError as wrong:
            raise UserError(f"{positions}: {wrong}") from None
    for place, value in ((profile, found.profile), (report, found)):
        if place is not None:
            place.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1))
    if html is not None:
        write_realism(found, html, title=positions.parent.name or positions.name)
    _print(found)


def read_profile(place: Path) -> DeviceProfile:
    """A profile that ``--profile`` wrote.

    Raises:
        UserError: it is none.
    """
    try:
        found = msgspec.json.decode(place.read_bytes(), type=DeviceProfile)
    except msgspec.DecodeError as wrong:
        raise UserError(f"{place} is no profile of devices: {wrong}") from None
    if not len(found.gap_s) == len(found.beside_m) == len(SHARES) or min(found.gap_s) < 0 or found.gap_s[-1] < 1:
        raise UserError(f"{place} is no profile of devices: it needs {len(SHARES)} rising figures of each kind")
    return found


def _print(found: Realism) -> None:
    table = Table("", "recorded", "simulated", "median", "nine in ten", "Kolmogorov-Smirnov", "recording's two halves")
    for each in found.likeness:
        table.add_row(
            f"{each.what}, {each.unit}",
            f"{each.recorded}",
            f"{each.simulated}",
            f"{each.recorded_median:g} / {each.simulated_median:g}",
            f"{each.recorded_p90:g} / {each.simulated_p90:g}",
            f"{each.distance:.3f}",
            "-" if each.floor is None else f"{each.floor:.3f}",
        )
    open_paper().print(table)
