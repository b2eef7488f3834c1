"""The stop across the street: where the same line calls on its way back."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from transit.coordinates.datum import Place
from transit.nearby.walking import crow_m, walk_m

WITHIN_M: Final = 400.0
"""Further away it is another place, whatever it is called."""

SURE: Final = 0.95
LIKELY: Final = 0.6
REVERSED_FROM: Final = 0.8
"""Share of the stops both ways have in common that must lie on the other side when one goes back."""


class OnWay(NamedTuple):
    """A stop (row) on a pattern: what riders call it (its station's name where it has one), and where it is."""

    stop: int
    name: str
    place: Place


Way = Sequence[OnWay]


class Opposite(NamedTuple):
    """The stop (row) to board at to go back, how far one walks (m), and how surely it is that (0 to 1)."""

    stop: int
    walk_m: float
    confidence: float


def find_opposite(out: Way, position: int, back: Iterable[Way]) -> Opposite | None:
    """Where the ways ``back`` call opposite to call ``position`` of the way ``out``.

    A stop of the same name within 400 m, which the way back passes in reverse order, is surely it. On one-way streets,
    where none has the name, the nearest that is in order is likely it. Never the name alone; a loop has no way back.
    """
    if is_loop(out):
        return None
    here = out[position]
    found: list[tuple[bool, float, Opposite]] = []
    for way in back:
        if is_loop(way):
            continue
        for other, called in enumerate(way):
            apart_m = crow_m(here.place, called.place)
            if apart_m > WITHIN_M or called.stop == here.stop or other == len(way) - 1:
                continue
            if _reversed_share(out, position, way, other) < REVERSED_FROM:
                continue
            same = called.name == here.name
            confidence = SURE if same else LIKELY
            found.append((not same, apart_m, Opposite(called.stop, walk_m(here.place, called.place), confidence)))
    return min(found)[2] if found else None


def is_loop(way: Way) -> bool:
    """Whether a way ends where it begins."""
    return len(way) < 2 or way[0].name == way[-1].name or way[0].stop == way[-1].stop


def _reversed_share(out: Way, position: int, way: Way, other: int) -> float:
    """Of the names on both ways, but for the two stops themselves, the share that lie on opposite sides of them."""
    before = {called.name for called in out[:position]}
    after = {called.name for called in out[position + 1 :]} - before
    back_before = {called.name for called in way[:other]}
    back_after = {called.name for called in way[other + 1 :]} - back_before
    common = (before | after) & (back_before | back_after)
    if not common:
        return 0.0
    return len((before & back_after) | (after & back_before)) / len(common)
