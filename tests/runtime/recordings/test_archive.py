import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.errors import UserError
from runtime.recordings.archive import FeedArchive
from runtime.recordings.reading import RecordedPoll, Recording
from runtime.recordings.zip_log import ZipLog, scan_entries

HOUR = 1_764_093_600  # 2025-11-25T18:00Z


def fill(folder: Path, start: int, count: int, step: int = 60) -> None:
    archive = FeedArchive(folder)
    for number in range(count):
        archive.write(start + number * step, b"poll %d" % number)
    archive.close()


def test_each_hour_is_a_zip_of_messages_named_by_their_second(tmp_path: Path) -> None:
    fill(tmp_path, HOUR, 70)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025-11-25T18Z.zip", "2025-11-25T19Z.zip.part"]
    with ZipFile(tmp_path / "2025-11-25T18Z.zip") as closed:
        assert closed.testzip() is None
        assert closed.namelist() == [f"{HOUR + 60 * number}.pb" for number in range(60)]
        assert closed.read(f"{HOUR + 120}.pb") == b"poll 2"


def test_open_hours_are_read_too_and_quiet_failed_and_partial_polls_come_back_as_they_were(tmp_path: Path) -> None:
    archive = FeedArchive(tmp_path)
    archive.write(HOUR, b"content")
    archive.write(HOUR + 5)
    archive.write(HOUR + 10, error="HTTP 503")
    archive.write(HOUR + 15, b"a half", is_partial=True)
    archive.write(HOUR + 20, is_partial=True)
    recording = Recording(tmp_path)
    polls = list(recording.polls())
    assert polls == [
        RecordedPoll(HOUR, b"content"), RecordedPoll(HOUR + 5), RecordedPoll(HOUR + 10, error="HTTP 503"),
        RecordedPoll(HOUR + 15, b"a half", is_partial=True), RecordedPoll(HOUR + 20, is_partial=True),
    ]  # fmt: skip
    assert not recording.is_damaged(polls[2])
    archive.close()


def test_a_recording_is_cut_by_time(tmp_path: Path) -> None:
    fill(tmp_path, HOUR, 5)
    recording = Recording(tmp_path)
    assert recording.between(HOUR + 60, HOUR + 180) == [HOUR + 60, HOUR + 120]
    assert recording.between(None, None) == recording.times


def test_another_process_goes_on_with_the_open_hour(tmp_path: Path) -> None:
    fill(tmp_path, HOUR, 3)
    fill(tmp_path, HOUR + 600, 3)
    assert len(Recording(tmp_path).times) == 6
    fill(tmp_path, HOUR + 7200, 1)
    with ZipFile(tmp_path / "2025-11-25T18Z.zip") as closed:
        assert len(closed.namelist()) == 6


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(min_value=0, max_value=10_000), contents=st.lists(st.binary(max_size=300), min_size=1, max_size=8)
)
def test_of_a_log_cut_at_any_byte_every_entry_before_is_whole_and_more_can_be_written(
    cut: int, contents: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("log") / "hour.zip.part"
    log = ZipLog(path)
    for number, content in enumerate(contents):
        log.append(f"{number}.pb", content)
    ends = [entry.end for entry in log.entries]
    log.close()
    cut = min(cut, ends[-1])
    os.truncate(path, cut)
    whole = sum(end <= cut for end in ends)
    with path.open("rb") as opened:
        assert [entry.name for entry in scan_entries(opened)] == [f"{number}.pb" for number in range(whole)]
    again = ZipLog(path)
    again.append("more.pb", b"more")
    closed = path.with_name("hour.zip")
    again.close(as_zip=closed)
    with ZipFile(closed) as zipped:
        assert zipped.testzip() is None
        assert [zipped.read(name) for name in zipped.namelist()] == [*contents[:whole], b"more"]


def test_a_process_killed_again_and_again_while_it_writes_loses_no_poll_it_has_told_of(tmp_path: Path) -> None:
    folder, told = tmp_path / "archive", tmp_path / "told"
    write = (
        "import sys; from pathlib import Path; from runtime.recordings.archive import FeedArchive\n"
        "archive = FeedArchive(Path(sys.argv[1])); told = open(sys.argv[2], 'a', buffering=1)\n"
        "for second in range(int(sys.argv[3]), int(sys.argv[3]) + 100000, 7):\n"
        "    archive.write(second, str(second).encode() * 997)\n"
        "    told.write(f'{second}\\n')\n"
    )
    for attempt in range(4):
        process = subprocess.Popen([sys.executable, "-c", write, folder, told, str(HOUR + attempt * 100_000)])
        before = told.stat().st_size if told.exists() else 0
        while not told.exists() or told.stat().st_size == before:
            time.sleep(0.01)
        time.sleep(0.013 * (attempt + 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
    recording = Recording(folder)
    seconds = [int(line) for line in told.read_text().splitlines()]
    assert len(seconds) >= 4
    for second in seconds:
        assert recording.read(second).content == str(second).encode() * 997
    recording.close()


def test_what_is_no_recording_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        Recording(tmp_path / "none.zip")
    with pytest.raises(UserError, match="holds no message"):
        Recording(tmp_path)


def test_polls_after_a_clock_was_set_back_are_kept_under_the_next_seconds(tmp_path: Path) -> None:
    fill(tmp_path, HOUR, 3, step=10)
    fill(tmp_path, HOUR + 15, 3, step=10)
    recording = Recording(tmp_path)
    assert recording.times == [HOUR, HOUR + 10, HOUR + 20, HOUR + 21, HOUR + 25, HOUR + 35]
    assert [poll.content for poll in recording.polls()] == [b"poll 0", b"poll 1", b"poll 2"] * 2


def test_an_archive_that_holds_a_second_twice_is_read_with_the_first(tmp_path: Path) -> None:
    for number, name in enumerate(("2025-11-25T18Z.zip", "2025-11-25T18Z-2.zip", "2025-11-25T18Z-10.zip")):
        with ZipFile(tmp_path / name, "w") as hour:
            hour.writestr(f"{HOUR + 5}.pb", b"poll %d" % number)
            hour.writestr(f"{HOUR + 10 + number}.pb", b"more")
    recording = Recording(tmp_path)
    assert recording.times == [HOUR + 5, HOUR + 10, HOUR + 11, HOUR + 12]
    assert recording.read(HOUR + 5).content == b"poll 0"


def test_a_zip_of_two_feeds_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "two.zip", "w") as both:
        both.writestr(f"bus/{HOUR}.pb", b"bus")
        both.writestr(f"rail/{HOUR}.pb", b"rail")
    with pytest.raises(UserError, match="several messages of one second"):
        Recording(tmp_path / "two.zip")
