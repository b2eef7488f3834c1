"""The headers by which a request for what is to go is told so: Deprecation (RFC 9745), Sunset (RFC 8594), Link."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache
from typing import Final
from urllib.parse import unquote_to_bytes

from api.deprecations.declared import DEPRECATIONS, EVERY_PATH, Deprecated

PAGE: Final = "/deprecations"
_PARAMETER: Final = re.compile(r"\{\w+\}")
_REPLAYS: Final = re.compile(rb"/v1/replays/[^/]+(?=/)")

Marks = tuple[tuple[bytes, bytes], ...]


def marks_of(method: str, path: bytes, query: bytes, declared: Iterable[Deprecated] = DEPRECATIONS) -> Marks:
    """The headers for a request (raw path, query as sent); none where nothing of it is deprecated.

    What lies below a replay goes when the same of the live service does. Where several things are, the earliest days
    are told.
    """
    live = _REPLAYS.sub(b"/v1", path)
    found = [each for each in declared if _is_asked(each, "get" if method == "HEAD" else method.lower(), live, query)]
    if not found:
        return ()
    link = f'<{PAGE}>; rel="deprecation"; type="text/html"'
    marks = [(b"deprecation", b"@%d" % _at(min(each.since for each in found)).timestamp())]
    ends = [each.sunset for each in found if each.sunset is not None]
    if ends:
        marks.append((b"sunset", format_datetime(_at(min(ends)), usegmt=True).encode()))
        link += f', <{PAGE}>; rel="sunset"; type="text/html"'
    return (*marks, (b"link", link.encode()))


def _is_asked(each: Deprecated, method: str, path: bytes, query: bytes) -> bool:
    if each.path == EVERY_PATH:
        return True
    if each.method != method or _pattern(each.path).fullmatch(path) is None:
        return False
    return not each.parameter or each.parameter.encode() in _names(query)


def _names(query: bytes) -> set[bytes]:
    return {unquote_to_bytes(parameter.partition(b"=")[0]) for parameter in query.split(b"&")}


@cache
def _pattern(path: str) -> re.Pattern[bytes]:
    """Matches raw paths of a template; ids are percent-encoded in them, so that each is one part."""
    return re.compile("[^/]+".join(re.escape(part) for part in _PARAMETER.split(path)).encode())


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
