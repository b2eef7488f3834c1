"""How rules become machine code, and where it is kept by who can write neither beside the rules nor at home."""

import os
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError

from transit.tracking import kernels
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


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / f"headway-{os.getuid()}"


def test_compiled_code_is_kept_where_its_user_alone_may_write_from_one_start_to_the_next(temporary: Path) -> None:
    assert kernels._own_temporary() == kernels._own_temporary() == temporary
    assert temporary.stat().st_mode & 0o077 == 0


def test_a_folder_that_others_may_write_to_is_passed_over(temporary: Path) -> None:
    temporary.mkdir()
    temporary.chmod(0o777)
    assert kernels._own_temporary() != temporary


def test_a_link_laid_in_its_place_is_passed_over(temporary: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    temporary.symlink_to(elsewhere)
    assert kernels._own_temporary() not in (temporary, elsewhere)
