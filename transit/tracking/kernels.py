"""How a rule becomes machine code: compiled once, kept on disk, without the interpreter's lock."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

_Taken = ParamSpec("_Taken")
_Given = TypeVar("_Given")


def kernel(rule: Callable[_Taken, _Given]) -> Callable[_Taken, _Given]:
    """Compile ``rule`` with numba. It checks no bounds: its caller sizes every array first."""
    return cast("Callable[_Taken, _Given]", njit(cache=True, nogil=True, error_model="numpy")(rule))
