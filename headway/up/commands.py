"""Run one of Headway's own commands to its end, for its effect and its last line."""

import asyncio
import signal
import sys
from collections.abc import Mapping

from runtime.embedded.child import die_with_parent
from runtime.errors import UserError


async def run_command(environment: Mapping[str, str], *arguments: str) -> str:
    """Run ``headway`` with ``arguments``; return what it wrote to standard output. Cancelled, it ends the command.

    A process of its own uses the other core and can be stopped at once, whatever it computes.

    Raises:
        UserError: the command failed; its own words are in the message.
    """
    process = await asyncio.create_subprocess_exec(
        *die_with_parent(signal.SIGKILL),
        *(sys.executable, "-m", "headway", *arguments),
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        written, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        lines = said.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        raise UserError(lines[-1].removeprefix("headway: "))
    return written.decode()
