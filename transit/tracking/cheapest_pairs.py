"""Who gets what, so that all together pay least: a sum of costs over pairs, each taken once."""

import numpy as np

from transit.tracking.kernels import array_kernel, kernel


@array_kernel
def pair_cheapest(costs: "np.ndarray") -> "np.ndarray":
    """For each row the column it is given, no column to two rows, the sum of the costs being the least there is.

    There are at least as many columns as rows, and all costs are finite. The way is that of shortest augmenting paths
    (Kuhn 1955, Munkres 1957): rows come in one after another, and each makes those before it change places where that
    is cheapest. Of pairings equally cheap it is always the same one.
    """
    rows, columns = costs.shape
    of_row = np.zeros(rows + 1)
    of_column = np.zeros(columns + 1)
    row_of = np.zeros(columns + 1, np.int64)
    came_by = np.zeros(columns + 1, np.int64)
    for row in range(1, rows + 1):
        row_of[0] = row
        here = 0
        least = np.full(columns + 1, np.inf)
        done = np.zeros(columns + 1, np.bool_)
        while row_of[here] != 0:
            done[here] = True
            here = _reach_next(costs, (row_of, of_row, of_column), (here, done, least, came_by))
        while here != 0:
            row_of[here] = row_of[came_by[here]]
            here = came_by[here]
    given = np.zeros(rows, np.int64)
    for column in range(1, columns + 1):
        if row_of[column] > 0:
            given[row_of[column] - 1] = column - 1
    return given


@kernel
def _reach_next(
    costs: "np.ndarray",
    known: "tuple[np.ndarray, np.ndarray, np.ndarray]",
    path: "tuple[int, np.ndarray, np.ndarray, np.ndarray]",
) -> int:
    """The column that is cheapest to go on to; the prices are moved so that going there costs nothing.

    ``known`` is (row of each column, price of each row, of each column), ``path`` (the column one is at, those one was
    at, what it costs at least to come to each, and from which column).
    """
    row_of, of_row, of_column = known
    here, done, least, came_by = path
    at, step, following = row_of[here], np.inf, 0
    for column in range(1, len(of_column)):
        if done[column]:
            continue
        over = costs[at - 1, column - 1] - of_row[at] - of_column[column]
        if over < least[column]:
            least[column], came_by[column] = over, here
        if least[column] < step:
            step, following = least[column], column
    for column in range(len(of_column)):
        if done[column]:
            of_row[row_of[column]] += step
            of_column[column] -= step
        else:
            least[column] -= step
    return int(following)
