"""Requests that ask by a partner's own ids (``own:S1``), and answers that tell these beside ours (``own_id``)."""

import re
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

import orjson
from fastapi import Request

from transit.crosswalk.entries import Kind
from transit.crosswalk.own_ids import OWN, OwnIds

if TYPE_CHECKING:
    from runtime.ledger.keys import Credential

OWN_COLON: Final = f"{OWN}:"
STATE: Final = "own_ids"
"""Where the lane leaves a partner's ids, ``scope["state"]["own_ids"]``, where a request asks by them or for them."""

ASKED: Final = "asked_by_own"
"""Beside them the raw path and query as they were sent."""

_ASKED: Final = re.compile(rb"(?:[/=,]|%2C)own(?::|%3A)|&ids=own(?:&|$)", re.IGNORECASE)
_COMMA: Final = re.compile(rb",|%2C", re.IGNORECASE)
_SEGMENTS: Final = {b"stops": Kind.STOPS, b"lines": Kind.LINES}
_PARAMETERS: Final = {
    b"stops": Kind.STOPS,
    b"stop": Kind.STOPS,
    b"MonitoringRef": Kind.STOPS,
    b"lines": Kind.LINES,
    b"line": Kind.LINES,
    b"LineRef": Kind.LINES,
}
_MEMBERS: Final = {
    "line": Kind.LINES,
    "lines": Kind.LINES,
    "stop": Kind.STOPS,
    "stops": Kind.STOPS,
    "platforms": Kind.STOPS,
    "next_stop": Kind.STOPS,
    "from": Kind.STOPS,
    "to": Kind.STOPS,
    "destination": Kind.STOPS,
}
"""Members that hold a line or stop, or a list of them."""

_ITEMS: Final = {"stop": Kind.STOPS, "line": Kind.LINES}
"""Items of batches, by their kind."""

Json = Any
Holds = Callable[[Kind, str], bool]


def is_asked(path: bytes, query: bytes) -> bool:
    """Whether a request (raw path, query as sent) asks by own ids, or for them."""
    return _ASKED.search(path) is not None or (b"own" in query and _ASKED.search(b"&" + query) is not None)


def in_our_ids(own: OwnIds, path: bytes, query: bytes, holds: Holds | None = None) -> tuple[bytes, bytes]:
    """The same request by our ids; an own id that is not matched stays as it is, and is answered as unknown.

    So does one of ours (public id) that lies outside what a reach ``holds``.
    """
    parts = path.split(b"/")
    for place in range(1, len(parts)):
        kind = _SEGMENTS.get(parts[place - 1])
        if kind is not None:
            parts[place] = _ours(own, kind, parts[place], holds)
    if not query:
        return b"/".join(parts), query
    parameters = []
    for parameter in query.split(b"&"):
        name, equals, value = parameter.partition(b"=")
        kind = _PARAMETERS.get(name)
        if kind is not None:
            value = b",".join(_ours(own, kind, each, holds) for each in _COMMA.split(value))
        parameters.append(name + equals + value)
    return b"/".join(parts), b"&".join(parameters)


def _ours(own: OwnIds, kind: Kind, written: bytes, holds: Holds | None) -> bytes:
    asked = unquote(written.decode("latin-1"))
    found = our_id(own, kind, asked, holds)
    return written if found == asked else quote(found, safe="").encode()


def our_id(own: OwnIds, kind: Kind, asked: str, holds: Holds | None) -> str:
    """The public id of an own id, where it lies within what is open (``None``: all); any other as it is."""
    if not asked.startswith(OWN_COLON):
        return asked
    found = own.ours[kind].get(asked.removeprefix(OWN_COLON), asked)
    return found if holds is None or holds(kind, found) else asked


def translated(scope: MutableMapping[str, Any], own: OwnIds | None) -> MutableMapping[str, Any]:
    """A request as the application answers it: by our ids, with the partner's at hand; unchanged without own ids."""
    path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
    if own is None or not is_asked(path, query):
        return scope
    state = {**scope.get("state", {}), STATE: own, ASKED: (path, query)}
    path, query = in_our_ids(own, path, query)
    return {**scope, "raw_path": path, "path": unquote(path.decode("latin-1")), "query_string": query, "state": state}


def asked_own(request: Request) -> OwnIds | None:
    """The partner's ids, where this request asks by them or for them."""
    found: OwnIds | None = request.scope.get("state", {}).get(STATE)
    return found


def partners_own(request: Request) -> OwnIds | None:
    """The partner's ids, where it has any."""
    partner: Credential | None = request.scope.get("state", {}).get("partner")
    return None if partner is None else partner.agreements.own_ids


def root_kind(path: str) -> Kind | None:
    """What the whole of an answer is about, by the route's path."""
    return {"/v1/stops/{stop_id}": Kind.STOPS, "/v1/lines/{line_id}": Kind.LINES}.get(path)


def beside(own: OwnIds | None, body: bytes, kind: Kind | None = None) -> bytes:
    """A JSON answer with the partner's ids beside ours; ``kind`` is what it is about itself."""
    return body if own is None else orjson.dumps(_marked(own, orjson.loads(body), kind))


def _marked(own: OwnIds, value: Json, kind: Kind | None) -> Json:
    if isinstance(value, list):
        return [_marked(own, each, kind) for each in value]
    if not isinstance(value, dict):
        return value
    kind = _ITEMS.get(value.get("kind", ""), kind) if "answer" in value else kind
    told = {}
    for name, member in value.items():
        told[name] = _marked(own, member, _MEMBERS.get(name))
        of = kind if name == "id" else {"line_id": Kind.LINES, "stop_id": Kind.STOPS}.get(name)
        if of is not None and isinstance(member, str) and member in own.theirs[of]:
            told[f"own_{name}"] = own.theirs[of][member]
    return told
