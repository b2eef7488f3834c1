"""What the simulated city costs: a day driven, its first message, each of a morning's, beside the time they tell of.

``python -m tests.bench.bench_city [--lines 14 --lines 50] [--from-hour 6] [--hours 4] [--every-s 5]``
"""

import argparse
import time
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from simulators.city.city import City
from simulators.city.movement import begin_day
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from tests.bench.load_average import say_load
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

SEED = 7
DAY = datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Shanghai"))


class Cost(NamedTuple):
    """Processor seconds of one core: a whole day driven, the first message, all after it; what they were of."""

    lines: int
    vehicles: int
    calls: int
    day_s: float
    first_s: float
    others_s: float
    messages: int
    told_s: float
    most_vehicles: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, action="append")
    parser.add_argument("--from-hour", type=float, default=6.0)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--every-s", type=int, default=5)
    chosen = parser.parse_args()
    run(compile_city(2), 6.0, 0.1, 60)
    costs = [
        run(compile_city(lines), chosen.from_hour, chosen.hours, chosen.every_s) for lines in chosen.lines or [14, 50]
    ]
    show(costs)


def compile_city(lines: int) -> Timetable:
    """The timetable of a generated city."""
    content = {name: b"".join(table) for name, table in tabulate(generate_network(lines, SEED)).items()}
    return compile_timetable(content, name="city", source=f"{lines} lines, seed {SEED}")


def run(timetable: Timetable, from_hour: float, hours: float, every_s: int) -> Cost:
    """Drive a day; then, from nothing, tell the messages of some hours of it."""
    started = time.process_time()
    drive = begin_day(timetable, DAY.toordinal(), SEED)
    drive.until(float("inf"))
    day_s = time.process_time() - started
    city = City(timetable, SEED)
    begin = int(DAY.timestamp() + from_hour * 3600)
    moments = range(begin, begin + int(hours * 3600), every_s)
    started = time.process_time()
    city.feed_at(begin)
    first_s = time.process_time() - started
    started = time.process_time()
    for at in moments[1:]:
        city.feed_at(at)
    others_s = time.process_time() - started
    most = max(len(city.positions_at(at).entity) for at in moments[:: max(1, len(moments) // 24)])
    vehicles = len(drive.day.fleet.row)
    return Cost(
        lines=len(timetable.line_id),
        vehicles=vehicles,
        calls=len(drive.day.duties),
        day_s=day_s,
        first_s=first_s,
        others_s=others_s,
        messages=len(moments) - 1,
        told_s=hours * 3600,
        most_vehicles=most,
    )


def show(costs: list[Cost]) -> None:
    """Print a row for each city."""
    table = Table(title="The simulated city, processor time of one core")
    for heading in ("city", "a day, driven", "the first message", "a message", "times real time"):
        table.add_column(heading, justify="left" if heading == "city" else "right")
    for each in costs:
        table.add_row(
            f"{each.lines} lines, {each.vehicles:,} vehicles, {each.calls:,} calls, {each.most_vehicles:,} out at most",
            f"{each.day_s:.2f} s",
            f"{each.first_s:.2f} s",
            f"{1000 * each.others_s / each.messages:.1f} ms",
            f"{each.told_s / (each.first_s + each.others_s):,.0f}",
        )
    console = Console(width=120)
    console.print(table)
    console.print(say_load())


if __name__ == "__main__":
    main()
