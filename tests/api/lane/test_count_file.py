import subprocess
import sys
from pathlib import Path

import pytest

from api.lane.count_file import SLOTS, CountFileFullError, create_count_file, take_over_orphans

OWNER = """
import os, sys
from pathlib import Path
from api.lane.count_file import create_count_file
file = create_count_file(Path(sys.argv[1]), "gone")
base = file.slot("lease|p|2026-02-16")
for _ in range(1234):
    file.cells[base] += 1
print("counted", flush=True)
sys.stdin.read()
"""


def test_counts_of_a_killed_process_are_read_exactly_and_only_when_it_is_gone(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"counted\n"
        assert list(take_over_orphans(tmp_path, "me")) == []
        owner.kill()
    (file,) = take_over_orphans(tmp_path, "me")
    assert file.process == "gone"
    assert file.names() == ["lease|p|2026-02-16"]
    assert file.counts("lease|p|2026-02-16") == (1234, 0, 0, 0)
    assert list(take_over_orphans(tmp_path, "another")) == []
    file.close(remove=True)
    assert list(tmp_path.iterdir()) == []


def test_a_slot_taken_again_begins_at_nothing(tmp_path: Path) -> None:
    file = create_count_file(tmp_path, "me")
    base = file.slot("a")
    file.cells[base + 3] = 7
    assert file.counts("a") == (0, 0, 0, 7)
    file.free("a")
    file.free("a")
    assert file.names() == []
    assert file.slot("b") == base
    assert file.counts("b") == (0, 0, 0, 0)
    assert file.counts("a") == (0, 0, 0, 0)
    file.close(remove=True)


def test_a_full_file_says_so_and_a_name_must_fit(tmp_path: Path) -> None:
    file = create_count_file(tmp_path, "me")
    for wrong in ("", "x" * 65):
        with pytest.raises(ValueError, match="slot name"):
            file.slot(wrong)
    for number in range(SLOTS):
        file.slot(str(number))
    with pytest.raises(CountFileFullError):
        file.slot("one more")
    file.close(remove=True)
