"""What a worker process spends until it has answered every message: processor time and time on the clock."""

import asyncio
import os
import time
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer

from runtime.errors import UserError

_LOOK_EVERY_S: Final = 0.05
STILL_S: Final = 90.0
"""A worker that answers nothing for so long answers no more: to load and compile takes a minute at the most."""

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


class LostMessagesError(UserError):
    """A worker stopped answering before it had answered all."""


class Cost(NamedTuple):
    """Seconds of processor time and of clock time, resident memory at the end, messages answered."""

    cpu_s: float
    wall_s: float
    memory_mb: float
    messages: int

    def since(self, earlier: "Cost") -> "Cost":
        """What was spent after ``earlier``."""
        return Cost(
            self.cpu_s - earlier.cpu_s,
            self.wall_s - earlier.wall_s,
            self.memory_mb,
            self.messages - earlier.messages,
        )


def read_cost(pid: int, messages: int) -> Cost:
    """What process ``pid`` has spent so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - no path of ours
        fields = stat.read().rsplit(")", 1)[1].split()
    if fields[0] == "Z":
        raise UserError("the worker to be measured has ended: see its log")
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:  # noqa: PTH123 - no path of ours
        pages = int(statm.read().split()[1])
    cpu_s = (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
    return Cost(cpu_s, time.perf_counter(), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, messages)


async def measure(pid: int, broker: str, topic: str, *, warm_up: int, messages: int) -> Cost:
    """The cost of ``messages`` answers on ``topic`` after the first ``warm_up``, which load and compile.

    Raises:
        LostMessagesError: the worker answers no more, though messages are left.
        UserError: it has ended.
    """
    async with AIOKafkaConsumer(topic, bootstrap_servers=broker, enable_auto_commit=False) as consumer:
        started: Cost | None = None
        last, moved_at = 0, time.perf_counter()
        while True:
            read_cost(pid, 0)
            ends = await consumer.end_offsets(consumer.assignment())
            answered = sum(ends.values())
            if started is None and answered >= warm_up:
                started = read_cost(pid, answered)
            if started is not None and answered >= warm_up + messages:
                return read_cost(pid, answered).since(started)
            if answered > last:
                last, moved_at = answered, time.perf_counter()
            elif time.perf_counter() - moved_at > STILL_S:
                raise LostMessagesError(f"{answered:,} of {warm_up + messages:,} messages were answered, and no more")
            await asyncio.sleep(_LOOK_EVERY_S)
