"""33 partners of mixed plans poll the stops of 1,258 lines; one of them asks without end: how much do the others wait?

``python -m tests.bench.bench_isolation [--alone]``: quiet and overloaded runs alternate. The server has core 0, clients
the others; ``--alone`` gives both precedence over all other work of the machine (real-time priority, which takes root).
Each of the 32 others asks for a stop of every line in turn. Goal: their p99 moves by a quarter at most, in the median
of five pairs.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from runtime.embedded.valkey import Valkey
from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import Plan, set_plan
from tests.bench.api_apps import STOPS, stop_target
from tests.bench.bench_api import served, take_precedence
from tests.bench.load_average import say_load
from tests.bench.paced_client import p99_ms_of, written

PARTNERS: Final = 33
PAIRS: Final = 5
PER_S: Final = 640.0
"""What the 32 others ask for together: half of them have plans that just hold their share."""

FLOOD_CONNECTIONS: Final = 64
FLOOD_S: Final = 6
GOAL: Final = 1.25

SMALL: Final = Plan(name="small", burst_per_s=40, burst_size=80, per_day=10**9, per_month=10**10)
LARGE: Final = Plan(name="large", burst_per_s=2000, burst_size=4000, per_day=10**9, per_month=10**10)


def main() -> dict[str, float]:
    """Measure, print, and return the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true", help="take precedence over all other work (takes root)")
    if parser.parse_args().alone:
        take_precedence()
    with tempfile.TemporaryDirectory() as folder, Valkey(Path(folder) / "valkey") as store:
        environment = {
            **os.environ,
            "HEADWAY_STORE": store.url,
            "HEADWAY_DATABASE": f"sqlite:///{folder}/ledger.db",
            "HEADWAY_DATA_FOLDER": folder,
            "HEADWAY_BROKER": "127.0.0.1:1",
        }
        keys = asyncio.run(_make_partners(environment["HEADWAY_DATABASE"]))
        with served("make_stops", environment) as port:
            _others(port, keys)  # every key's first request asks the ledger
            pairs = [(_others(port, keys), _others_in_a_flood(port, keys)) for _ in range(PAIRS)]
    ratio = statistics.median(loud / quiet for quiet, loud in pairs)
    print(say_load())  # noqa: T201 - a report
    for quiet, loud in pairs:
        print(f"p99 of 32 partners: quiet {quiet:6.2f} ms, one overloads {loud:6.2f} ms, {loud / quiet:.2f}")  # noqa: T201
    print(f"median of {PAIRS} pairs {ratio:.2f} (goal {GOAL})")  # noqa: T201
    return {"ratio": ratio}


def _others(port: int, keys: list[str]) -> float:
    requests = [
        [
            written(stop_target((number * STOPS // PARTNERS + offset) % STOPS), {"X-API-Key": key})
            for offset in range(STOPS)
        ]
        for number, key in enumerate(keys[1:])
    ]
    return p99_ms_of(port, requests, PER_S)


def _others_in_a_flood(port: int, keys: list[str]) -> float:
    others = sorted(set(range(os.cpu_count() or 1)) - {0}) or [0]
    command = ["taskset", "-c", ",".join(map(str, others)), "wrk", "-t1", f"-c{FLOOD_CONNECTIONS}", f"-d{FLOOD_S}s"]
    flood = subprocess.Popen(
        [*command, "-H", f"X-API-Key: {keys[0]}", f"http://127.0.0.1:{port}{stop_target(0)}"],
        stdout=subprocess.DEVNULL,
    )
    try:
        asyncio.run(asyncio.sleep(1.0))
        return _others(port, keys)
    finally:
        flood.wait()


async def _make_partners(database: str) -> list[str]:
    ledger = Ledger(database)
    await migrate(ledger)
    keys = []
    async with ledger.write() as session:
        for plan in (SMALL, LARGE):
            await set_plan(session, plan, actor="bench")
        await session.flush()
        for number in range(PARTNERS):
            plan = SMALL if number % 2 == 0 else LARGE
            partner = await add_partner(session, name=f"Partner {number}", plan=plan.name, actor="bench")
            keys.append((await issue_key(session, partner.id, actor="bench")).text)
    await ledger.close()
    return keys


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
