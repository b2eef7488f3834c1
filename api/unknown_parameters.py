"""The header that names query parameters which nothing read: ``Unknown-Parameters: "limt";meant="limit"``.

A request with a misspelt parameter is answered as if it were not there, as it always was. Only its name stands in the
header (a list of strings, RFC 9651), with the parameter of that path that is written most like it.
"""

import difflib
import re
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from api.contract import read_contract
from api.deprecations.marks import Marks

HEADER: Final = b"unknown-parameters"
NAMED_MAX: Final = 5
"""Names told of one request."""

_PLAIN: Final = re.compile(rb"[A-Za-z0-9_.~%+-]{1,64}")
"""Other names are told by nothing: what is sent must not become a header of its own."""

_ALIKE: Final = 0.6
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_TEMPLATE: Final = re.compile(r"\{\w+\}")
_REPLAYS: Final = re.compile(rb"/v1/replays/[^/]+(?=/)")
_UNDESCRIBED: Final = {"/v1/stream": ("ticket",)}
"""Read by the lane, before any endpoint."""


class _Paths(NamedTuple):
    """The paths of a method: one pattern with a group each, and the parameters of each group."""

    pattern: re.Pattern[bytes]
    known: tuple[tuple[str, ...], ...]


def unknown_marks(method: str, path: bytes, query: bytes) -> Marks:
    """The header for a request (raw path, query as sent); none where the contract has all of its parameters."""
    if not query:
        return ()
    paths = _describe().get("get" if method == "HEAD" else method.lower())
    found = None if paths is None else paths.pattern.fullmatch(_REPLAYS.sub(b"/v1", path))
    if paths is None or found is None or found.lastindex is None:
        return ()
    known = paths.known[found.lastindex - 1]
    told: dict[bytes, bytes] = {}
    for part in query.split(b"&"):
        sent = part.partition(b"=")[0]
        name = unquote_to_bytes(sent.replace(b"+", b" ")).decode("latin-1")
        if name and name not in known and _PLAIN.fullmatch(sent) and len(told) < NAMED_MAX:
            told[sent] = _write(sent, name, known)
    return ((HEADER, b", ".join(told.values())),) if told else ()


def _write(sent: bytes, name: str, known: tuple[str, ...]) -> bytes:
    alike = {each.lower(): each for each in known}
    meant = difflib.get_close_matches(name.lower(), alike, n=1, cutoff=_ALIKE)
    return b'"%b";meant="%b"' % (sent, alike[meant[0]].encode()) if meant else b'"%b"' % sent


@cache
def _describe() -> dict[str, _Paths]:
    """The contract's paths by method; literal ones before those with an id in the same place."""
    contract = read_contract()["paths"]
    found = {}
    for method in _METHODS:
        paths = sorted((path for path in contract if method in contract[path]), key=_by_literals)
        pattern = "|".join(f"({'[^/]+'.join(re.escape(part) for part in _TEMPLATE.split(path))})" for path in paths)
        known = tuple((*_names_of(contract[path][method]), *_UNDESCRIBED.get(path, ())) for path in paths)
        found[method] = _Paths(re.compile(pattern.encode()), known)
    return found


def _by_literals(path: str) -> tuple[bool, str]:
    return "{" in path, path


def _names_of(operation: dict[str, Any]) -> list[str]:
    return [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
