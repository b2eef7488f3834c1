"""Chance that can be asked twice: numbers drawn by hashing what they are for, not by taking the next of a series.

The same seed and keys give the same draw in whatever order, at whatever speed and in whichever process they are asked.
"""

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64] | int
Draws = npt.NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix(word: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finisher of SplitMix64 (Steele, Lea and Flood, 2014)."""
    word = (word ^ (word >> np.uint64(30))) * _MIX_1
    word = (word ^ (word >> np.uint64(27))) * _MIX_2
    return word ^ (word >> np.uint64(31))


def draw_uniform(seed: int, *keys: Keys) -> Draws:
    """Uniform draws in [0, 1), one for each element of the broadcast ``keys``."""
    word = np.asarray(seed, np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        for key in keys:
            word = _mix((word + _GOLDEN) ^ (np.asarray(key, np.int64).astype(np.uint64) * _MIX_1))
        word = _mix(word + _GOLDEN)
    return np.asarray((word >> np.uint64(11)).astype(np.float64) / float(1 << 53))


def draw_normal(seed: int, *keys: Keys) -> Draws:
    """Standard normal draws (Box and Muller), one for each element of the broadcast ``keys``."""
    radius = np.sqrt(-2.0 * np.log1p(-draw_uniform(seed, *keys, 1)))
    return np.asarray(radius * np.cos(2 * np.pi * draw_uniform(seed, *keys, 2)))
