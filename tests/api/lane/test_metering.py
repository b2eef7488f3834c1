from pathlib import Path

import pytest

from api.lane.count_file import create_count_file
from api.lane.metering import KEPT_FREE, UsageMeter, list_reports

NOON = 1_771_243_200.0


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock, to be set."""
    clock = [NOON]
    monkeypatch.setattr("api.lane.metering.time.time", lambda: clock[0])
    return clock


def test_minutes_are_counted_apart_and_reported_once_they_are_over(tmp_path: Path, wall: list[float]) -> None:
    file = create_count_file(tmp_path, "me")
    meter = UsageMeter(file)
    usage = meter.partner("p")
    usage.count(b"arrivals", 2, 0.0)
    usage.count(b"arrivals", 0, 59.0)
    usage.count_refused(b"lines", 59.5)
    wall[0] += 60
    usage.count(b"arrivals", 1, 60.0)
    found = {report.id: report for _, report in list_reports(file, before_s=NOON + 60)}
    assert set(found) == {f"me:p:{NOON:.0f}:arrivals", f"me:p:{NOON:.0f}:lines"}
    arrivals = found[f"me:p:{NOON:.0f}:arrivals"]
    assert (arrivals.requests, arrivals.tokens, arrivals.refused) == (2, 2, 0)
    assert found[f"me:p:{NOON:.0f}:lines"].refused == 1
    assert len(list(list_reports(file, before_s=float("inf")))) == 3
    file.close(remove=True)


def test_a_clock_set_back_never_reopens_a_minute(tmp_path: Path, wall: list[float]) -> None:
    file = create_count_file(tmp_path, "me")
    meter = UsageMeter(file)
    meter.partner("p").count(b"lines", 1, 0.0)
    wall[0] -= 600
    meter.partner("p").count(b"lines", 1, 60.0)
    assert {report.minute_starts_at for _, report in list_reports(file, before_s=float("inf"))} == {int(NOON)}
    file.close(remove=True)


def test_a_full_file_still_answers_and_leaves_room_for_leases(tmp_path: Path, wall: list[float]) -> None:
    file = create_count_file(tmp_path, "me")
    meter = UsageMeter(file)
    while file.free_count > KEPT_FREE:
        file.slot(f"x{file.free_count}")
    meter.partner("p").count(b"lines", 1, 0.0)
    assert wall[0] == NOON
    assert list(list_reports(file, before_s=float("inf"))) == []
    file.slot("lease|p|2026-02-16")
    file.close(remove=True)
