"""An audit of a million entries written, taken out, checked offline; then single bytes of the file changed.

``python -m tests.bench.bench_audit [--entries N] [--changes N]``. Entries are those of usage, written in transactions
as metering writes them. Goals: verified in 30 s; every change found.
"""

import argparse
import asyncio
import json
import mmap
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from runtime.deployment_secret import audit_signer, is_signature
from runtime.ledger.audit import Entry, note
from runtime.ledger.audit_extract import write_extract
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.settings import Settings
from tests.bench.load_average import say_load
from transit.audit.extract import ExtractError, verify_extract

GOAL_S: Final = 30.0
_BATCH: Final = 10_000


def main() -> dict[str, float]:
    """Measure, print, and return the seconds that checking took and the changes that went unseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--changes", type=int, default=20, help="single bytes to change, one after the other")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.txt"
        asyncio.run(_write(Path(folder), file, asked.entries))
        command = [sys.executable, "-m", "headway", "audit", "verify", str(file), "--json"]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        size = f"{told['entries']:,} entries, {file.stat().st_size / 1e6:.0f} MB"
        print(f"{size}: sound in {told['took_s']} s (goal {GOAL_S})")  # noqa: T201 - a report
        unseen = _count_unseen(file, asked.changes)
    print(f"{asked.changes} single bytes changed: {unseen} unseen; {say_load()}")  # noqa: T201
    return {"verify_s": told["took_s"], "unseen": unseen}


async def _write(folder: Path, file: Path, entries: int) -> None:
    settings = Settings(database=f"sqlite:///{folder / 'ledger.db'}", data_folder=folder)
    ledger = Ledger(settings.database)
    await migrate(ledger)
    for begin in range(0, entries, _BATCH):
        async with ledger.write() as session:
            for number in range(begin, min(entries, begin + _BATCH)):
                detail = {"minute_starts_at": 60 * number, "kind": "arrivals", "grant": None, "requests": number}
                note(session, Entry("metering", "use", f"p_{number % 33:010d}", detail))
    with file.open("wb") as opened:
        async for part in write_extract(ledger.read, audit_signer(settings), partner_id=None):
            opened.write(part)
    await ledger.close()


def _count_unseen(file: Path, changes: int) -> int:
    """Change one byte at a time to another, check, and put it back."""
    chance, unseen, began = random.Random(4), 0, time.monotonic()  # noqa: S311 - any bytes will do
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as held:
        for _ in range(changes):
            place = chance.randrange(len(held))
            was = held[place]
            held[place] = (was + chance.randrange(1, 256)) % 256
            try:
                verify_extract(iter(held.readline, b""), is_signature)
                unseen += 1
            except ExtractError:
                pass
            held[place] = was
            held.seek(0)
    print(f"changed and checked in {time.monotonic() - began:.0f} s")  # noqa: T201
    return unseen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
