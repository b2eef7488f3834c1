"""The files of timetables: made by a process of their own when first asked for, then sent as they lie on disk."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

import orjson
import structlog

from api.headway_process import run_headway
from api.process_queue import ProcessQueue
from api.view.compiled_view import CompiledView
from api.view.memory import View
from runtime.settings import Settings

FOLDER: Final = "static"
FORMAT: Final = 2
"""Raised when files are written otherwise: those of an older Headway are left aside."""

WITHIN_S: Final = 120.0
KEPT_S: Final = 14 * 86_400
"""A file of a version that is on no shelf any more is removed when it is so old."""

KEPT: Final = 8
COMPARISONS_KEPT: Final = 32
WAITING_MAX: Final = 6
_DIGEST_BYTES: Final = 12

_log = structlog.get_logger(__name__)


class HeldFile(NamedTuple):
    """A file (gzip) and its validator."""

    path: Path
    body: bytes
    etag: str


class StaticFiles:
    """One process at a time makes files; each is made once, whoever asks for it meanwhile.

    Both raise ``Refusal`` where too many other files and comparisons wait.
    """

    def __init__(self, settings: Settings) -> None:
        self._timetables = settings.timetables
        self._held: OrderedDict[Path, HeldFile] = OrderedDict()
        self._compared: OrderedDict[tuple[Path, Path], bytes] = OrderedDict()
        self._making = ProcessQueue[bytes | None](at_once=1, waiting_max=WAITING_MAX)

    async def read(self, view: View, compiled: CompiledView, digest: bytes) -> HeldFile | None:
        """The file of a timetable as a view may tell it; ``digest`` names its reach. ``None``: it cannot be made."""
        suffix = "".join(f"-{part}" for part in (digest.decode(), compiled.language) if part)
        path = self._timetables / FOLDER / f"{compiled.timetable.hash}{suffix}.{FORMAT}.json.gz"
        held = self._held.get(path)
        if held is None:
            if not path.exists():
                made = await self._making.run(path, lambda: self._make(path, view, compiled, is_part=bool(digest)))
                if made is None:
                    return None
            body = await asyncio.to_thread(path.read_bytes)
            held = self._held[path] = HeldFile(path, body, f'"{blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()}"')
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return held

    async def _make(self, path: Path, view: View, compiled: CompiledView, *, is_part: bool) -> bytes | None:
        path.parent.mkdir(parents=True, exist_ok=True)
        table = compiled.timetable
        said = b""
        if is_part:
            lines = [row for row in range(len(table.line_id)) if view.has_line(compiled, row)]
            stops = [row for row in range(len(table.stop_id)) if view.has_stop(compiled, row)]
            said = orjson.dumps({"lines": lines, "stops": stops})
        await asyncio.to_thread(remove_old, path.parent, view.shelf.__contains__, time.time())
        arguments = ("timetable", "export", table.hash, str(path), *(("--part",) if is_part else ()))
        if compiled.language:
            arguments = (*arguments, "--language", compiled.language)
        return await self._run(arguments, said)

    async def compare(self, before: HeldFile, after: HeldFile) -> bytes | None:
        """What ``after`` changed against ``before``, as JSON; ``None``: it cannot be told."""
        key = (before.path, after.path)
        told = self._compared.get(key)
        if told is None:
            arguments = ("timetable", "changes", str(before.path), str(after.path))
            told = await self._making.run(key, lambda: self._run(arguments, b""))
            if told is None:
                return None
            self._compared[key] = told
            while len(self._compared) > COMPARISONS_KEPT:
                self._compared.popitem(last=False)
        self._compared.move_to_end(key)
        return told

    async def _run(self, arguments: tuple[str, ...], said: bytes) -> bytes | None:
        try:
            ended = await run_headway(arguments, timetables=self._timetables, within_s=WITHIN_S, told=said)
        except TimeoutError:
            _log.error("static_file_not_made", arguments=arguments, error="it took too long")
            return None
        if ended.code != 0:
            _log.error("static_file_not_made", arguments=arguments, error=ended.said[-500:])
            return None
        return ended.written


def remove_old(folder: Path, is_kept: Callable[[str], bool], now: float) -> None:
    """Remove files made two weeks before ``now`` (POSIX s) of timetables (hashes) that are not kept."""
    for path in folder.glob("*.json.gz"):
        timetable_hash = path.name.partition(".")[0].partition("-")[0]
        try:
            if not is_kept(timetable_hash) and now - path.stat().st_mtime >= KEPT_S:
                path.unlink()
        except FileNotFoundError:
            # another process was quicker
            continue
