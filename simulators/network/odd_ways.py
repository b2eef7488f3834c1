"""Ways that mislead whoever places vehicles on them: a block driven round on the way, a street driven out and back."""

from collections.abc import Iterator
from itertools import pairwise

from simulators.network.streets import Crossing, Streets

_FROM_ENDS = 3
"""Corners at both ends that are left as they are: terminals and what lies at them."""


def lead_astray(streets: Streets, way: list[Crossing], number: int) -> list[Crossing]:
    """The way of line ``number`` with an oddity near its middle, by turns a round and a spur; as it was if none fits.

    On a round a stop is called at twice, and the street from there on driven twice the same way. On a spur streets are
    driven out and back, with stops on both kerbs.
    """
    middle = len(way) // 2
    for at in sorted(range(_FROM_ENDS, len(way) - _FROM_ENDS), key=lambda each: abs(each - middle)):
        found = _round(streets, way, at) if number % 2 else _spur(streets, way, at)
        if found is not None:
            return found
    return way


def _round(streets: Streets, way: list[Crossing], at: int) -> list[Crossing] | None:
    """Once round the block after corner ``at``, back to it, and on."""
    here, ahead = way[at], way[at + 1]
    for aside in _asides(way, at):
        far, near = _add(ahead, aside), _add(here, aside)
        if far not in way and near not in way and _are_open(streets, [ahead, far, near, here]):
            return [*way[: at + 2], far, near, *way[at:]]
    return None


def _spur(streets: Streets, way: list[Crossing], at: int) -> list[Crossing] | None:
    """Aside from corner ``at`` for two blocks, back by the same streets, and on."""
    here = way[at]
    for aside in _asides(way, at):
        near = _add(here, aside)
        end = _add(near, aside)
        if near not in way and end not in way and _are_open(streets, [here, near, end]):
            return [*way[: at + 1], near, end, near, *way[at:]]
    return None


def _asides(way: list[Crossing], at: int) -> Iterator[Crossing]:
    """One block to the left and to the right where the way goes straight on; none at a corner where it turns."""
    before, here, ahead = way[at - 1 : at + 2]
    east, north = ahead[0] - here[0], ahead[1] - here[1]
    if (here[0] - before[0], here[1] - before[1]) == (east, north):
        yield from ((-north, east), (north, -east))


def _add(here: Crossing, step: Crossing) -> Crossing:
    return here[0] + step[0], here[1] + step[1]


def _are_open(streets: Streets, way: list[Crossing]) -> bool:
    return all(streets.is_open(here, there) for here, there in pairwise(way))
