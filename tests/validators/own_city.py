"""A simulated city of one's own to poll: at the lowest priority that still runs, for as long as somebody polls it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx
from google.transit.gtfs_realtime_pb2 import FeedMessage

from runtime.embedded.ports import find_free_port
from runtime.errors import ServiceError

NICE: Final = 10
STARTS_WITHIN_S: Final = 600
ENDS_WITHIN_S: Final = 30
_LOOK_EVERY_S: Final = 2.0


class OwnCity(NamedTuple):
    """Where its API is, a key that opens it, and the GTFS that its feeds are of."""

    url: str
    key: str
    gtfs: Path


@contextmanager
def run_city(folder: Path) -> Iterator[OwnCity]:
    """Run ``headway up`` in a folder while the block does, from when its vehicles are heard.

    Raises:
        ServiceError: it has ended, or none was heard in ten minutes; its log is in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the city ends with who polls it
    port = find_free_port()
    log = folder / "up.log"
    with log.open("ab") as out:
        up = [sys.executable, "-m", "headway", "up", "--folder", str(folder), "--port", str(port)]
        running = subprocess.Popen(up, stdout=out, stderr=out)
    os.setpriority(os.PRIO_PROCESS, running.pid, NICE)
    try:
        yield _await_vehicles(running, folder, f"http://127.0.0.1:{port}", log)
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _await_vehicles(running: "subprocess.Popen[bytes]", folder: Path, url: str, log: Path) -> OwnCity:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and running.poll() is None:
        time.sleep(_LOOK_EVERY_S)
        keys, cities = list(folder.glob("trial.key")), list(folder.glob("city-*.zip"))
        if keys and cities and _is_heard(url, key := keys[0].read_text().strip()):
            return OwnCity(url, key, cities[0])
    raise ServiceError(f"the city told of no vehicle: {log} says why")


def _is_heard(url: str, key: str) -> bool:
    """Whether the API tells of any vehicle; while it starts, it answers nothing."""
    try:
        path = f"{url}/v1/gtfs-realtime/vehicle-positions.pb?timetable=city"
        answer = httpx.get(path, headers={"X-API-Key": key}, timeout=ENDS_WITHIN_S)
    except httpx.HTTPError:
        return False
    return answer.is_success and bool(FeedMessage.FromString(answer.content).entity)
