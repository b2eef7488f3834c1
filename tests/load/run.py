"""Run partners against a Headway, headless, and report what it can carry.

    python -m tests.load.run --host http://127.0.0.1:8000 --key hw_live_... --users 200 --seconds 60
    python -m tests.load.run --host ... --key trial=hw_... --key standard=hw_... --overrun-key hw_... --json report.json
"""  # fmt: skip

from locust.env import Environment  # isort: skip - it patches sockets, so it comes first

import argparse
import json
import sys
import time
from pathlib import Path

import gevent
from rich.console import Console
from rich.table import Table

from tests.load.city_facts import learn_city
from tests.load.partners import MapPanner, OneStopPoller, Overrunner, Partner, ThriftyPoller
from tests.load.server_cost import find_servers, spent_s
from tests.load.tally import Group, Report, Tally


def main(arguments: list[str] | None = None) -> int:
    """Run and report; 1 where any request failed, 2 where the run could not begin."""
    asked = _parser().parse_args(arguments)
    host = asked.host.rstrip("/")
    keys = [_named(key) for key in asked.key]
    try:
        Partner.city = learn_city(host, keys[0][1])
    except OSError as wrong:
        sys.stderr.write(f"load: {host}: {wrong}\n")
        return 2
    report = run_load(host, keys, overrun=asked.overrun_key, users=asked.users, seconds=asked.seconds)
    print_report(report)
    if asked.json:
        asked.json.write_text(json.dumps(report.as_fields(), indent=1) + "\n")
    return 1 if any(group.failed for group in report.by_plan) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__.split("\n")[0])
    parser.add_argument("--host", required=True, help="the API under load, such as http://127.0.0.1:8000")
    parser.add_argument("--key", required=True, action="append", help="a partner's key, or PLAN=KEY; may be repeated")
    parser.add_argument("--overrun-key", help="the key of a partner that overruns its quota; left out without one")
    parser.add_argument("--users", type=int, default=100, help="partners at once (100)")
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--json", type=Path, help="also write the report here")
    return parser


def _named(key: str) -> tuple[str, str]:
    plan, equals, text = key.partition("=")
    return (plan, text) if equals else ("given", key)


def run_load(host: str, keys: list[tuple[str, str]], *, overrun: str | None, users: int, seconds: float) -> Report:
    """The report of one run; a tenth of its time, at the start, brings the partners up and is not counted."""
    Partner.keys, Partner.tally = keys, Tally()
    Overrunner.keys = [("overrun", overrun or "")]
    kinds = [OneStopPoller, ThriftyPoller, MapPanner, *([Overrunner] if overrun else [])]
    environment = Environment(user_classes=list(kinds), host=host)
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=max(1.0, users / (seconds / 10)))
    gevent.sleep(seconds / 10)
    servers = find_servers(host)
    tally = Partner.tally = Tally()
    spent, began = spent_s(servers), time.perf_counter()
    gevent.sleep(seconds)
    lasted_s, cost_s = time.perf_counter() - began, spent_s(servers) - spent
    counted = Tally({key: list(answers) for key, answers in tally.seen.items()})
    runner.quit()
    return Report(
        host=host,
        lasted_s=round(lasted_s, 1),
        by_plan=counted.by_plan(lasted_s),
        by_partner=counted.by_partner(lasted_s),
        cpu_ms_per_request=round(1000 * cost_s / max(1, counted.requests), 3) if servers else None,
        server_cpu_ratio=round(cost_s / lasted_s, 3) if servers else None,
    )


def print_report(report: Report) -> None:
    """The report as tables."""
    console = Console()
    for title, groups in (("by plan", report.by_plan), ("by partner", report.by_partner)):
        console.print(_table(title, groups))
    if report.cpu_ms_per_request is None:
        console.print("The server runs elsewhere: its processor time is not known here.")
    else:
        console.print(
            f"Server: {report.cpu_ms_per_request} ms of processor time a request, {report.server_cpu_ratio} cores busy"
        )


def _table(title: str, groups: list[Group]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("", "req/s", "requests", "200", "304", "429", "failed", "p50 ms", "p99 ms"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for group in groups:
        counts = (group.requests, group.fresh, group.not_modified, group.refused, group.failed)
        cells = (f"{group.requests_per_s}", *(f"{count:,}" for count in counts), f"{group.p50_ms}", f"{group.p99_ms}")
        table.add_row(group.name, *cells)
    return table


if __name__ == "__main__":
    sys.exit(main())
