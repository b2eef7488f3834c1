"""Pairs that cost least together."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transit.tracking.cheapest_pairs import pair_cheapest

SHAPES = st.tuples(st.integers(1, 4), st.integers(0, 3)).map(lambda sides: (sides[0], sides[0] + sides[1]))
TABLES = SHAPES.flatmap(lambda shape: arrays(np.float64, shape, elements=st.integers(-9, 30).map(float)))


def cost_of(costs: "np.ndarray", columns: tuple[int, ...]) -> float:
    return float(sum(costs[row, column] for row, column in enumerate(columns)))


@given(TABLES)
def test_no_other_pairing_is_cheaper(costs: "np.ndarray") -> None:
    rows, columns = costs.shape
    given_columns = tuple(pair_cheapest(costs).tolist())
    assert len(set(given_columns)) == rows
    assert cost_of(costs, given_columns) == min(cost_of(costs, each) for each in permutations(range(columns), rows))


@given(TABLES, st.integers(-20, 20))
def test_what_all_pay_alike_changes_nothing(costs: "np.ndarray", more: int) -> None:
    assert pair_cheapest(costs + more).tolist() == pair_cheapest(costs).tolist()


def test_as_many_rows_as_a_line_may_have_vehicles_are_paired() -> None:
    costs = np.random.default_rng(7).uniform(0.0, 30.0, (300, 500))
    assert len(set(pair_cheapest(costs).tolist())) == 300
