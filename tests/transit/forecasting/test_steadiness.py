"""What is told moves for a reason or hardly at all, and no countdown stands at nought."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.score_report.replay import Replay, read_recording
from runtime.timetables.gtfs_source import read_gtfs
from schemas.line_forecasts import NO_TIME, Revision
from transit.answers.countdown import shows_minutes
from transit.timetable.compile import compile_timetable

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data"


def test_a_bus_that_leaves_its_first_stop_says_that_it_departed(bus: Any) -> None:
    bus.go(0, 0.0)
    bus.go(30, 200.0)
    assert bus.run().revision is Revision.DEPARTED
    bus.go(60, 450.0)
    assert bus.run().revision is Revision.PASSAGE
    bus.go(90, 600.0)
    assert bus.run().revision is Revision.PROGRESS


def test_a_bus_that_stands_on_says_that_it_is_held(bus: Any) -> None:
    for i in range(6):
        bus.go(30 * i, 200.0 * i)
    revisions = []
    for at in range(180, 480, 30):
        bus.go(at, 1000.0)
        revisions.append(bus.run().revision)
    assert Revision.HELD in revisions
    assert bus.run().held_s >= 150
    band_s = [late - early for early, _, late in (row[:3] for row in bus.times().values())]
    bus.go(510, 1000.0)
    wider_s = [late - early for early, _, late in (row[:3] for row in bus.times().values())]
    assert all(after > before for before, after in zip(band_s, wider_s, strict=True))


def test_what_others_met_is_called_traffic(bus: Any) -> None:
    at_stop = {"vehicle": "v2", "trip": "out-2", "x_m": 0.0}
    bus.say(0, {"x_m": 0.0}, at_stop)
    revisions = []
    for i in range(1, 12):
        bus.say(60 * i, {"x_m": 150.0 * i}, {**at_stop, "time": 0})
        revisions.append(bus.run("out-2").revision)
    assert Revision.TRAFFIC in revisions


def test_a_stop_that_a_vehicle_should_have_reached_is_held_after_half_a_minute(bus: Any) -> None:
    for i in range(6):
        bus.go(30 * i, 200.0 * i)
    due_since = None
    for at in range(160, 330, 10):
        bus.go(at, 1150.0 + 0.1 * at, speed=6.0)
        wait_s = bus.times()[bus.run().next_position][1] - at
        if wait_s <= 20 and due_since is None:
            due_since = at
        if due_since is not None and at - due_since > 30 and wait_s <= 20 and bus.run().state.name != "AT_STOP":
            assert bus.run().verdict_reason.name in {"HELD", "STALLED"}
            assert not shows_minutes(bus.run(), 0, 0.0, 0.0)


@pytest.mark.recording
@pytest.mark.skipif(not RECORDED.exists(), reason="the shared recordings are not here")
def test_on_a_real_feed_no_time_moves_without_a_reason_and_no_countdown_stands_at_nought() -> None:
    timetable = compile_timetable(read_gtfs(str(RECORDED / "dc-bus" / "gtfs.zip")), name="t", source="")
    replay = Replay(timetable, ("D96",))
    told: dict[Any, list[tuple[int, dict[int, int], Revision]]] = {}
    nought: dict[Any, int] = {}
    for number, (at, content) in enumerate(read_recording(RECORDED / "dc-bus" / "vehicle_positions.zip")):
        replay.apply(at, content)
        if number > 500:
            break
        for value in replay.latest.values():
            times, row = np.frombuffer(value.times, "<i2").reshape(-1, 6), 0
            for run in value.runs:
                rows, row = times[row : row + run.call_count], row + run.call_count
                calls = {run.next_position + i: int(cell) + at for i, cell in enumerate(rows[:, 1]) if cell != NO_TIME}
                if not run.due:
                    told.setdefault((run.trip_id, run.vehicle_id), []).append((at, calls, run.revision))
                key = (run.trip_id, run.next_position)
                due_at = calls.get(run.next_position)
                if due_at is None or due_at - at > 0 or not shows_minutes(run, 0, due_at, at):
                    nought.pop(key, None)
                else:
                    assert at - nought.setdefault(key, at) <= 30
    moved = unexplained = 0
    for samples in told.values():
        for (_, before, _), (_, after, revision) in pairwise(samples):
            steps = [abs(after[call] - before[call]) for call in after if call in before]
            moved += max(steps, default=0) > 15
            unexplained += max(steps, default=0) > 20 and revision is Revision.NONE
    assert moved > 300
    assert unexplained <= 0.01 * moved
