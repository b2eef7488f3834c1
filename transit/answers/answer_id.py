"""Names one answer to "when does this run come here": the run, the call and the value it was told from.

It is put together from what an answer holds anyway, so nothing is kept for it.
"""

from typing import NamedTuple

from transit.answers.run_ids import RunKey, parse_run_id


class AnswerId(NamedTuple):
    """``computed_at`` (POSIX s) is the poll that the answer rests on; 0 where no vehicle's line was known."""

    timetable: str
    key: RunKey
    stop_sequence: int
    computed_at: int


def parse_answer_id(written: str) -> AnswerId:
    """Read ``<run id>@<stop_sequence>@<computed_at>``.

    Raises:
        ValueError: it is no such id.
    """
    parts = written.rsplit("@", 2)
    if len(parts) != 3 or not parts[1].isdecimal() or not parts[2].isdecimal() or len(parts[2]) > 12:
        raise ValueError(f"{written[:80]!r} is no answer's id; it reads <run id>@<stop_sequence>@<POSIX seconds>")
    timetable, key = parse_run_id(parts[0])
    return AnswerId(timetable, key, int(parts[1]), int(parts[2]))
