import re
import zipfile
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from headway.timetable import app
from runtime.errors import UserError
from schemas.timetable_versions import TimetableVersions

TABLES = {
    "agency.txt": "agency_name,agency_timezone\nOne,Europe/Paris\n",
    "routes.txt": "route_id,route_short_name,route_type\nL1,1,3\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,Alpha,48.85,2.30\nb,Beta,48.85,2.31\nc,Gamma,,\n",
    "calendar_dates.txt": "service_id,date,exception_type\nx,20260216,1\n",
    "trips.txt": "route_id,service_id,trip_id\nL1,x,t1\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,a,1\nt1,8:05:00,8:05:00,b,2\n"
    ),
}


@pytest.fixture
def gtfs(tmp_path: Path) -> Path:
    return _zip(tmp_path / "gtfs.zip", TABLES)


@pytest.fixture
def timetables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADWAY_DATA_FOLDER", str(tmp_path / "headway"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "headway" / "timetables"


def _zip(path: Path, tables: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in tables.items():
            archive.writestr(name, content)
    return path


def _run(*arguments: str) -> str:
    ended = CliRunner().invoke(app, arguments)
    if ended.exception is not None:
        raise ended.exception
    return ended.stdout


def _compile(gtfs: Path, name: str = "city") -> str:
    found = re.match(r"[0-9a-f]{16}", _run("compile", str(gtfs), "--name", name))
    assert found is not None
    return found[0]


def _in_force(timetables: Path, name: str = "city") -> list[str]:
    file = timetables / "versions" / f"{name}.json"
    return [version.hash for version in msgspec.json.decode(file.read_bytes(), type=TimetableVersions).versions]


def test_compile_prints_the_hash_and_writes_the_file_that_it_names(gtfs: Path, timetables: Path) -> None:
    content_hash = _compile(gtfs)
    assert (timetables / f"city-{content_hash}.arrow").is_file()


def test_check_lists_faults_with_file_and_line(gtfs: Path, timetables: Path) -> None:
    told = _run("check", str(gtfs))
    assert re.search(r"stops\.txt\W+4\W+stop 'c' has no position", told)
    assert not timetables.exists()


def test_check_refuses_a_broken_feed_in_one_line(tmp_path: Path, timetables: Path) -> None:
    broken = _zip(tmp_path / "broken.zip", {**TABLES, "routes.txt": "route_id\nL1\n"})
    with pytest.raises(UserError, match=r"broken\.zip: routes\.txt:1: column route_type is missing$"):
        _run("check", str(broken))
    assert not timetables.exists()


def test_show_and_list_tell_what_is_there(gtfs: Path, timetables: Path) -> None:
    content_hash = _compile(gtfs)
    _run("activate", content_hash, "--offline")
    assert "2026-02-16" in _run("show", content_hash)
    listed = _run("list")
    assert listed.count(content_hash) == 2
    assert timetables.is_dir()


def test_a_version_is_activated_replaced_and_taken_back(gtfs: Path, tmp_path: Path, timetables: Path) -> None:
    old = _compile(gtfs)
    later = {**TABLES, "trips.txt": TABLES["trips.txt"].replace("t1", "t2")}
    new = _compile(
        _zip(tmp_path / "new.zip", {**later, "stop_times.txt": TABLES["stop_times.txt"].replace("t1", "t2")})
    )
    _run("activate", old, "--offline")
    told = _run("activate", new, "--from", "2026-02-16", "--offline")
    assert re.search(r"trips\W+1\W+1\W+0", told)
    assert "2026-02-16" in told
    assert _in_force(timetables) == [old, new]
    _run("rollback", "city", "--offline")
    assert _in_force(timetables) == [old]
    with pytest.raises(UserError, match="no version before"):
        _run("rollback", "city", "--offline")
    assert re.search(r"trips\W+1\W+1\W+0", _run("diff", old, new))


def test_what_was_never_compiled_or_activated_is_said_so(timetables: Path) -> None:
    with pytest.raises(UserError, match="holds no timetable"):
        _run("activate", "0" * 16, "--offline")
    with pytest.raises(UserError, match="no version was ever activated"):
        _run("rollback", "city", "--offline")
    with pytest.raises(UserError, match="holds no compiled timetable"):
        _run("list")
    assert not timetables.exists()


def test_a_name_that_cannot_be_part_of_an_id_is_refused_before_any_work(gtfs: Path, timetables: Path) -> None:
    with pytest.raises(UserError, match="--name"):
        _run("compile", str(gtfs), "--name", "a/b")
    assert not timetables.exists()


@pytest.mark.usefixtures("timetables")
def test_a_hash_is_whole_in_a_narrow_window(gtfs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = _run("compile", str(gtfs), "--name", "city").split()[0]
    monkeypatch.setenv("COLUMNS", "60")
    assert compiled in _run("list")
    assert compiled in _run("show", compiled)
