"""Public ids: ``<timetable>:<GTFS id>``, percent-encoded in paths."""

from typing import Annotated, Final, NamedTuple
from urllib.parse import unquote

from fastapi import Path
from pydantic import BeforeValidator

ID_CHARACTERS_MAX: Final = 300
"""Longer than any id a feed has been seen to use, with its timetable's name before it."""


class GlobalId(NamedTuple):
    """An id taken apart: the timetable's (or feed's) name, which holds no colon, and the id there, which may."""

    owner: str
    local: str


def split_id(written: str) -> GlobalId:
    """Take an id apart; without a colon the owner is empty and names nothing."""
    owner, colon, local = written.partition(":")
    return GlobalId(owner, local) if colon else GlobalId("", owner)


def _decode(written: object) -> object:
    return unquote(written) if isinstance(written, str) else written


PathId = Annotated[
    str,
    BeforeValidator(_decode),
    Path(min_length=1, max_length=ID_CHARACTERS_MAX, description="`<timetable>:<GTFS id>`, percent-encoded"),
]
