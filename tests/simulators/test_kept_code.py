"""What the city compiles is kept where the tracker's kernels are: also of a package that nobody may write to."""

import subprocess
import sys

import pytest

LOOK = """
import sys
from importlib import import_module
import numba
module = import_module(sys.argv[1])
kept = {each._cache.cache_path for each in vars(module).values() if isinstance(each, numba.core.registry.CPUDispatcher)}
assert kept, "nothing of it is compiled"
assert all(numba.config.CACHE_DIR and path.startswith(numba.config.CACHE_DIR) for path in kept), kept
"""


@pytest.mark.parametrize(
    "module",
    [
        "simulators.network.way_search",
        "simulators.network.call_rows",
        "simulators.city.demand",
        "simulators.city.driving",
        "simulators.city.last_rows",
    ],
)
def test_compiled_code_is_kept_in_the_kernels_folder(module: str) -> None:
    looked = subprocess.run([sys.executable, "-c", LOOK, module], check=False, capture_output=True, text=True)
    assert looked.returncode == 0, looked.stderr
