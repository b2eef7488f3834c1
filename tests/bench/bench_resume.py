"""A thousand streams while replicas are killed at random: what each client was told, against the log.

``python -m tests.bench.bench_resume [--streams 1000]``: the test of the same promise with so many clients. It says how
often streams were resumed, and fails where one missed a value, heard one twice or had to begin anew.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.bench.load_average import say_load

ROOT: Final = Path(__file__).parents[2]
TEST: Final = "tests/api/streaming/test_processes.py"
NAME: Final = "test_streams_lose_nothing_and_hear_nothing_twice_while_replicas_are_killed"


def main() -> int:
    """Run it and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=1000)
    streams = parser.parse_args().streams
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:randomly", f"{TEST}::{NAME}"]
    environment = {**os.environ, "HEADWAY_TEST_STREAMS": str(streams)}
    failed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    print(f"{streams} streams, {'FAILED' if failed else 'no gap, no repeat'}, {time.monotonic() - began:.0f} s")  # noqa: T201 - a report
    print(say_load())  # noqa: T201 - a report
    return failed


if __name__ == "__main__":
    sys.exit(main())
