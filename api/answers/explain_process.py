"""``headway explain`` as a process: what it finds, and what its failures may tell a partner."""

import re
from pathlib import Path
from typing import Final

import structlog

from api.headway_process import run_headway
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
    arguments = ("explain", answer_id, "--archive", str(archive), "--json")
    try:
        ended = await run_headway(arguments, timetables=timetables, within_s=WITHIN_S)
    except TimeoutError:
        raise Refusal(NOT_READY, "It takes too long to look it up now; ask again.") from None
    if ended.code != 0:
        raise refusal_of(ended.code, ended.said, (archive, timetables))
    return ended.written


def refusal_of(code: int, said: str, folders: tuple[Path, ...]) -> Refusal:
    """What a failure is to a partner: its words where they are about the answer asked for, else that of the server."""
    words = (said.strip().splitlines() or [""])[-1]
    is_ours = _NAMES_A_FOLDER.search(words) or any(str(folder) in words for folder in folders)
    if code == _USER_ERROR and words.startswith(_SAYS) and not is_ours:
        return Refusal(NOT_FOUND, words.removeprefix(_SAYS))
    _log.error("answer_not_explained", code=code, error=said[-500:])
    return Refusal(NOT_READY, "The answer cannot be looked up at present; ask again.")
