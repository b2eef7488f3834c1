"""A Parquet table kept by the hour, with a note of how far the topic behind it was read.

Rows gather in memory and are written a chunk at a time, each a whole file; the chunks of an hour that is over become
one file. How far was read stands in each file beside its rows, so a process killed at any moment goes on from there:
no row is lost, and none is kept twice.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from runtime.errors import ServiceError
from runtime.recordings.archive_hours import hour_name, hour_second
from runtime.recordings.keep_days import delete_old_hours
from runtime.recordings.read_to import encode_read_to, find_positions
from runtime.timetables.whole_file import write_whole

_POSITIONS: Final = b"headway.positions"
_CHUNK: Final = ".chunk.parquet"
_HOUR_S: Final = 3600

Row = Sequence[object]


class HourlyTable:
    """Rows of one kind below ``folder``; ``positions`` is the offset to read next, by partition.

    Of hours that are over the last ``keep_days`` days are kept; ``None`` keeps all.
    """

    def __init__(self, folder: Path, schema: pa.Schema, *, epoch: int = 0, keep_days: int | None = None) -> None:
        """Begin where the last whole file ended, if it was read from the topics of this ``epoch``.

        Raises:
            ServiceError: the folder cannot be written, or holds a file that is no chunk of ours.
        """
        self._folder = folder
        self._schema = schema
        self._epoch = epoch
        self._keep_days = keep_days
        self._rows: list[Row] = []
        self._number = 0
        self._earliest = ""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.positions = self._take_up()
        except (OSError, ValueError, pa.ArrowException, msgspec.DecodeError) as wrong:
            raise ServiceError(f"the archive {folder} cannot be used: {wrong}") from None

    def add(self, rows: Sequence[Row]) -> None:
        """Take rows; they are safe once ``flush`` has returned."""
        self._rows.extend(rows)

    @property
    def waiting(self) -> int:
        """Rows that are not yet written."""
        return len(self._rows)

    def flush(self, now_s: int, positions: Mapping[int, int]) -> None:
        """Write what has gathered as a chunk of the hour of ``now_s``, and join the chunks of hours before it.

        A clock that was set back opens no hour again: its file is whole, so rows go into the newest hour there is.

        Raises:
            ServiceError: the disk is full, or the folder is gone.
        """
        self.positions.update({str(partition): offset for partition, offset in positions.items()})
        hour = self._earliest = max(hour_name(now_s), self._earliest)
        try:
            self._join_before(hour)
            delete_old_hours(self._folder, ".parquet", hour, self._keep_days)
            if self._rows:
                self._number += 1
                self._write(self._folder / f"{hour}.{self._number:08d}{_CHUNK}", self._table())
                self._rows.clear()
        except OSError as wrong:
            raise ServiceError(f"the archive {self._folder} cannot be written: {wrong.strerror}") from None

    def _table(self) -> pa.Table:
        columns = zip(*self._rows, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=self._schema)

    def _write(self, place: Path, table: pa.Table) -> None:
        noted = {_POSITIONS: encode_read_to(self._epoch, self.positions)}
        with write_whole(place) as opened:
            pq.write_table(table.replace_schema_metadata(noted), opened, compression="zstd")

    def _chunks(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_CHUNK}"))

    def _take_up(self) -> dict[str, int]:
        """Where the newest file says that reading ended; chunks whose hour's file is there already are dropped."""
        for chunk in self._chunks():
            if self._hour_file(chunk).exists():
                chunk.unlink()
        chunks = self._chunks()
        self._number = max((int(chunk.name.split(".")[1]) for chunk in chunks), default=0)
        newest = max(self._folder.glob("*.parquet"), key=_order, default=None)
        if newest is None:
            return {}
        hour = newest.name.partition(".")[0]
        self._earliest = hour if newest.name.endswith(_CHUNK) else _hour_after(hour)
        return find_positions((pq.read_schema(newest).metadata or {}).get(_POSITIONS), self._epoch)

    def _join_before(self, hour: str) -> None:
        past = [chunk for chunk in self._chunks() if chunk.name.partition(".")[0] < hour]
        for theirs in sorted({chunk.name.partition(".")[0] for chunk in past}):
            chunks = [chunk for chunk in past if chunk.name.partition(".")[0] == theirs]
            positions = pq.read_schema(chunks[-1]).metadata[_POSITIONS]
            tables = [pq.read_table(chunk).replace_schema_metadata(None) for chunk in chunks]
            # chunks of an hour in which this version was put in place may lack a column
            joined = pa.concat_tables(tables, promote_options="default")
            with write_whole(self._hour_file(chunks[0])) as opened:
                pq.write_table(joined.replace_schema_metadata({_POSITIONS: positions}), opened, compression="zstd")
            for chunk in chunks:
                chunk.unlink()

    def _hour_file(self, chunk: Path) -> Path:
        return chunk.with_name(f"{chunk.name.partition('.')[0]}.parquet")


def _hour_after(hour: str) -> str:
    return hour_name(hour_second(hour) + _HOUR_S)


def _order(file: Path) -> tuple[str, int]:
    """An hour's whole file stands before the next hour's chunks."""
    hour, _, rest = file.name.partition(".")
    return hour, int(rest.partition(".")[0]) if rest.endswith(_CHUNK.removeprefix(".")) else 0
