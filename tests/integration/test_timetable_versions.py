import pytest

from runtime.errors import ServiceError
from runtime.settings import Settings
from runtime.timetables import read_versions
from runtime.timetables.publish import publish_versions, read_published_versions
from schemas.timetable_versions import TimetableVersion, TimetableVersions


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
