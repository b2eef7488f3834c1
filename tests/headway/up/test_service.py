"""A process that is followed by a new one, whatever became of it meanwhile."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from headway.up.service import Service, ServicePlan
from runtime.embedded.child import Child, ChildPlan

WITHIN_S = 20.0


class Sleeper(Service):
    """A real process that sleeps, in place of a command of Headway that takes seconds to start."""

    def _launch(self) -> Child:
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        self.launched = Child(ChildPlan(name="sleeper", command=command, log=self.log))
        return self.launched


@pytest.fixture
def service(tmp_path: Path) -> Sleeper:
    return Sleeper(ServicePlan(name="sleeper", arguments=(), environment={}, log_folder=tmp_path))


def _ready(folder: Path, pid: int) -> Path:
    return folder / f"api-{pid}.ready"


async def _succeed(service: Sleeper, folder: Path) -> bool:
    following = asyncio.create_task(service.succeed(lambda pid: _ready(folder, pid), WITHIN_S))
    await asyncio.sleep(0.01)
    _ready(folder, service.launched.pid).touch()
    return await following


async def test_a_process_that_waits_to_be_restarted_keeps_its_successor(service: Sleeper, tmp_path: Path) -> None:
    now = time.monotonic()
    service.start(now)
    service.launched.kill()
    assert service.look(now) is not None
    assert await _succeed(service, tmp_path)
    successor = service.launched
    assert service.look(now + 3600) is None
    assert service.child is successor
    assert service.is_running()
    await service.stop(1.0)


async def test_a_process_not_yet_wanted_is_watched_once_it_has_a_successor(service: Sleeper, tmp_path: Path) -> None:
    assert await _succeed(service, tmp_path)
    service.launched.kill()
    assert service.look(time.monotonic()) is not None


async def test_a_successor_is_ended_when_nobody_waits_for_it_any_more(service: Sleeper, tmp_path: Path) -> None:
    following = asyncio.create_task(service.succeed(lambda pid: _ready(tmp_path, pid), WITHIN_S))
    await asyncio.sleep(0.01)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert not service.launched.is_alive()
    assert service.child is None


async def test_the_file_of_a_killed_process_makes_no_successor_ready(service: Sleeper, tmp_path: Path) -> None:
    def stale(pid: int) -> Path:
        file = _ready(tmp_path, pid)
        if not seen:
            file.touch()
        seen.append(pid)
        return file

    seen: list[int] = []
    assert not await service.succeed(stale, 0.1)
    assert not service.launched.is_alive()


async def test_a_log_that_grows_while_its_process_runs_is_put_aside(
    service: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.up.service.LOG_BYTES_MAX", 1000)
    service.start(time.monotonic())
    with service.log.open("ab") as as_the_process_does:
        as_the_process_does.write(b"x" * 2000)
        as_the_process_does.flush()
        assert service.look(time.monotonic()) is None
        assert service.log.with_suffix(".log.1").stat().st_size == 2000
        as_the_process_does.write(b"next")
    assert service.log.read_bytes() == b"next"
    await service.stop(1.0)
