"""Kinds of request: what plans weigh and usage is counted by."""

from typing import Final

OTHER: Final = b"other"
_RESOURCES: Final = frozenset(
    {b"lines", b"stops", b"vehicles", b"runs", b"feeds", b"coverage", b"accuracy", b"conditions", b"gtfs-realtime"}
)
_PARTS: Final = frozenset({b"arrivals", b"vehicles", b"conditions"})
_PREFIX: Final = len(b"/v1/")

KINDS: Final = frozenset({OTHER}) | _RESOURCES | _PARTS


def kind_of(path: bytes) -> bytes:
    """The kind of a raw path under ``/v1/``: its last part where that names one, such as arrivals; else its first."""
    last = path[path.rfind(b"/") + 1 :]
    if last in _PARTS:
        return last
    end = path.find(b"/", _PREFIX)
    first = path[_PREFIX:] if end < 0 else path[_PREFIX:end]
    return first if first in _RESOURCES else OTHER
