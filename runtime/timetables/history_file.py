"""A history as one Arrow file, named by its hash, that processes map like a timetable."""

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from runtime.errors import UserError
from runtime.timetables.whole_file import write_whole
from transit.history.history import HOP_ROW, LAG_ROW, LOAD_ROW, PLACE_ROW, History, arrays_of, history_hash
from transit.timetable.compiled import Strings

LAYOUT: Final = 2
BEFORE_LOADS: Final = 1
"""The layout before it, still read: it knows nothing of how full vehicles are."""

SUFFIX: Final = ".history"
_META: Final = b"headway.history"
_AGAIN: Final = "learn it again with `headway learn`"


class _Meta(msgspec.Struct, frozen=True, kw_only=True):
    layout: int
    hash: str
    days: int
    observations: int


def save_history(history: History, place: Path) -> Path:
    """Write ``history``, whole or not at all: to ``place``, or under its hash into it if that is a folder.

    What has no ending and is not there yet is meant as a folder, and made.

    Raises:
        UserError: it cannot be written there.
    """
    is_folder = place.is_dir() or not (place.suffix or place.exists())
    path = place / f"history-{history.hash}{SUFFIX}" if is_folder else place
    columns: dict[str, Any] = {}
    for name, value in arrays_of(history).items():
        if isinstance(value, Strings):
            columns[f"{name}.offsets"], columns[f"{name}.text"] = value.offsets, value.text
        else:
            columns[name] = np.ascontiguousarray(value).view(np.uint8).reshape(-1)
    arrays = [pa.array([column], type=pa.list_(pa.from_numpy_dtype(column.dtype))) for column in columns.values()]
    meta = _Meta(layout=LAYOUT, hash=history.hash, days=history.days, observations=history.observations)
    schema = pa.schema(
        [pa.field(name, array.type) for name, array in zip(columns, arrays, strict=True)],
        metadata={_META: msgspec.json.encode(meta)},
    )
    try:
        with write_whole(path) as opened, pa.ipc.new_file(opened, schema) as writer:
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    except OSError as failed:
        raise UserError(f"{path}: cannot be written: {failed.strerror}") from None
    return path


def load_history(path: Path) -> History:
    """Map a history: its arrays are read-only and take memory only where they are looked at.

    Raises:
        UserError: there is no such file, it is none, is cut short, was altered or is of another layout.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such history; make one with `headway learn`")
    try:
        batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
        meta = msgspec.json.decode((batch.schema.metadata or {})[_META], type=_Meta)
        if meta.layout not in (LAYOUT, BEFORE_LOADS):
            read = f"this version reads {BEFORE_LOADS} and {LAYOUT}"
            raise UserError(f"{path}: of layout {meta.layout}, {read}; {_AGAIN}")
        parts: dict[str, Any] = {
            "hop_from": _strings(batch, "hop_from"),
            "hop_to": _strings(batch, "hop_to"),
            "hops": _rows(batch, "hops", HOP_ROW),
            "lag_stop": _strings(batch, "lag_stop"),
            "lags": _rows(batch, "lags", LAG_ROW),
            # compiled kernels tell arrays that can be written from others: this one is copied
            "places": _rows(batch, "places", PLACE_ROW).copy(),
        }
        if meta.layout != BEFORE_LOADS:
            loads = {name: _strings(batch, name) for name in ("load_line", "load_from", "load_to")}
            parts |= {**loads, "loads": _rows(batch, "loads", LOAD_ROW)}
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as damage:
        reason = str(damage).partition("\n")[0] or type(damage).__name__
        raise UserError(f"{path}: not a whole history ({reason}); {_AGAIN}") from None
    if history_hash(parts) != meta.hash:
        raise UserError(f"{path}: its content is not what its hash {meta.hash} says; {_AGAIN}")
    if meta.layout == BEFORE_LOADS:
        parts |= dict.fromkeys(("load_line", "load_from", "load_to"), Strings.of([]))
        parts["loads"] = np.zeros(0, LOAD_ROW)
    return History(hash=meta.hash, days=meta.days, observations=meta.observations, **parts)


def _array(batch: Any, column: str) -> "np.ndarray[Any, Any]":
    mapped: np.ndarray[Any, Any] = batch.column(column).flatten().to_numpy(zero_copy_only=True)
    return mapped


def _strings(batch: Any, name: str) -> Strings:
    return Strings(_array(batch, f"{name}.offsets"), _array(batch, f"{name}.text"))


def _rows(batch: Any, name: str, dtype: "np.dtype[np.void]") -> "np.ndarray[Any, Any]":
    return _array(batch, name).view(dtype)
