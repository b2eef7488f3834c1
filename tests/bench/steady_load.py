"""A load at a steady rate, sent on time by a compiled client (``h2load``) whose own work does not show in the waiting.

One h2load sends the requests of all its connections at the same moment. So many small ones run side by side, started
one after the other, and together send evenly. A request waits for no earlier one unless that took longer than the time
between two of one connection (``CLIENTS * CONNECTIONS / per_s``: 9 ms at 14,000 a second).
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from runtime.errors import UserError

CLIENTS: Final = 32
CONNECTIONS: Final = 4
SECONDS: Final = 5
WARM_UP_S: Final = 1
STAGGER_S: Final = 0.0137
_EDGE_S: Final = 0.6
"""Left out at either end: clients begin and end one after the other."""

_KEPT_UP: Final = 0.97


class Paced(NamedTuple):
    """Waiting (ms) at a steady rate, and the rate (1/s) that was kept."""

    p50_ms: float
    p99_ms: float
    longest_ms: float
    per_s: float


class _Request(NamedTuple):
    started_us: int
    status: int
    took_us: int


def pace(port: int, target: str, headers: dict[str, str], per_s: float) -> Paced:
    """Ask for ``target`` at an even pace of ``per_s`` and say how long answers took.

    Raises:
        UserError: ``h2load`` is missing, was refused an answer, or did not keep the pace.
    """
    if shutil.which("h2load") is None:
        raise UserError("h2load is not on this machine: install it (on Debian: apt-get install nghttp2-client)")
    told = _ask(f"http://127.0.0.1:{port}{target}", headers, per_s)
    if any(each.status != 200 for each in told):
        raise UserError("the paced load was refused answers")
    first, last = min(told).started_us + _EDGE_S * 1e6, max(told).started_us - _EDGE_S * 1e6
    counted = [each for each in told if first <= each.started_us <= last]
    kept = len(counted) / ((last - first) / 1e6)
    if kept < _KEPT_UP * per_s:
        raise UserError(f"the paced client sent {kept:,.0f} requests a second of {per_s:,.0f}: the machine is too busy")
    waited = [each.took_us / 1000 for each in counted]
    return Paced(statistics.median(waited), statistics.quantiles(waited, n=100)[98], max(waited), kept)


def _ask(url: str, headers: dict[str, str], per_s: float) -> list[_Request]:
    others = sorted(set(range(os.cpu_count() or 1)) - {0}) or [0]
    rate = per_s / CLIENTS / CONNECTIONS
    command = ["taskset", "-c", ",".join(map(str, others)), "h2load", "--h1", "-t1", f"-c{CONNECTIONS}"]
    command += [f"-D{SECONDS}", f"--warm-up-time={WARM_UP_S}", f"--rps={rate:.3f}"]
    command += [part for name in headers.items() for part in ("-H", ": ".join(name))]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        logs = [Path(folder) / str(number) for number in range(CLIENTS)]
        for log in logs:
            client = subprocess.Popen([*command, f"--log-file={log}", url], stdout=subprocess.DEVNULL)
            running.enter_context(client)
            time.sleep(STAGGER_S)
        running.close()
        return [_Request(*map(int, line.split("\t"))) for log in logs for line in log.read_text().splitlines()]
