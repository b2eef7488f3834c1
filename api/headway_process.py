"""The command line as a process beside the answers: what takes long, under a limit, killed with who asked for it."""

import asyncio
import os
import sys
from pathlib import Path
from typing import NamedTuple


class Ended(NamedTuple):
    """A process that ended: its exit code, what it wrote, and what it said of itself."""

    code: int
    written: bytes
    said: str


async def run_headway(arguments: tuple[str, ...], *, timetables: Path, within_s: float, told: bytes = b"") -> Ended:
    """Run ``headway`` with these arguments over the folder of timetables; ``told`` is what it reads.

    Raises:
        TimeoutError: it took longer, and was killed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "headway", *arguments),
        env={**os.environ, "HEADWAY_TIMETABLE_FOLDER": str(timetables)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(within_s):
            written, said = await process.communicate(told)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    except asyncio.CancelledError:
        process.kill()
        raise
    return Ended(process.returncode or 0, written, said.decode(errors="replace"))
