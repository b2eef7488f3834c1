"""Whether two names mean the same place or line, however they are written."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

ALIKE_MIN_RATIO: Final = 0.86
"""Of characters in common and in order (Ratcliff and Obershelp)."""

_SHORT: Final = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "square": "sq",
    "saint": "st",
    "mount": "mt",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "and": "",
    "at": "",
    "the": "",
    "station": "",
    "stop": "",
    "bus": "",
    "metro": "",
    "subway": "",
    "line": "",
    "route": "",
}
_CHINESE_ENDS: Final = re.compile(r"(?:公交站|地铁站|车站|站|路公交车|路|号线)$")
_NUMBER: Final = re.compile(r"\d+")
_NO_LETTER: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=100_000)
def plain_name(name: str) -> str:
    """A name without accents, capitals, punctuation and the words that some write and others do not."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
    words = _NO_LETTER.sub(" ", bare.casefold()).split()
    told = " ".join(each for each in (_SHORT.get(word, word) for word in words) if each)
    return _CHINESE_ENDS.sub("", told) or " ".join(words)


@lru_cache(maxsize=100_000)
def words_of(plain: str) -> tuple[str, ...]:
    """The words of a plain name, in an order that is the same however they are written."""
    return tuple(sorted(plain.split()))


@lru_cache(maxsize=100_000)
def numbers_of(plain: str) -> tuple[str, ...]:
    """The numbers in a plain name, as they come."""
    return tuple(_NUMBER.findall(plain))


def is_alike(one: str, other: str) -> bool:
    """Whether two names are the same but for their spelling; an empty one is like none."""
    first, second = plain_name(one), plain_name(other)
    if not first or not second:
        return False
    if words_of(first) == words_of(second):
        return True
    if 2 * min(len(first), len(second)) < ALIKE_MIN_RATIO * (len(first) + len(second)):
        # had they every character of the shorter one in common, it would be too few
        return False
    if numbers_of(first) != numbers_of(second):
        # numbers tell streets, platforms and lines apart, however long the words beside them
        return False
    return _is_spelt_alike(first, second)


@lru_cache(maxsize=100_000)
def _is_spelt_alike(first: str, second: str) -> bool:
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.quick_ratio() >= ALIKE_MIN_RATIO and matcher.ratio() >= ALIKE_MIN_RATIO
