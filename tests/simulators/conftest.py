import csv
import io
import zipfile
from pathlib import Path

import pytest

from runtime.timetables.gtfs_source import read_gtfs
from simulators.city.city import City
from simulators.city.devices import PERFECT
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def city_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("city") / "city.zip"
    write_gtfs(tabulate(generate_network(14, 7)), to)
    return to


@pytest.fixture(scope="session")
def city_tables(city_zip: Path) -> dict[str, Rows]:
    with zipfile.ZipFile(city_zip) as archive:
        return {name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in archive.namelist()}


@pytest.fixture(scope="session")
def timetable(city_zip: Path) -> Timetable:
    return compile_timetable(read_gtfs(city_zip), name="city", source="city.zip")


@pytest.fixture(scope="session")
def city(timetable: Timetable) -> City:
    return City(timetable, 7)


@pytest.fixture(scope="session")
def perfect_city(timetable: Timetable) -> City:
    return City(timetable, 7, PERFECT)
