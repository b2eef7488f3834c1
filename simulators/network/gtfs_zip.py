"""Writing tables as a GTFS zip, byte for byte the same for the same tables."""

import zipfile
from pathlib import Path
from typing import Final

from isal import isal_zlib

from simulators.network.gtfs_tables import Table

_STAMP = (2025, 1, 1, 0, 0, 0)
_PIECE_BYTES: Final = 1 << 22
_LEVEL: Final = 1
"""Quick: a large city's calls are over a gigabyte of text, and shrink to a tenth at once."""


def write_gtfs(tables: dict[str, Table], to: Path) -> None:
    """Write ``tables`` to the zip ``to``; an older file there is replaced only when the new one is whole."""
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(tables):
            _write_table(archive, name, tables[name])
    part.replace(to)


def _write_table(archive: zipfile.ZipFile, name: str, table: Table) -> None:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as file:
        # the same deflate, four times as quick as zlib's quickest; the zip module has no word for it
        file._compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)  # type: ignore[attr-defined]  # noqa: SLF001
        pieces: list[bytes] = []
        held = 0
        for piece in table:
            pieces.append(piece)
            held += len(piece)
            if held >= _PIECE_BYTES:
                file.write(b"".join(pieces))
                pieces, held = [], 0
        file.write(b"".join(pieces))
