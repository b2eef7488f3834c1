"""A simulated city written down as a recording, and its truth."""

from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

import polars as pl

from simulators.city.city import City as SimulatedCity
from simulators.city.truth import tabulate_truth
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

BEGINS: Final = datetime(2026, 11, 24, 6, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
END_OF_PEAK: Final = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class City(NamedTuple):
    """The recording, its timetable, and every call that was made while it lasted (simulators.city.truth)."""

    recording: Path
    timetable: Timetable
    truth: pl.DataFrame
    reported: dict[tuple[str, str], list[int]]
    """Moments of the reports that named a run: by trip id and start date, rising."""


def record_city(to: Path, lines: int, hours: float, poll_s: int, seed: int) -> City:
    """Drive the city with its usual, imperfect devices and write what a door would fetch."""
    tables = tabulate(generate_network(lines, seed))
    content = {name: b"".join(table) for name, table in tables.items()}
    timetable = compile_timetable(content, name="city", source=f"{lines} lines, seed {seed}")
    city = SimulatedCity(timetable, seed)
    begin = int(BEGINS.timestamp())
    end = begin + int(hours * 3600)
    reported: dict[tuple[str, str], list[int]] = {}
    truths: dict[int, pl.DataFrame] = {}
    with ZipFile(to, "w", ZIP_STORED) as archive:
        for at in range(begin, end, poll_s):
            message = city.positions_at(at)
            archive.writestr(f"{at}.pb", message.SerializeToString(deterministic=True))
            for entity in message.entity:
                trip, moment = entity.vehicle.trip, entity.vehicle.timestamp
                seen = reported.setdefault((trip.trip_id, trip.start_date), [])
                if not seen or seen[-1] != moment:
                    seen.append(moment)
            for day in city.driven_days():
                if day.duties.day not in truths:
                    truths[day.duties.day] = tabulate_truth(timetable, day)
    truth = pl.concat(list(truths.values()))
    inside = (pl.col("arrival") >= begin) & (pl.col("arrival") < end)
    return City(to, timetable, truth.filter(inside), {key: sorted(seen) for key, seen in reported.items()})
