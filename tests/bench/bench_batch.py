"""A thousand stops in one request, and what the city's file costs those who ask for one stop.

``python -m tests.bench.bench_batch [--lines 1258] [--vehicles 18] [--rounds 60] [--alone]``: one API process on core 0,
Valkey, a process that writes every line's value each ten seconds, spread evenly, at stops that eight lines share.
Answers about single stops are timed, with and without the process that makes the city's file, in five pairs whose order
alternates; and with that process the file's age is looked at. Then a partner posts the same 1,000 stops every two
seconds and takes them compressed. ``--alone``, as root: its session goes before all others of the machine
(/proc/self/autogroup), so that other people's work does not count; among its own processes priorities are as ever.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

import orjson
from redis import Redis
from rich.console import Console
from rich.table import Table

from runtime.embedded.ports import find_free_port
from runtime.embedded.valkey import Valkey
from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.plans import Plan, set_plan
from runtime.ledger.trial import ensure_trial_partner
from runtime.timetables import save_timetable
from schemas.store_keys import city_file
from tests.bench.load_average import say_load
from tests.bench.mexico_city import compile_copies
from tests.bench.paced_client import p99_ms_of, written
from transit.timetable.compiled import Timetable

STOPS: Final = 1000
EVERY_S: Final = 2.0
WARM_UP_ROUNDS: Final = 6
PAIRS: Final = 5
SINGLES: Final = 64
SINGLES_PER_S: Final = 640.0
SINGLES_S: Final = 10.0
"""Long enough that no single wait of under a tenth of a second is the 99th percentile by itself: it rests on 64."""

SINGLES_WARM_UP_S: Final = 3.0
"""Not counted, with the file and without: after a pause every answer is stale, and the first of each is rendered anew
at once. Pauses before the two differed by the seconds that the file's process takes to start."""

LINES_A_STOP: Final = 8
SERVER_CORE: Final = "0"
HOST: Final = "127.0.0.1"
PLAN: Final = Plan(name="trial", burst_per_s=100_000, burst_size=100_000, per_day=10**9, per_month=10**10, streams=10)


class Found(NamedTuple):
    """Waiting (ms) for the first batch and for those after the first few; p99 (ms) of single answers in pairs, without
    and with the file being made; the file's ages (s)."""

    first_ms: float
    batch_ms: list[float]
    body_bytes: int
    pairs: list[tuple[float, float]]
    ages_s: list[float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("lines", 1258), ("vehicles", 18), ("rounds", 60)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--alone", action="store_true")
    chosen = parser.parse_args()
    if chosen.alone:
        take_precedence()
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as folder:
        show(run(Path(folder), chosen), chosen)


def take_precedence() -> None:
    """Let this session go before all others of the machine.

    Raises:
        UserError: that is not ours to take.
    """
    try:
        Path("/proc/self/autogroup").write_text("-20", encoding="ascii")
    except OSError as refused:
        raise UserError(f"--alone takes root and a kernel that groups processes by session: {refused}") from None


def run(folder: Path, chosen: argparse.Namespace) -> Found:
    """Start what is needed, and measure."""
    timetable = compile_copies(chosen.lines, lines_a_stop=LINES_A_STOP)
    save_timetable(timetable, folder / "timetables")
    with ExitStack() as servers:
        store = servers.enter_context(Valkey(folder / "valkey"))
        port = find_free_port()
        environment = {
            **os.environ,
            "HEADWAY_STORE": store.url,
            "HEADWAY_DATABASE": f"sqlite:///{folder}/ledger.db",
            "HEADWAY_DATA_FOLDER": str(folder),
            "HEADWAY_BROKER": f"{HOST}:1",
        }
        key = asyncio.run(_make_partner(environment["HEADWAY_DATABASE"], folder))
        writer = ["-m", "tests.bench.city_writer", str(folder / "timetables"), store.url, "", str(chosen.vehicles)]
        servers.enter_context(_running(writer, environment, folder / "writer.log", core=_other_core()))
        api = ["-m", "headway", "api", "--port", str(port), "--operations-port", "0"]
        servers.enter_context(_running(api, environment, folder / "api.log", core=SERVER_CORE))
        stops = [f"{timetable.name}:{stop}" for stop in timetable.stop_id if "~" in stop][:STOPS]
        asyncio.run(_await_lines(port, key, stops[0]))
        pairs, ages = [], []
        with Redis.from_url(store.url) as redis:
            for number in range(PAIRS):
                making = _running(["-m", "headway", "city-file"], environment, folder / "file.log", core=_other_core())
                quiet = _single_p99(port, key, stops) if number % 2 == 0 else None
                with making:
                    _await_file(redis, timetable)
                    busy = _single_p99(port, key, stops)
                    ages.append(_age_s(redis, timetable))
                pairs.append((quiet or _single_p99(port, key, stops), busy))
        # after the singles: what a batch asks for is kept written for a minute, which they would wait for
        waited, size = asyncio.run(_post_batches(port, key, stops, chosen.rounds))
        return Found(waited[0], waited[WARM_UP_ROUNDS:], size, pairs, ages)


def _other_core() -> str:
    others = sorted(set(range(os.cpu_count() or 1)) - {int(SERVER_CORE)}) or [0]
    return ",".join(map(str, others))


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path, *, core: str) -> Iterator[None]:
    """Run a process on a core while the block does."""
    with log.open("ab") as out:
        words = ["taskset", "-c", core, sys.executable, *command]
        process = subprocess.Popen(words, env=environment, stdout=out, stderr=out)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


