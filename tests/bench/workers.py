"""Worker processes as they run in service, for as long as a measurement takes."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from runtime.settings import Settings


@contextlib.contextmanager
def started(command: list[str], settings: Settings, log: Path) -> Iterator[int]:
    """Run a worker until the block ends; its output goes to ``log``."""
    environment = os.environ | {
        "HEADWAY_BROKER": settings.broker,
        "HEADWAY_STORE": settings.store,
        "HEADWAY_NAMESPACE": settings.namespace,
        "HEADWAY_DATA_FOLDER": str(settings.data_folder / "worker"),
        "HEADWAY_TIMETABLE_FOLDER": str(settings.timetables),
        "HEADWAY_LINE_PARTITIONS": str(settings.line_partitions),
    }
    with (
        log.open("wb") as out,
        subprocess.Popen([sys.executable, *command], env=environment, stdout=out, stderr=out) as p,
    ):
        try:
            yield p.pid
        finally:
            p.terminate()
            try:
                p.wait(timeout=20)
            except subprocess.TimeoutExpired:
                p.kill()
