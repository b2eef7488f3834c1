"""A timetable as one file, made by a process of its own."""

import gzip
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.reached.view_for import reached
from api.rendered import RenderedCache
from api.static_file.files import KEPT_S, HeldFile, StaticFiles, remove_old
from api.view.compiled_view import CompiledView
from api.view.memory import View
from runtime.settings import Settings
from runtime.timetables import save_timetable
from transit.grants.area import Area
from transit.grants.reach import Reach
from transit.timetable.compiled import Timetable

City = Any


@pytest.fixture
def files(city: City) -> StaticFiles:
    found = city.api.application.state.static_files
    assert isinstance(found, StaticFiles)
    timetables = city.api.application.state.timetables
    timetables.mkdir(parents=True)
    save_timetable(city.timetable, timetables)
    return found


@pytest.mark.usefixtures("files")
async def test_a_version_is_a_file_with_an_etag_that_stays(city: City, client: Any) -> None:
    first = await client.get("/v1/static/town", headers={"accept-encoding": "gzip"})
    assert first.status_code == 200
    assert first.headers["content-encoding"] == "gzip"
    told = first.json()
    assert told["version"] == city.timetable.hash
    assert {line["id"] for line in told["lines"]} == {f"town:{n}" for n in range(1, 7)}
    trunk = [each for each in told["first_last"] if each["line_id"] == "town:1"]
    assert [(each["first"], each["last"]) for each in trunk] == [("06:00:00", "25:20:00")]
    often = next(each for each in told["first_last"] if each["line_id"] == "town:3")
    assert (often["first"], often["last"]) == ("07:00:00", "21:50:00")
    same = await client.get(f"/v1/static/{city.timetable.hash}", headers={"if-none-match": first.headers["etag"]})
    assert same.status_code == 304
    plain = await client.get("/v1/static/town", headers={"accept-encoding": "identity"})
    assert plain.json() == told
    assert plain.headers["etag"] != first.headers["etag"]
    again = {"accept-encoding": "identity", "if-none-match": first.headers["etag"]}
    assert (await client.get("/v1/static/town", headers=again)).status_code == 200
    assert (await client.get("/v1/static/nowhere")).status_code == 404


async def test_who_is_granted_some_lines_gets_a_file_of_those(city: City, files: StaticFiles) -> None:
    reach = Reach(areas=(Area(lines=frozenset({"town:6"})),))
    compiled = city.view.shelf.find_newest("town")
    held = await files.read(reached(city.view, reach), compiled, reach.digest)
    assert held is not None
    told = orjson.loads(gzip.decompress(held.body))
    assert [line["id"] for line in told["lines"]] == ["town:6"]
    assert {pattern["line_id"] for pattern in told["patterns"]} == {"town:6"}


async def test_a_comparison_is_made_once_and_kept(files: StaticFiles) -> None:
    ran: list[tuple[str, ...]] = []

    async def run(arguments: tuple[str, ...], _said: bytes) -> bytes:
        ran.append(arguments)
        return b"{}"

    files._run = run  # type: ignore[method-assign, assignment]  # counted, not run
    held = [HeldFile(Path(name), b"", "") for name in "abc"]
    assert await files.compare(held[0], held[1]) == await files.compare(held[0], held[1]) == b"{}"
    await files.compare(held[1], held[2])
    assert len(ran) == 2


async def test_a_timetable_whose_file_cannot_be_made_is_said_so(city: City, client: Any) -> None:
    city.api.application.state.static_files = StaticFiles(Settings(data_folder=Path("nowhere")))
    city.api.application.state.static_files._run = _fail
    city.api.application.state.static_files._timetables = city.api.application.state.timetables
    assert (await client.get("/v1/static/town")).status_code == 503


async def _fail(*_: object) -> None:
    return None


async def test_a_file_names_things_in_the_language_that_is_asked_for(spoken_town: Timetable, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    settings.timetables.mkdir(parents=True)
    save_timetable(spoken_town, settings.timetables)
    whole = CompiledView(spoken_town)
    whole.warm()
    held = await StaticFiles(settings).read(View(lambda _: spoken_town, RenderedCache()), whole.spoken("zh"), b"")
    assert held is not None
    told = orjson.loads(gzip.decompress(held.body))
    assert [stop["name"] for stop in told["stops"]][:2] == ["阿伯广场", "大桥"]
    assert (held.path.name, told["version"]) == (f"{spoken_town.hash}-zh.2.json.gz", spoken_town.hash)


def test_files_of_versions_that_are_gone_are_removed_after_two_weeks(tmp_path: Path) -> None:
    now = 1_800_000_000
    ages_s = {"new.2.json.gz": 0, "old.2.json.gz": KEPT_S, "old-part-zh.2.json.gz": KEPT_S, "kept.2.json.gz": KEPT_S}
    for name, age_s in ages_s.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - age_s, now - age_s))
    remove_old(tmp_path, {"kept"}.__contains__, now)
    assert {path.name for path in tmp_path.iterdir()} == {"new.2.json.gz", "kept.2.json.gz"}
