"""A compiled timetable as one Arrow file, named by its hash, that processes map instead of reading."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from runtime.errors import UserError
from runtime.timetables.whole_file import write_whole
from transit.crosswalk.own_ids import OWN
from transit.timetable.compiled import Strings, Timetable
from transit.timetable.digest import content_hash

LAYOUT: Final = 1
"""Rises when the arrays of a Timetable change; a file of another layout must be compiled again."""
SUFFIX: Final = ".arrow"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_META: Final = b"headway.timetable"


class DamagedTimetableError(UserError):
    """A file is no compiled timetable of this version, or not the one its name says."""


class _Meta(msgspec.Struct, frozen=True, kw_only=True):
    layout: int
    name: str
    hash: str
    timezone: str
    first_service_day: int
    last_service_day: int
    source: str
    faults: tuple[str, ...]
    language: str = ""


_LATER: Final = frozenset(
    {"languages", "translation_language", "translation_field", "translation_key", "translation_text"}
)
"""Arrays that files of this layout may lack: those compiled before names were kept in several languages."""

_FACTS: Final = frozenset(_Meta.__struct_fields__) - {"layout"}


def file_name(name: str, content_hash: str) -> str:
    """The name of a compiled timetable's file."""
    return f"{name}-{content_hash}{SUFFIX}"


def save_timetable(timetable: Timetable, folder: Path) -> Path:
    """Write ``timetable`` into ``folder``, whole or not at all; one that is there already is left as it is.

    Raises:
        UserError: its name cannot stand in a file's name, or the folder cannot be written.
    """
    if not NAME.fullmatch(timetable.name):
        raise UserError(f"timetable name {timetable.name!r}: use letters, digits, dots and dashes, 64 at most")
    if timetable.name == OWN:
        raise UserError(f"timetable name {OWN!r}: ids that begin so are partners' own; give it another")
    path = folder / file_name(timetable.name, timetable.hash)
    if path.exists():
        return path
    batch = _batch(timetable)
    try:
        with write_whole(path) as opened, pa.ipc.new_file(opened, batch.schema) as writer:
            writer.write_batch(batch)
    except OSError as failed:
        raise UserError(f"{path}: cannot be written: {failed.strerror}") from None
    return path


def _batch(timetable: Timetable) -> Any:
    """One row whose every column is a list: an array of the timetable."""
    columns: dict[str, Any] = {}
    for field in fields(timetable):
        value = getattr(timetable, field.name)
        if isinstance(value, Strings):
            columns[f"{field.name}.offsets"] = _one_row(value.offsets)
            columns[f"{field.name}.text"] = _one_row(value.text)
        elif isinstance(value, np.ndarray):
            columns[field.name] = _one_row(value)
    facts = {name: getattr(timetable, name) for name in _FACTS}
    packed = msgspec.json.encode(_Meta(layout=LAYOUT, **facts))
    return pa.RecordBatch.from_pydict(columns).replace_schema_metadata({_META: packed})


def _one_row(values: "np.ndarray[Any, Any]") -> Any:
    # Arrow packs booleans in bits, which cannot be mapped as an array: they are kept as bytes
    whole = values.view(np.uint8) if values.dtype == np.bool_ else values
    return pa.LargeListArray.from_arrays(pa.array([0, len(whole)], pa.int64()), pa.array(np.ascontiguousarray(whole)))


def load_timetable(path: Path) -> Timetable:
    """Map a compiled timetable: its arrays are read-only and take memory only where they are looked at.

    Raises:
        UserError: there is no such file.
        DamagedTimetableError: it is none, is cut short, was altered or is of another layout.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such compiled timetable; make one with `headway timetable compile`")
    try:
        batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
        meta = msgspec.json.decode((batch.schema.metadata or {})[_META], type=_Meta)
        if meta.layout != LAYOUT:
            raise DamagedTimetableError(f"{path}: of layout {meta.layout}, this version reads {LAYOUT}; {_AGAIN}")
        timetable = _timetable(meta, batch)
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as damage:
        raise DamagedTimetableError(
            f"{path}: not a whole compiled timetable ({_first_line(damage)}); {_AGAIN}"
        ) from None
    if content_hash(timetable) != timetable.hash:
        raise DamagedTimetableError(f"{path}: its content is not what its hash {timetable.hash} says; {_AGAIN}")
    return timetable


_AGAIN: Final = "compile the GTFS again"


def _first_line(damage: Exception) -> str:
    return str(damage).partition("\n")[0] or type(damage).__name__


def _timetable(meta: _Meta, batch: Any) -> Timetable:
    values: dict[str, Any] = {name: getattr(meta, name) for name in _FACTS}
    for field in fields(Timetable):
        if field.name in _FACTS:
            continue
        if field.name in _LATER and not {field.name, f"{field.name}.text"} & set(batch.schema.names):
            continue
        if f"{field.name}.text" in batch.schema.names:
            values[field.name] = Strings(_array(batch, f"{field.name}.offsets"), _array(batch, f"{field.name}.text"))
        else:
            array = _array(batch, field.name)
            values[field.name] = array.view(np.bool_) if array.dtype == np.uint8 else array
    return Timetable(**values)


def _array(batch: Any, column: str) -> "np.ndarray[Any, Any]":
    mapped: np.ndarray[Any, Any] = batch.column(column).flatten().to_numpy(zero_copy_only=True)
    return mapped