async def _make_partner(database: str, folder: Path) -> str:
    ledger = Ledger(database)
    key = await ensure_trial_partner(ledger, folder)
    async with ledger.write() as session:
        await set_plan(session, PLAN, actor="bench")
    await ledger.close()
    return key


async def _await_lines(port: int, key: str, stop: str) -> None:
    """Wait until a stop is answered with a vehicle that is heard."""
    request = written(f"/v1/stops/{quote(stop, safe='')}/arrivals", {"X-API-Key": key})
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            body, _ = await _ask(port, request)
            if b'"basis":"live"' in body:
                return
        except (OSError, asyncio.IncompleteReadError, IndexError):
            pass
        await asyncio.sleep(0.2)


async def _post_batches(port: int, key: str, stops: list[str], rounds: int) -> tuple[list[float], int]:
    """Ask every two seconds; waiting (ms) of each, and the bytes of the last answer."""
    asked = orjson.dumps({"stops": stops})
    head = f"POST /v1/arrivals HTTP/1.1\r\nHost: b\r\nX-API-Key: {key}\r\nAccept-Encoding: gzip\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(asked)}\r\n\r\n"
    waited, size = [], 0
    for _ in range(rounds):
        body, took_s = await _ask(port, head.encode() + asked)
        waited.append(took_s * 1000)
        size = len(body)
        await asyncio.sleep(max(0.0, EVERY_S - took_s))
    return waited, size


async def _ask(port: int, request: bytes) -> tuple[bytes, float]:
    reader, writer = await asyncio.open_connection(HOST, port)
    began = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
    took_s = time.perf_counter() - began
    writer.close()
    return body, took_s


def _single_p99(port: int, key: str, stops: list[str]) -> float:
    chosen = stops[:: len(stops) // SINGLES][:SINGLES]
    requests = [written(f"/v1/stops/{quote(stop, safe='')}/arrivals", {"X-API-Key": key}) for stop in chosen]
    return p99_ms_of(
        port, [[request] for request in requests], SINGLES_PER_S, warm_up_s=SINGLES_WARM_UP_S, seconds=SINGLES_S
    )


def _await_file(redis: "Redis", timetable: Timetable) -> None:
    redis.delete(city_file(timetable.name, ""))
    until = time.monotonic() + 60
    while not redis.exists(city_file(timetable.name, "")) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(2 * EVERY_S)


def _age_s(redis: "Redis", timetable: Timetable) -> float:
    built_at = redis.hget(city_file(timetable.name, ""), "built_at")
    return time.time() - float(built_at or 0)


def show(found: Found, chosen: argparse.Namespace) -> None:
    """Print the figures."""
    table = Table(title=f"{chosen.lines:,} lines, {chosen.vehicles} vehicles each; batches of {STOPS:,} stops")
    for heading in ("what", "figure", "goal"):
        table.add_column(heading)
    cut = statistics.quantiles(found.batch_ms, n=100, method="inclusive")
    table.add_row("first batch", f"{found.first_ms:,.0f} ms", "")
    table.add_row("batch, p50", f"{cut[49]:.0f} ms", "")
    table.add_row("batch, p99", f"{cut[98]:.0f} ms", "50 ms")
    table.add_row("batch, compressed", f"{found.body_bytes / 1e6:.1f} MB", "")
    for quiet, busy in found.pairs:
        table.add_row("single answers, p99 without and with the file", f"{quiet:.1f}, {busy:.1f} ms", "")
    moved = statistics.median(busy / quiet for quiet, busy in found.pairs)
    table.add_row("median of the pairs", f"{moved:.2f}", "1.25")
    table.add_row("age of the file, at most", f"{max(found.ages_s):.1f} s", "5 s")
    console = Console(width=110)
    console.print(table)
    console.print(say_load())


if __name__ == "__main__":
    main()
