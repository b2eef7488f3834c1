"""Committing what a group's member has dealt with, while partitions may have moved to another member."""

from typing import Any

import structlog
from aiokafka.errors import CommitFailedError, IllegalStateError

_log = structlog.get_logger(__name__)


async def commit_where_mine(consumer: Any, offsets: dict[Any, int] | None = None) -> None:
    """Commit ``offsets`` by partition, or all that was read; left out where another member has a partition now.

    What is not committed is read again there, under ids or watermarks by which it is told apart.
    """
    try:
        await consumer.commit(offsets)
    except (CommitFailedError, IllegalStateError) as moved:
        _log.info("commit_left_out", reason=str(moved))
