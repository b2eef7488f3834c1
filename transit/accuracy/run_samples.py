"""What was foretold of one run: every half minute the times of its calls ahead, packed, for half an hour."""

import struct
from collections import deque
from collections.abc import Iterator
from typing import Final

from schemas.line_forecasts import NO_TIME
from transit.accuracy.tally import HORIZON_EDGES_S, Judged

SAMPLE_STEP_S: Final = 30
"""Riders are taken to ask at every full half minute."""

KEPT_S: Final = HORIZON_EDGES_S[-1]
"""Older samples lie in no bin."""

_HEAD: Final = struct.Struct("<qiH")
_ROW: Final = struct.Struct("<hhh")


class RunSamples:
    """Samples of one run, oldest first: one packed block each, 14 bytes and 6 a call.

    ``answered`` holds the positions whose arrival was observed.
    """

    __slots__ = ("_blocks", "answered", "told_at")

    def __init__(self) -> None:
        self._blocks: deque[bytes] = deque()
        self.answered: set[int] = set()
        self.told_at = 0

    def __len__(self) -> int:
        return len(self._blocks)

    def add(self, sampled_at: int, computed_at: int, next_position: int, rows: bytes) -> None:
        """Note what stood at ``sampled_at``: p10, p50, p90 (s after ``computed_at``) from ``next_position`` on."""
        self._blocks.append(_HEAD.pack(sampled_at, sampled_at - computed_at, next_position) + rows)
        self.told_at = sampled_at
        self.forget_before(sampled_at - KEPT_S)

    def forget_before(self, moment: int) -> None:
        """Let go of the samples older than ``moment`` (POSIX s)."""
        while self._blocks and _HEAD.unpack_from(self._blocks[0])[0] < moment:
            self._blocks.popleft()

    def judge(self, position: int, actual_at: int) -> Iterator[Judged]:
        """Each forecast of a call that was asked for before it was made, at most half an hour before."""
        for block in self._blocks:
            sampled_at, age_s, first = _HEAD.unpack_from(block)
            if sampled_at >= actual_at or sampled_at <= actual_at - KEPT_S:
                continue
            at = _HEAD.size + (position - first) * _ROW.size
            if not _HEAD.size <= at < len(block):
                continue
            early, expected, late = _ROW.unpack_from(block, at)
            if expected != NO_TIME:
                base = sampled_at - age_s
                # a time that has passed is served as now
                yield Judged(sampled_at, base + early, max(base + expected, sampled_at), base + late, actual_at)

    def list_unanswered(self) -> list[int]:
        """When calls were last foretold (POSIX s) that were due by the last sample and never seen to be made."""
        last_said: dict[int, int] = {}
        for block in self._blocks:
            sampled_at, age_s, first = _HEAD.unpack_from(block)
            for row, (_, expected, _) in enumerate(_ROW.iter_unpack(block[_HEAD.size :])):
                if expected != NO_TIME and first + row not in self.answered:
                    last_said[first + row] = sampled_at - age_s + expected
        return [at for at in last_said.values() if at <= self.told_at]
