"""``make bench``: every bench in turn, each a process of its own. ``make bench ARGS="--only tracker --only api"``."""

import argparse
import subprocess
import sys
from typing import Final

from rich.console import Console

from tests.bench.load_average import say_load

BENCHES: Final = {
    "tracker": "bench_tracker",
    "lines": "bench_lines",
    "city": "bench_city",
    "door": "bench_door",
    "fleet": "bench_fleet",
    "api": "bench_api",
    "streams": "bench_streams",
    "batch": "bench_batch",
    "feeds": "bench_feeds",
    "resume": "bench_resume",
    "isolation": "bench_isolation",
    "revocation": "bench_revocation",
    "ledger": "bench_ledger",
    "audit": "bench_audit",
}


def main() -> int:
    """Run the chosen benches; the number of those that failed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(BENCHES), help="this bench; may be repeated")
    chosen = parser.parse_args().only or list(BENCHES)
    console = Console()
    console.print(say_load())
    failed = []
    for name in chosen:
        console.rule(name)
        command = [sys.executable, "-W", "ignore", "-m", f"tests.bench.{BENCHES[name]}"]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
