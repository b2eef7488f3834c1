"""Rows by their names, found by names that are alike without comparing each with all."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.crosswalk.names import ALIKE_MIN_RATIO, is_alike, numbers_of, plain_name, words_of

_BINS: Final = 64
_PAIR_BINS: Final = 256
"""Characters, and pairs of neighbours, are counted in this many bins: as many in common as the names have, or more."""

Counts = npt.NDArray[np.uint16]

_Key = tuple[tuple[str, ...], str]


class NameIndex:
    """Rows of stops or lines by name.

    Names that are alike are found where they have the same words in any order, or the same numbers and first letter;
    one that is misspelt in its first letter is not.
    """

    def __init__(self, named: Iterable[tuple[int, str]]) -> None:
        """``named``: rows with a name each; a row may have several."""
        self._rows: dict[str, list[int]] = {}
        for row, name in named:
            plain = plain_name(name)
            if plain:
                self._rows.setdefault(plain, []).append(row)
        self._same_words: dict[tuple[str, ...], list[str]] = {}
        groups: dict[_Key, list[str]] = {}
        for plain in self._rows:
            self._same_words.setdefault(words_of(plain), []).append(plain)
            groups.setdefault(_key_of(plain), []).append(plain)
        self._groups = {key: _Group(names) for key, names in groups.items()}

    def find(self, name: str) -> list[int]:
        """The rows with a name like this one, in their order; none for an empty name."""
        plain = plain_name(name)
        if not plain:
            return []
        names = set(self._same_words.get(words_of(plain), ()))
        group = self._groups.get(_key_of(plain))
        if group is not None:
            names.update(group.find(plain))
        return sorted({row for each in names for row in self._rows[each]})


class _Group:
    """Plain names with the same numbers and first letter."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        counted = [_counts_of(each) for each in names]
        self._marks = np.stack([marks for marks, _ in counted])
        self._pairs = np.stack([pairs for _, pairs in counted])
        self._lengths = np.array([len(each) for each in names], dtype=np.int64)

    def find(self, plain: str) -> list[str]:
        """Those alike: they have enough characters, and so enough pairs, in common for the ratio to be reached.

        Of M characters in common and in order, each of the others parts two pairs of its own name and one of the other
        name at most: 3 M less both lengths and one pairs are left (the q-gram lemma).
        """
        marks, pairs = _counts_of(plain)
        lengths = self._lengths + len(plain)
        needed = np.ceil(ALIKE_MIN_RATIO * lengths / 2.0 - 1e-9)
        likely = np.flatnonzero(_common(self._marks, marks) >= needed)
        likely = likely[_common(self._pairs[likely], pairs) >= 3 * needed[likely] - lengths[likely] - 1]
        return [self._names[at] for at in likely.tolist() if is_alike(plain, self._names[at])]


def _key_of(plain: str) -> _Key:
    return numbers_of(plain), plain[0]


def _common(many: Counts, one: Counts) -> npt.NDArray[np.int64]:
    common: npt.NDArray[np.int64] = np.minimum(many, one).sum(axis=1, dtype=np.int64)
    return common


def _counts_of(plain: str) -> tuple[Counts, Counts]:
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    pairs = codes[:-1] * 31 + codes[1:]
    return (
        np.bincount(codes % _BINS, minlength=_BINS).astype(np.uint16),
        np.bincount(pairs % _PAIR_BINS, minlength=_PAIR_BINS).astype(np.uint16),
    )
