import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulators.chance import draw_normal, draw_uniform


@given(st.integers(0, 2**40), st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=30))
def test_a_draw_does_not_depend_on_what_else_is_drawn(seed: int, keys: list[int]) -> None:
    together = draw_uniform(seed, np.array(keys), 5)
    assert together.tolist() == [float(draw_uniform(seed, key, 5)) for key in keys]
    assert ((together >= 0) & (together < 1)).all()


def test_draws_are_spread_as_their_names_say() -> None:
    keys = np.arange(200_000)
    uniform, normal = draw_uniform(3, keys), draw_normal(3, keys)
    assert abs(uniform.mean() - 0.5) < 0.005
    assert abs(uniform.var() - 1 / 12) < 0.002
    assert abs(normal.mean()) < 0.01
    assert abs(normal.std() - 1) < 0.01
    assert abs(np.corrcoef(uniform[:-1], uniform[1:])[0, 1]) < 0.01


def test_another_seed_is_another_city() -> None:
    keys = np.arange(1000)
    assert abs(np.corrcoef(draw_uniform(3, keys), draw_uniform(4, keys))[0, 1]) < 0.1
