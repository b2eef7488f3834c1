import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from runtime.errors import UserError
from runtime.recordings.archive import FeedArchive
from runtime.settings import FeedSettings
from streams.doors.choose_source import choose_source
from streams.doors.file_source import FileSource
from streams.doors.http_source import HttpSource
from streams.doors.poll import Poll
from streams.doors.recording_source import RecordingSource


def feed(source: Path | str, **settings: object) -> FeedSettings:
    return FeedSettings.model_validate({"id": "f", "timetable": "t", "source": str(source), **settings})


def record(folder: Path, *seconds: int) -> Path:
    place = folder / "recording.zip"
    with ZipFile(place, "w") as archive:
        for second in seconds:
            archive.writestr(f"{second}.pb", b"at %d" % second)
        archive.writestr("README.md", "not a poll")
    return place


async def test_a_recording_is_replayed_in_the_order_of_its_seconds_and_ends(tmp_path: Path) -> None:
    source = RecordingSource(feed(record(tmp_path, 300, 20, 100), speed=0))
    assert [poll async for poll in source.polls()] == [Poll(20, b"at 20"), Poll(100, b"at 100"), Poll(300, b"at 300")]


async def test_a_poll_that_was_partial_when_it_was_recorded_is_partial_in_a_replay_at_any_shift(tmp_path: Path) -> None:
    archive = FeedArchive(tmp_path)
    archive.write(1_000_000_000, b"whole")
    archive.write(1_000_000_010, b"", is_partial=True)
    archive.close()
    for shift_s in (0, 3600):
        source = RecordingSource(feed(tmp_path, speed=0, shift_s=shift_s))
        assert [poll.is_partial async for poll in source.polls()] == [False, True]


async def test_a_recorded_message_may_bear_its_feeds_name(tmp_path: Path) -> None:
    for second in (300, 20):
        (tmp_path / f"{second}.blue.pb").write_bytes(b"at %d" % second)
    source = choose_source(feed(tmp_path, speed=0))
    assert [poll async for poll in source.polls()] == [Poll(20, b"at 20"), Poll(300, b"at 300")]


def test_a_recording_of_two_feeds_is_refused(tmp_path: Path) -> None:
    for name in ("20.blue.pb", "20.red.pb"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(UserError, match="one feed a recording"):
        choose_source(feed(tmp_path))


async def test_a_message_too_large_is_a_poll_that_failed(tmp_path: Path) -> None:
    source = RecordingSource(feed(record(tmp_path, 1), speed=0, max_bytes=2))
    (poll,) = [poll async for poll in source.polls()]
    assert "larger than the 2 bytes" in str(poll.error)


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    place = tmp_path / "vehicles.pb"
    source = FileSource(feed(place))
    assert "No such file" in str(source._read(1).error)
    place.write_bytes(b"one")
    assert source._read(2) == Poll(2, b"one")
    assert source._read(3) == Poll(3)
    place.write_bytes(b"three")
    assert source._read(4) == Poll(4, b"three")


def test_of_a_folder_the_newest_message_counts(tmp_path: Path) -> None:
    source = FileSource(feed(tmp_path))
    assert "holds no .pb file" in str(source._read(1).error)
    (tmp_path / "b.pb").write_bytes(b"first")
    assert source._read(2) == Poll(2, b"first")
    (tmp_path / "a.pb").write_bytes(b"second")
    assert source._read(3) == Poll(3, b"second")


def test_what_a_source_is_follows_from_what_it_names(tmp_path: Path) -> None:
    assert isinstance(choose_source(feed("https://feed.example/vehicles")), HttpSource)
    assert isinstance(choose_source(feed(record(tmp_path, 1))), RecordingSource)
    assert isinstance(choose_source(feed(tmp_path)), FileSource)
    (tmp_path / "17.pb").write_bytes(b"recorded")
    assert isinstance(choose_source(feed(tmp_path)), RecordingSource)
    (tmp_path / f"{int(time.time())}.pb").write_bytes(b"just now")
    assert isinstance(choose_source(feed(tmp_path)), FileSource)


@pytest.mark.parametrize("source", ["ftp://feed.example/v.pb.txt", "missing.zip", "notes.txt"])
def test_a_source_that_is_none_is_one_clear_line(source: str) -> None:
    with pytest.raises(UserError):
        choose_source(feed(source))
