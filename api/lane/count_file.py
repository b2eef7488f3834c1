"""Counts that outlive their process: a memory-mapped file whose owner may be killed at any instruction.

The kernel keeps what was written when the process is gone, so whoever finds the file unlocked reads exactly what was
spent and used. A file is a row of slots: a name (64 bytes, zero padded) and four counts (little-endian u64).
"""

import fcntl
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NAME_BYTES: Final = 64
COUNTS: Final = 4
SLOTS: Final = 32_768
_SLOT_BYTES: Final = NAME_BYTES + 8 * COUNTS
_WORDS: Final = _SLOT_BYTES // 8
_NAME_WORDS: Final = NAME_BYTES // 8
SUFFIX: Final = ".counts"


class CountFileFullError(Exception):
    """Every slot is taken."""


class CountFile:
    """An open, locked file of counts. ``cells[base + i]`` is count ``i`` of the slot that ``base`` stands for."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._map = mmap.mmap(descriptor, SLOTS * _SLOT_BYTES)
        self._bytes = memoryview(self._map)
        self.cells = self._bytes.cast("Q")
        self._bases: dict[str, int] = dict(self._named())
        taken = set(self._bases.values())
        self._free = [base for base in range((SLOTS - 1) * _WORDS + _NAME_WORDS, 0, -_WORDS) if base not in taken]

    @property
    def free_count(self) -> int:
        """Slots nobody has taken."""
        return len(self._free)

    @property
    def process(self) -> str:
        """The process whose counts these are."""
        return self.path.name.removesuffix(SUFFIX)

    def slot(self, name: str) -> int:
        """The base of the slot of that name, taken now if it is new.

        Raises:
            CountFileFullError: every slot is taken.
            ValueError: the name is longer than a slot holds.
        """
        base = self._bases.get(name)
        if base is not None:
            return base
        encoded = name.encode()
        if not 0 < len(encoded) <= NAME_BYTES:
            raise ValueError(f"slot name {name!r} is empty or longer than {NAME_BYTES} bytes")
        if not self._free:
            raise CountFileFullError(str(self.path))
        base = self._bases[name] = self._free.pop()
        start = 8 * base - NAME_BYTES
        self._bytes[start : start + NAME_BYTES] = encoded.ljust(NAME_BYTES, b"\0")
        return base

    def free(self, name: str) -> None:
        """Forget a slot and its counts."""
        base = self._bases.pop(name, None)
        if base is None:
            return
        start = 8 * base - NAME_BYTES
        # The name goes first: a slot without one counts for nothing, whatever is left in it.
        self._bytes[start : start + NAME_BYTES] = bytes(NAME_BYTES)
        self._bytes[start + NAME_BYTES : start + _SLOT_BYTES] = bytes(8 * COUNTS)
        self._free.append(base)

    def names(self) -> list[str]:
        """Names of the slots in use."""
        return list(self._bases)

    def counts(self, name: str) -> tuple[int, ...]:
        """A slot's counts; zeros where there is none of that name."""
        base = self._bases.get(name)
        return (0,) * COUNTS if base is None else tuple(self.cells[base : base + COUNTS])

    def close(self, *, remove: bool) -> None:
        """Unlock the file; ``remove`` it when nothing in it is owed to anyone."""
        if remove:
            self.path.unlink(missing_ok=True)
        self.cells.release()
        self._bytes.release()
        self._map.close()
        os.close(self._descriptor)

    def _named(self) -> Iterator[tuple[str, int]]:
        for slot in range(SLOTS):
            start = slot * _SLOT_BYTES
            if self._map[start] != 0:
                name = bytes(self._bytes[start : start + NAME_BYTES]).rstrip(b"\0").decode("utf-8", "replace")
                yield name, slot * _WORDS + _NAME_WORDS


def create_count_file(folder: Path, process: str) -> CountFile:
    """Make and lock the file of this process. Nobody sees it before it is locked."""
    folder.mkdir(parents=True, exist_ok=True)
    path, hidden = folder / f"{process}{SUFFIX}", folder / f".{process}.new"
    descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.ftruncate(descriptor, SLOTS * _SLOT_BYTES)
    hidden.rename(path)
    return CountFile(path, descriptor)


def take_over_orphans(folder: Path, own: str) -> Iterator[CountFile]:
    """Lock and open, one by one, the files whose processes are gone. The caller closes each."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.name == f"{own}{SUFFIX}":
            continue
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        # It may have been settled and removed between the listing and the lock.
        if not path.exists() or os.fstat(descriptor).st_size != SLOTS * _SLOT_BYTES:
            os.close(descriptor)
            continue
        yield CountFile(path, descriptor)
