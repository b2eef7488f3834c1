"""``GET /v1/answers/{answer_id}``: an answer of the last thirty days taken apart, by a process of its own.

The rules that work a line out anew need the compiler of kernels, which API processes are kept free of: one process a
request, two at a time, keeps them apart and lets nothing else wait.
"""

import asyncio
import os
import sys
from typing import Final
from urllib.parse import unquote

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers.schemas import AnswerExplained
from api.ids import PathId
from api.problems import INVALID_PARAMETER, NOT_FOUND, NOT_READY
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES
from api.reached.view_for import view_for
from api.refusal import Refusal
from transit.answers.answer_id import parse_answer_id

PATH: Final = "/v1/answers/{answer_id}"
AT_ONCE: Final = 2
WITHIN_S: Final = 20.0

_busy = asyncio.Semaphore(AT_ONCE)

router = APIRouter(tags=["answers"])


@router.get(PATH, response_model=AnswerExplained, summary="An answer of the past, explained")
async def get_answer(request: Request, answer_id: PathId) -> Response:
    """What was reported, matched, told and seen to happen, the terms that sum, and what today's rules would say."""
    archive = request.app.state.archive
    if archive is None:
        raise Refusal(NOT_FOUND, "This deployment keeps no archive of answers; `headway record --answers` does.")
    try:
        asked = parse_answer_id(unquote(answer_id))
    except ValueError as wrong:
        raise Refusal(INVALID_PARAMETER, f"answer_id: {wrong}.") from None
    view = view_for(request)
    if view.shelf.find_newest(asked.timetable) is None:
        raise Refusal(NOT_FOUND, f"The timetable {asked.timetable!r} is not in use.")
    found = await _explain(unquote(answer_id), str(archive), str(request.app.state.timetables))
    body = orjson.loads(found)
    if isinstance(view, ReachedView):
        body = prune(body, SHAPES[PATH], view)
        if body is None:
            raise Refusal(NOT_FOUND, "No grant of yours holds this answer's line or stop.")
    return Response(orjson.dumps(body), media_type="application/json", headers={"cache-control": "no-store"})


async def _explain(answer_id: str, archive: str, timetables: str) -> bytes:
    """What ``headway explain`` finds, as JSON.

    Raises:
        Refusal: the archive holds nothing of it, or it takes too long.
    """
    environment = {**os.environ, "HEADWAY_TIMETABLE_FOLDER": timetables}
    async with _busy:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "headway", "explain", answer_id, "--archive", archive, "--json"),
            env=environment,
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
        lines = said.decode(errors="replace").strip().splitlines() or ["nothing is known of it"]
        raise Refusal(NOT_FOUND, lines[-1].removeprefix("headway: "))
    return written
