"""``headway explain`` as a process: what it finds, and what its failures may tell a partner."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Final

import structlog

from api.problems import NOT_FOUND, NOT_READY
from api.refusal import Refusal

WITHIN_S: Final = 20.0
_USER_ERROR: Final = 2
_SAYS: Final = "headway: "
_NAMES_A_FOLDER: Final = re.compile(r"(^|\s)[~.]?/")

_log = structlog.get_logger(__name__)


async def run_explain(answer_id: str, archive: Path, timetables: Path) -> bytes:
    """What ``headway explain`` finds, as JSON.

    Raises:
        Refusal: the archive holds nothing of it, it takes too long, or it cannot be looked up.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "headway", "explain", answer_id, "--archive", str(archive), "--json"),
        env={**os.environ, "HEADWAY_TIMETABLE_FOLDER": str(timetables)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            written, said = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Refusal(NOT_READY, "It takes too long to look it up now; ask again.") from None
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode != 0:
        raise refusal_of(process.returncode or 0, said.decode(errors="replace"), (archive, timetables))
    return written


def refusal_of(code: int, said: str, folders: tuple[Path, ...]) -> Refusal:
    """What a failure is to a partner: its words where they are about the answer asked for, else that of the server."""
    words = (said.strip().splitlines() or [""])[-1]
    is_ours = _NAMES_A_FOLDER.search(words) or any(str(folder) in words for folder in folders)
    if code == _USER_ERROR and words.startswith(_SAYS) and not is_ours:
        return Refusal(NOT_FOUND, words.removeprefix(_SAYS))
    _log.error("answer_not_explained", code=code, error=said[-500:])
    return Refusal(NOT_READY, "The answer cannot be looked up at present; ask again.")
