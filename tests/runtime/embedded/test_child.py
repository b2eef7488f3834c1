import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.embedded.child import Child, ChildPlan

PATIENCE_S = 60.0
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]


def test_a_child_ends_when_asked(tmp_path: Path) -> None:
    child = Child(ChildPlan(name="sleeper", command=SLEEP, log=tmp_path / "log"))
    assert child.is_alive()
    child.stop()
    assert child.exit_code == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    child = Child(ChildPlan(name="stubborn", command=STUBBORN, log=tmp_path / "log"))
    wait_until_log(child, "deaf")
    child.stop(within_s=0.1)
    assert child.exit_code == -signal.SIGKILL


def test_what_a_child_says_is_in_its_log(tmp_path: Path) -> None:
    child = Child(ChildPlan(name="talker", command=[sys.executable, "-c", "print('no room')"], log=tmp_path / "log"))
    wait_until_log(child, "no room")
    child.stop()


def test_a_child_says_how_much_memory_it_holds(tmp_path: Path) -> None:
    child = Child(ChildPlan(name="sleeper", command=SLEEP, log=tmp_path / "log"))
    assert child.resident_bytes() > 0
    child.stop()
    assert child.resident_bytes() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from runtime.embedded.child import Child, ChildPlan\n"
        f"child = Child(ChildPlan(name='c', command={STUBBORN!r}, log=Path({str(tmp_path / 'log')!r})))\n"
        "while 'deaf' not in child.log_tail(): time.sleep(0.02)\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
    wait_until_gone(pid)


def wait_until_log(child: Child, words: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while words not in child.log_tail():
        assert time.monotonic() < until, child.log_tail()
        time.sleep(0.02)


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split(")")[-1].split()[0] == "Z":
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} still runs")
