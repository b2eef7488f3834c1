"""The hop beside a hop, the other way round."""

from typing import Any

import numpy as np

from transit.tracking.hop_times import prior_hop_log
from transit.tracking.line_tables import build_line_tables
from transit.tracking.opposite_hops import SHARE, opposite_log
from transit.tracking.state import HOP, LINE


def test_each_hop_of_a_street_finds_the_one_across_it(town: Any) -> None:
    tables = build_line_tables(town, "bus")
    calls = tables.calls
    for row in np.flatnonzero(calls["opposite"] >= 0).tolist():
        other = int(calls["opposite"][row])
        assert (calls["x_m"][row], calls["x_m"][row - 1]) == (calls["x_m"][other - 1], calls["x_m"][other])
    assert (calls["opposite"] >= 0).sum() == sum(int(count) - 1 for count in tables.patterns["call_count"])


def test_a_loop_has_no_way_back(town: Any) -> None:
    assert (build_line_tables(town, "ring").calls["opposite"] == -1).all()


def test_a_slow_hop_makes_the_unseen_one_across_it_slower_by_half(town: Any) -> None:
    tables = build_line_tables(town, "bus")
    calls, line = tables.calls, np.zeros(1, LINE)
    hops = np.zeros(len(tables.hop_rows), HOP)
    row = int(tables.patterns["call_first"][0]) + 3
    assert opposite_log(calls, hops, line[0], row) == 0.0
    other = int(calls["opposite"][row])
    length_m = float(calls["progress_m"][other] - calls["progress_m"][other - 1])
    usual = prior_hop_log(line[0], float(calls["usual_run_s"][other]), length_m)
    hops[calls["hop"][other]]["mean_log"], hops[calls["hop"][other]]["count"] = usual + 0.4, 1000.0
    assert abs(opposite_log(calls, hops, line[0], row) - SHARE * 0.4) < 0.01
