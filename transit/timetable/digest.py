"""The name of a timetable's content: equal for equal timetables, wherever and whenever they were compiled."""

import hashlib
from dataclasses import fields
from typing import Final

import numpy as np

from transit.timetable.compiled import Strings, Timetable

_NOT_CONTENT: Final = frozenset({"hash", "source"})
"""Where the feed was fetched from does not change what it says."""

_NAMES_IN_LANGUAGES: Final = frozenset(
    {"language", "languages", "translation_language", "translation_field", "translation_key", "translation_text"}
)


def content_hash(timetable: Timetable) -> str:
    """Sixteen hexadecimal digits of SHA-256 over every array and fact of ``timetable``, in the order of its fields."""
    digest = hashlib.sha256()
    # the language of names that have no other is no fact of the timetable: those without translations keep their name
    left_out = _NOT_CONTENT if len(timetable.languages) else _NOT_CONTENT | _NAMES_IN_LANGUAGES
    for field in fields(timetable):
        if field.name in left_out:
            continue
        value = getattr(timetable, field.name)
        if field.name in _NAMES_IN_LANGUAGES and not len(value):
            continue
        for part in content_of(value):
            digest.update(f"{field.name}:{len(part)}:".encode())
            digest.update(part)
    return digest.hexdigest()[:16]


def content_of(value: object) -> list[bytes | memoryview]:
    """The bytes that a field of a timetable is made of."""
    if isinstance(value, Strings):
        return [*content_of(value.offsets), *content_of(value.text)]
    if isinstance(value, np.ndarray):
        return [value.dtype.str.encode(), np.ascontiguousarray(value).view(np.uint8).data]
    if isinstance(value, tuple):
        return [str(part).encode() for part in value]
    return [str(value).encode()]
