from pathlib import Path

import pytest

from headway.up.city_files import CityFiles, city_files
from headway.up.command import up
from headway.up.options import UpOptions
from runtime.errors import UserError
from runtime.timetables import save_timetable
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    tables = {name: b"".join(table) for name, table in tabulate(generate_network(2, 7)).items()}
    return compile_timetable(tables, name="city", source="")


def kept(folder: Path, timetable: Timetable) -> CityFiles:
    files = city_files(UpOptions(folder=folder, city_lines=2))
    save_timetable(timetable, folder / "timetables")
    files.keep_compiled(timetable, folder / "timetables")
    return files


def test_a_second_start_finds_the_city_compiled_also_for_another_folder_of_timetables(
    tmp_path: Path, timetable: Timetable
) -> None:
    files = kept(tmp_path, timetable)
    found = files.find_compiled(tmp_path / "other")
    assert found is not None
    assert found.hash == timetable.hash
    assert [path.name for path in (tmp_path / "other").iterdir()] == [f"city-{timetable.hash}.arrow"]


def test_another_number_of_lines_is_another_city(tmp_path: Path, timetable: Timetable) -> None:
    kept(tmp_path, timetable)
    assert city_files(UpOptions(folder=tmp_path, city_lines=3)).find_compiled(tmp_path) is None


def test_files_of_another_version_make_room(tmp_path: Path, timetable: Timetable) -> None:
    (tmp_path / "city-2-7-0123456789ab.zip").write_bytes(b"old")
    (tmp_path / "city-22-7-0123456789ab.zip").write_bytes(b"another city")
    kept(tmp_path, timetable)
    assert not (tmp_path / "city-2-7-0123456789ab.zip").exists()
    assert (tmp_path / "city-22-7-0123456789ab.zip").exists()


def test_a_damaged_file_is_made_again(tmp_path: Path, timetable: Timetable) -> None:
    files = kept(tmp_path, timetable)
    files.compiled.unlink()
    files.compiled.write_bytes(b"nothing of use")
    assert files.find_compiled(tmp_path / "timetables") is None


def test_a_large_city_on_a_broker_in_memory_is_refused_before_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--broker kafka"):
        up(city=1258, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
