"""How a rule becomes machine code: compiled once, kept on disk, without the interpreter's lock.

numba looks at a kernel's own file alone when it asks whether its compiled code is still good, not at the kernels that
it calls nor at constants of others. So the code is kept in a folder named by a digest of every file of rules.
``NUMBA_CACHE_DIR`` says where; else it is beside this file, or in the user's cache where an installed package cannot
be written to. Whoever compiles by numba's own ``njit`` takes it from here: numba asks for the folder when it compiles,
and without one refuses to keep code of a package that it cannot write beside.
"""

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
from numba import njit

__all__ = ["array_kernel", "kernel", "njit"]

_Taken = ParamSpec("_Taken")
_Given = TypeVar("_Given")

_RULES: Final = Path(__file__).resolve().parents[1]
_TOLD: Final = _RULES.parent / "schemas" / "line_forecasts.py"
_config: Any = numba.config
_njit: Any = njit
"""Its types know nothing of ``_nrt``, by which numba counts references or does not."""


def _digest_rules() -> str:
    digest = blake2b(digest_size=8)
    for path in (*sorted(_RULES.rglob("*.py")), _TOLD):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    # code with bounds checks must never be taken for code without
    return digest.hexdigest() + ("-checked" if _config.BOUNDSCHECK else "")


def _find_folder() -> Path:
    if os.environ.get("NUMBA_CACHE_DIR"):
        return Path(os.environ["NUMBA_CACHE_DIR"])
    beside = Path(__file__).resolve().parent
    if os.access(beside, os.W_OK):
        return beside / "__pycache__"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if os.access(home if home.exists() else home.parent, os.W_OK):
        return home / "headway"
    return _own_temporary()


def _own_temporary() -> Path:
    """A temporary folder that nobody else can write to: compiled code that another user left there would be run."""
    folder = Path(tempfile.gettempdir()) / f"headway-{os.getuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return Path(tempfile.mkdtemp(prefix="headway-"))
    return folder


_config.CACHE_DIR = str(_find_folder() / f"kernels-{_digest_rules()}")


def kernel(rule: Callable[_Taken, _Given]) -> Callable[_Taken, _Given]:
    """Compile ``rule`` with numba. It checks no bounds: its caller sizes every array first.

    It may neither make an array nor return one: what it is given belongs to its caller, so none of it is counted.
    Counting references, atomically at every call, took half the time of a forecast.
    """
    return cast("Callable[_Taken, _Given]", _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(rule))


def array_kernel(rule: Callable[_Taken, _Given]) -> Callable[_Taken, _Given]:
    """Compile a rule that makes arrays of its own; otherwise as ``kernel``."""
    return cast("Callable[_Taken, _Given]", _njit(cache=True, nogil=True, error_model="numpy", _nrt=True)(rule))
