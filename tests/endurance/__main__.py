"""``make endurance``: hours of a city, or of a recording, through real Apache Kafka as fast as this machine goes.

``make endurance ARGS="--lines 60 --hours 24"``: a simulated city, judged by its own truth too.
``make endurance ARGS="--recording positions.zip --gtfs gtfs.zip"``: a recording.

Every forecast and passage must be, byte for byte, what the rules alone make of the same polls; memory must be flat once
the first half is over; the exit code says whether it was so.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from headway.score import load_timetable
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.valkey import Valkey
from runtime.settings import FeedSettings, Settings
from tests.bench.load_average import say_load
from tests.endurance.city_recording import END_OF_PEAK, City, record_city
from tests.endurance.report import is_sound, print_found
from tests.endurance.rule_run import run_by_rule
from tests.endurance.stream_run import lay_out, run_stream


def main() -> int:
    """Run, print, and say whether all was sound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=60, help="of the simulated city")
    parser.add_argument("--hours", type=float, default=24.0, help="simulated")
    parser.add_argument("--poll-s", type=int, default=15, help="between the simulated city's polls")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--recording", type=Path, help="a recording of positions instead of a city")
    parser.add_argument("--gtfs", help="its timetable")
    chosen = parser.parse_args()
    console = Console(width=130)
    console.print(say_load())
    with tempfile.TemporaryDirectory(prefix="headway-endurance-") as made:
        return asyncio.run(_run(Path(made), chosen, console))


async def _run(folder: Path, chosen: argparse.Namespace, console: Console) -> int:
    city: City | None = None
    if chosen.recording is None:
        console.print(f"driving {chosen.lines} lines for {chosen.hours:g} hours until {END_OF_PEAK:%H:%M} and beyond")
        city = record_city(folder / "city.zip", chosen.lines, chosen.hours, chosen.poll_s, chosen.seed)
        recording, timetable = city.recording, city.timetable
    else:
        recording, timetable = chosen.recording, load_timetable(chosen.gtfs)
    console.print("what the rules alone make of it")
    expected = run_by_rule(timetable, recording)
    console.print(f"{expected.values} values, {len(expected.passages)} passages in {expected.took_s:.0f} s")
    with Valkey(folder / "valkey") as store, KafkaCluster(folder / "kafka") as kafka:
        settings = Settings(
            broker=kafka.address,
            broker_idempotence=True,
            store=store.url,
            database=f"sqlite+aiosqlite:///{folder / 'ledger.db'}",
            namespace="endurance",
            data_folder=folder / "headway",
            feeds=(FeedSettings(id=timetable.name, timetable=timetable.name, source=str(recording), speed=0),),
        )
        await lay_out(settings, timetable)
        found = await run_stream(settings, expected, folder)
    print_found(found, expected, city, console)
    console.print(say_load())
    return 0 if is_sound(found, expected) else 1


if __name__ == "__main__":
    sys.exit(main())
