import asyncio

import pytest
from typer.testing import CliRunner

from headway.timetable import app
from runtime.errors import ServiceError
from runtime.settings import Settings
from runtime.timetables import read_versions, save_timetable
from runtime.timetables.publish import publish_versions, read_published_versions
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from tests.one_trip import TABLES
from transit.timetable.compile import compile_timetable


def _versions(name: str, *hashes: str) -> TimetableVersions:
    return TimetableVersions(
        name=name,
        versions=tuple(
            TimetableVersion(hash=content_hash, from_service_date=None, activated_at=1, source="x")
            for content_hash in hashes
        ),
    )


@pytest.mark.integration
async def test_versions_are_on_record_and_in_the_file_that_processes_start_from(settings: Settings) -> None:
    assert await read_published_versions(settings) == {}
    await publish_versions(settings, _versions("city", "a"))
    await publish_versions(settings, _versions("town", "t"))
    await publish_versions(settings, _versions("city", "a", "b"))
    published = await read_published_versions(settings)
    assert published == {"city": _versions("city", "a", "b"), "town": _versions("town", "t")}
    assert read_versions(settings.timetables, "city") == published["city"]


@pytest.mark.integration
async def test_nothing_changes_where_the_broker_cannot_be_reached(settings: Settings) -> None:
    unreachable = settings.model_copy(update={"broker": "127.0.0.1:1"})
    with pytest.raises(ServiceError, match="cannot be reached"):
        await publish_versions(unreachable, _versions("city", "a"))
    assert read_versions(settings.timetables, "city") is None


@pytest.mark.integration
def test_a_timetable_is_put_in_force_and_taken_back_by_command(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("broker", "namespace", "data_folder", "line_partitions"):
        monkeypatch.setenv(f"HEADWAY_{name.upper()}", str(getattr(settings, name)))
    later = {**TABLES, "stop_times.txt": TABLES["stop_times.txt"].replace(b"8:05", b"8:06")}
    old, new = (compile_timetable(tables, name="city", source="test") for tables in (TABLES, later))
    for timetable in (old, new):
        save_timetable(timetable, settings.timetables)
    for command in (["activate", old.hash], ["activate", new.hash, "--from", "2026-02-16"]):
        assert CliRunner().invoke(app, command).exit_code == 0
    published = asyncio.run(read_published_versions(settings))["city"]
    assert [version.hash for version in published.versions] == [old.hash, new.hash]
    assert published.diff is not None
    assert published.diff.trips_kept == 1
    assert CliRunner().invoke(app, ["rollback", "city"]).exit_code == 0
    published = asyncio.run(read_published_versions(settings))["city"]
    assert [version.hash for version in published.versions] == [old.hash]
    assert read_versions(settings.timetables, "city") == published
