"""A door's work on a whole city's poll: 23,000 vehicles decoded, given their lines and grouped into messages.

``python -m tests.bench.bench_door [--lines 1258] [--vehicles 18] [--rounds 3]``
"""

import argparse
import time

from google.transit import gtfs_realtime_pb2
from rich.console import Console
from rich.table import Table

from tests.bench.feed_of_copies import FEED, Poll
from tests.bench.line_copies import copied_name, copy_message
from tests.bench.load_average import say_load
from tests.bench.mexico_city import ROUTE, compile_copies, drive_polls
from transit.assignment.feed_sorter import FeedSorter

POLL_S = 10
MOVED_POLL_S = 30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1258)
    parser.add_argument("--vehicles", type=int, default=18, help="vehicles of a line")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    show(run(chosen.lines, chosen.vehicles, chosen.rounds), chosen.lines * chosen.vehicles)


def run(lines: int, vehicles: int, rounds: int) -> dict[str, list[float]]:
    """CPU seconds a poll, where every vehicle moved and where none did."""
    sorter = FeedSorter(compile_copies(lines), FEED)
    polls = drive_polls(rounds + 1, every_s=MOVED_POLL_S, vehicles=vehicles)
    first, *others = [(poll.time_s, join_copies(poll, lines)) for poll in polls]
    sorter.sort(first[1], first[0])
    found: dict[str, list[float]] = {"every vehicle moved": [], "no vehicle moved": []}
    for time_s, content in others:
        for name, at in (("every vehicle moved", time_s), ("no vehicle moved", time_s + POLL_S)):
            started = time.process_time()
            sorter.sort(content, at)
            found[name].append(time.process_time() - started)
    return found


def join_copies(poll: Poll, lines: int) -> bytes:
    """One feed message of all copies of a line's message."""
    joined = gtfs_realtime_pb2.FeedMessage()
    for copy in range(lines):
        joined.MergeFromString(copy_message(poll.message, ROUTE, copy))
    joined.header.CopyFrom(poll.message.header)
    assert len({entity.id for entity in joined.entity}) == len(joined.entity), copied_name(ROUTE, 0)
    content: bytes = joined.SerializeToString()
    return content


def show(found: dict[str, list[float]], vehicles: int) -> None:
    """Print the best and the worst of the rounds."""
    table = Table(title=f"A door: {vehicles:,} vehicles in one poll")
    for heading in ("poll", "best, s CPU", "worst, s CPU", "µs a vehicle"):
        table.add_column(heading, justify="left" if heading == "poll" else "right")
    for name, costs in found.items():
        best = min(costs)
        table.add_row(name, f"{best:.2f}", f"{max(costs):.2f}", f"{best / vehicles * 1e6:.1f}")
    console = Console(width=100)
    console.print(table)
    console.print(say_load())


if __name__ == "__main__":
    main()
