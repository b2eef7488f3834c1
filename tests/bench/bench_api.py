"""The API's hot path against FastAPI returning constant bytes: same server, same core, same answer, runs interleaved.

``python -m tests.bench.bench_api [--alone]``: with ``--alone`` server and load take precedence over all other work of
the machine, as if they had it to themselves (real-time priority, which takes root); then half the lane's rate, paced.

The server has core 0, the load generator the others. Both rates a wall second and a CPU second are printed, since on a
shared machine only the latter holds still; a ratio is the median of those of each round. Every run makes sure that one
process alone listens on its port.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from runtime.embedded.ports import find_free_port
from runtime.embedded.valkey import Valkey
from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.keys import issue_key
from runtime.ledger.migrate import migrate
from runtime.ledger.owners import add_owner, set_term
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import Plan, set_plan
from runtime.ledger.products import publish
from tests.bench.api_apps import BODY, NETWORKS, OWNER_GIVES, PRODUCT, TARGET
from tests.bench.load_average import say_load
from tests.bench.steady_load import Paced, pace

ROUNDS: Final = 7
PACED_ROUNDS: Final = 3
SECONDS: Final = 2
CONNECTIONS: Final = 64
RATIO_GOAL: Final = 2.0
P99_GOAL_MS: Final = 5.0
_ROOT: Final = Path(__file__).parents[2]


class Run(NamedTuple):
    """Requests a wall second and a CPU second of the server, and the 99th percentile of waiting (ms)."""

    per_s: float
    per_cpu_s: float
    p99_ms: float
    failed: int


def main() -> dict[str, float]:
    """Measure, print, and return the ratios and the p99 at half load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true", help="take precedence over all other work (takes root)")
    if parser.parse_args().alone:
        take_precedence()
    if shutil.which("wrk") is None:
        raise UserError("wrk is not on this machine: install it (on Debian: apt-get install wrk)")
    with tempfile.TemporaryDirectory() as folder, Valkey(Path(folder) / "valkey") as store:
        environment = {
            **os.environ,
            "HEADWAY_STORE": store.url,
            "HEADWAY_DATABASE": f"sqlite:///{folder}/ledger.db",
            "HEADWAY_DATA_FOLDER": folder,
            "HEADWAY_BROKER": "127.0.0.1:1",
        }
        key, granted = asyncio.run(_make_partners(environment["HEADWAY_DATABASE"]))
        with served("make_constant", environment) as constant, served("make_lane", environment) as lane:
            etag = _etag(lane, key)
            ways = {
                "FastAPI, constant bytes": (constant, {}),
                "lane": (lane, {"X-API-Key": key}),
                "lane, 304": (lane, {"X-API-Key": key, "If-None-Match": etag}),
                "lane, granted": (lane, {"X-API-Key": granted}),
            }
            runs: dict[str, list[Run]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, (port, headers) in ways.items():
                    runs[name].append(_load(port, headers))
            half_per_s = statistics.median(run.per_s for run in runs["lane, granted"]) / 2
            paced = [pace(lane, TARGET, {"X-API-Key": granted}, half_per_s) for _ in range(PACED_ROUNDS)]
    return _told(runs, paced)


def take_precedence() -> None:
    """Give this process and all that it starts real-time priority.

    Raises:
        UserError: that is not ours to take.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    except PermissionError:
        raise UserError("--alone takes root: real-time priority is not everybody's") from None


def _told(runs: dict[str, list[Run]], paced: list[Paced]) -> dict[str, float]:
    yardsticks = [run.per_cpu_s for run in runs["FastAPI, constant bytes"]]
    print(f"body {len(BODY)} bytes, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s")  # noqa: T201 - a report
    ratios = {}
    for name, measured in runs.items():
        per_cpu_s = statistics.median(run.per_cpu_s for run in measured)
        low, high = min(run.per_s for run in measured), max(run.per_s for run in measured)
        # against the yardstick of its own round: what else the machine does changes from one to the next
        ratios[name] = statistics.median(run.per_cpu_s / each for run, each in zip(measured, yardsticks, strict=True))
        failed = sum(run.failed for run in measured)
        print(f"{name:26} {low:8,.0f}-{high:,.0f}/s {per_cpu_s:9,.0f} a CPU second {ratios[name]:6.2f} failed {failed}")  # noqa: T201
    for each in paced:
        print(  # noqa: T201
            f"lane, granted, at half load, {each.per_s:,.0f}/s: p50 {each.p50_ms:.1f}, p99 {each.p99_ms:.1f}, "
            f"longest {each.longest_ms:.1f} ms (goal p99 {P99_GOAL_MS})"
        )
    print(f"ratio goal {RATIO_GOAL}; {say_load()}")  # noqa: T201
    half_load_p99_ms = statistics.median(each.p99_ms for each in paced)
    return {
        "ratio": ratios["lane"],
        "ratio_304": ratios["lane, 304"],
        "ratio_granted": ratios["lane, granted"],
        "half_load_p99_ms": half_load_p99_ms,
    }


async def _make_partners(database: str) -> tuple[str, str]:
    """Keys of a partner of the open product, and of one under a grant with a mask, an area, networks and a quota."""
    ledger = Ledger(database)
    await migrate(ledger)
    plan = Plan(name="bench", burst_per_s=500_000, burst_size=1_000_000, per_day=10**12, per_month=10**13)
    async with ledger.write() as session:
        await set_plan(session, plan, actor="bench")
        await session.flush()
        partners = [await add_partner(session, name=name, plan="bench", actor="bench") for name in ("Open", "Granted")]
        keys = [await issue_key(session, partner.id, actor="bench") for partner in partners]
        owner = await add_owner(session, name="Bus group", feeds=["bench"], timetables=[], actor="bench")
        await set_term(session, owner, partner_id=partners[1].id, fields=OWNER_GIVES, actor="bench")
        await set_term(session, owner, partner_id=partners[0].id, actor="bench")
        terms = NewGrant(
            partner_id=partners[1].id, purpose="bench", rule="bench", days=2, plan="bench", networks=NETWORKS
        )
        await add_grant(session, await publish(session, PRODUCT, actor="bench"), terms, actor="bench")
    await ledger.close()
    return keys[0].text, keys[1].text


@contextmanager
def served(factory: str, environment: dict[str, str]) -> Iterator[int]:
    """A server of one of ``api_apps`` on core 0; its port."""
    port = find_free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(port)]
    command += ["--workers", "1", "--no-ws", "--loop", "uvloop", "--log-level", "warning"]
    server = subprocess.Popen(
        [*command, f"tests.bench.api_apps:{factory}"],
        cwd=_ROOT,
        env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),  # noqa: PLW1509 - single-threaded here
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while not _listeners(port):
        if server.poll() is not None or time.monotonic() > until:
            raise UserError("the server to be measured did not start")
        time.sleep(0.1)
    time.sleep(1.0)


def _listeners(port: int) -> set[int]:
    """Processes that listen on a port."""
    return {
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid is not None
    }


def _only_listener(port: int) -> psutil.Process:
    """The one process tree behind a port: a server left over from before would share it unseen."""
    pids = _listeners(port)
    processes = [psutil.Process(pid) for pid in pids]
    roots = [each for each in processes if each.ppid() not in pids]
    if len(roots) != 1:
        raise UserError(f"{len(roots)} servers listen on port {port}: end the left-over one")
    return roots[0]


def _load(port: int, headers: dict[str, str]) -> Run:
    server = _only_listener(port)
    before = _cpu_s(server)
    told = _wrk(port, headers, threads=1, connections=CONNECTIONS, seconds=SECONDS)
    return Run(told.per_s, told.per_s * SECONDS / (_cpu_s(server) - before), told.p99_ms, told.failed)


def _cpu_s(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(sum(each.cpu_times()[:2]) for each in family)


def _wrk(port: int, headers: dict[str, str], *, threads: int, connections: int, seconds: int) -> Run:
    others = sorted(set(range(os.cpu_count() or 1)) - {0}) or [0]
    command = ["taskset", "-c", ",".join(map(str, others)), "wrk", f"-t{threads}", f"-c{connections}"]
    command += [f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}{TARGET}"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if rate is None or p99 is None:
        raise UserError(f"wrk said what cannot be read: {out[:200]}")
    p99_ms = float(p99[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99[2]]
    return Run(float(rate[1]), 0.0, p99_ms, int(failed[1]) if failed else 0)


def _etag(port: int, key: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{TARGET}", headers={"X-API-Key": key})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - http to ourselves
        return str(answer.headers["ETag"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
