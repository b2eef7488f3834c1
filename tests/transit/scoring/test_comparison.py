"""Two versions on the same rows: what both err in alike is no difference."""

import numpy as np
import polars as pl
import pytest

from transit.scoring.comparison import compare_rows


def rows(error_s: "np.ndarray[tuple[int], np.dtype[np.float64]]", run: "list[int]") -> pl.DataFrame:
    count = len(run)
    at = np.arange(count) * 7 + 1000 + 100 * (np.arange(count) % 9)
    told = at - error_s
    return pl.DataFrame(
        {
            "sampled_at": np.arange(count) * 7 + 900,
            "run": run,
            "position": [3] * count,
            "at": at,
            "line": [each % 2 for each in run],
            "p10": told - 20,
            "p50": told,
            "p90": told + 20,
        }
    )


RUNS = [number // 20 for number in range(600)]
CHANCE = np.random.default_rng(5)
LINES = {0: "C53", 1: "D96"}


def test_a_version_that_errs_less_on_every_run_is_told_from_chance() -> None:
    error = CHANCE.normal(0, 60, 600)
    found = compare_rows(rows(error, RUNS), rows(0.8 * error, RUNS), LINES)
    assert found.overall.error_s.change < 0
    assert found.overall.error_s.is_real
    assert found.overall.inside_ratio.change > 0
    assert [part.name for part in found.lines] == ["C53", "D96"]
    assert sum(part.rows for part in found.horizons) == found.overall.rows == 600


def test_versions_that_differ_by_chance_alone_are_not_told_apart() -> None:
    run_error = np.repeat(CHANCE.normal(0, 60, 30), 20)
    other = run_error + np.repeat(CHANCE.permutation([1.0, -1.0] * 15), 20) * 20
    found = compare_rows(rows(run_error, RUNS), rows(other, RUNS), LINES)
    assert not found.overall.error_s.is_real
    assert found.overall.error_s.low < 0 < found.overall.error_s.high


def test_the_same_version_twice_differs_in_nothing() -> None:
    same = rows(CHANCE.normal(0, 60, 600), RUNS)
    found = compare_rows(same, same, LINES)
    assert (found.overall.error_s.change, found.overall.error_s.low, found.overall.error_s.high) == (0, 0, 0)
    assert (found.only_a, found.only_b) == (0, 0)


def test_what_one_alone_told_is_counted_and_not_compared() -> None:
    same = rows(CHANCE.normal(0, 60, 600), RUNS)
    found = compare_rows(same, same.head(400), LINES)
    assert (found.overall.rows, found.only_a, found.only_b) == (400, 200, 0)


def test_versions_with_nothing_in_common_are_refused() -> None:
    same = rows(CHANCE.normal(0, 60, 600), RUNS)
    with pytest.raises(ValueError, match="nothing of the same arrivals"):
        compare_rows(same.head(100), same.tail(100), LINES)
