"""How rules become machine code."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from transit.tracking.kernels import array_kernel, kernel


def fill(count: int) -> float:
    return float(np.zeros(count).sum())


def fill_too(count: int) -> float:
    """The same under another name: numba keeps compiled code by it, not by how it was compiled."""
    return float(np.zeros(count).sum())


def test_a_kernel_that_makes_an_array_is_refused_when_it_is_compiled() -> None:
    with pytest.raises(TypingError, match="array"):
        kernel(fill)(3)


def test_an_array_kernel_may_make_one_also_where_a_kernel_calls_it() -> None:
    made = array_kernel(fill_too)

    def ask(count: int) -> float:
        return made(count)

    assert made(3) == 0.0
    assert kernel(ask)(3) == 0.0
