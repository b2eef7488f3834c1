"""Which language an answer is told in: what a request accepts (``Accept-Language``), of what the timetables have.

Matching is RFC 4647's lookup: ``zh-CN`` takes ``zh``; and where nothing so broad is there, ``zh`` takes ``zh-Hans``.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

HEADER: Final = b"accept-language"
TAGS_MAX: Final = 24
"""Languages of all timetables together: each may have its own cached answers, so that they must be few."""

_REMEMBERED_MAX: Final = 1024
"""Distinct headers whose choice is remembered; browsers send some dozens. A client may spell as many as it likes."""

_REMEMBERED_BYTES_MAX: Final = 120
_READ_BYTES_MAX: Final = 1000
_RANGES_MAX: Final = 20
_SCRIPTS: Final = {
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
}
"""What a country writes Chinese in, where a feed names the script and a browser the country."""


class Language(NamedTuple):
    """A choice: ``tag`` as the timetable writes it, empty for names as they stand; ``prefix`` names it in caches.

    ``told`` is the Content-Language, empty where it cannot be said.
    """

    tag: str
    prefix: bytes
    told: bytes


class Languages:
    """The languages that this process's timetables have. ``choose`` is for the hot path: one look-up, as a rule."""

    def __init__(self) -> None:
        self._tags: dict[str, str] = {}
        self._own: set[str] = set()
        self._plain = Language("", b"", b"")
        self._chosen: dict[bytes, Language] = {}

    def take(self, own: str, others: Iterable[str]) -> None:
        """A timetable was mapped whose names are in ``own`` (may be empty) and can be told in ``others``."""
        self._own.add(own)
        for tag in (own, *others):
            if tag and len(self._tags) < TAGS_MAX:
                self._tags.setdefault(tag.lower(), tag)
        told = next(iter(self._own)) if len(self._own) == 1 else ""
        self._plain = Language("", b"", told.encode())
        self._chosen.clear()

    def choose(self, header: bytes) -> Language:
        """The language for what ``Accept-Language`` says; names as they stand where nothing fits."""
        if not header:
            return self._plain
        found = self._chosen.get(header)
        if found is None:
            found = self._match(header)
            if len(header) <= _REMEMBERED_BYTES_MAX:
                if len(self._chosen) >= _REMEMBERED_MAX:
                    self._chosen.clear()
                self._chosen[header] = found
        return found

    def _match(self, header: bytes) -> Language:
        for wished in read_wishes(header):
            if wished == "*":
                break
            tag = self._find(wished) or self._find(_SCRIPTS.get(wished, "")) or self._find_narrower(wished)
            if tag:
                return Language(tag, tag.encode() + b" ", tag.encode())
        return self._plain

    def _find(self, wished: str) -> str:
        """The tag itself, else the next broader one."""
        while wished:
            if wished in self._tags:
                return self._tags[wished]
            wished = wished.rpartition("-")[0]
        return ""

    def _find_narrower(self, wished: str) -> str:
        """The first tag of the same primary language."""
        primary = wished.partition("-")[0] + "-"
        return next((self._tags[tag] for tag in sorted(self._tags) if tag.startswith(primary)), "")


def read_wishes(header: bytes) -> list[str]:
    """The languages that a header names, in lower case, the dearest first; those it refuses (``q=0``) left out."""
    wishes = []
    for place, part in enumerate(header[:_READ_BYTES_MAX].decode("latin-1").lower().split(",")[:_RANGES_MAX]):
        tag, _, parameters = part.partition(";")
        name, _, weight = parameters.strip().partition("=")
        quality = _quality(weight) if name.strip() == "q" else 1.0
        if tag.strip() and quality > 0.0:
            wishes.append((-quality, place, tag.strip()))
    return [tag for _, _, tag in sorted(wishes)]


def _quality(written: str) -> float:
    """A weight between 0 and 1; what is no number is not believed to be one, and counts as refused."""
    try:
        return min(1.0, max(0.0, float(written)))
    except ValueError:
        return 0.0
