"""Writing tables as a GTFS zip, byte for byte the same for the same tables."""

import csv
import io
import zipfile
from pathlib import Path

from simulators.network.gtfs_tables import Table

_STAMP = (2025, 1, 1, 0, 0, 0)


def write_gtfs(tables: dict[str, Table], to: Path) -> None:
    """Write ``tables`` to the zip ``to``; an older file there is replaced only when the new one is whole."""
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (header, rows) in tables.items():
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.getvalue())
    part.replace(to)
