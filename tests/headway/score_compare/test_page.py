"""A comparison as people read it."""

import io

from rich.console import Console

from headway.score_compare.page import make_comparison_page, print_comparison, tell, verdict
from transit.scoring.comparison import ComparedPart, Comparison, Difference

BETTER = Difference(a=70.0, b=61.0, change=-9.0, low=-12.0, high=-6.5)
SAME = Difference(a=0.8, b=0.81, change=0.01, low=-0.01, high=0.03)


def compared(error: Difference) -> Comparison:
    part = ComparedPart(name="all", rows=10, runs=3, error_s=error, inside_ratio=SAME, width_s=SAME)
    return Comparison(overall=part, horizons=(part, part), lines=(part,), only_a=1, only_b=2)


def test_a_difference_is_said_to_be_real_or_not() -> None:
    assert tell(BETTER) == "-9.00 (-12.00 to -6.50) real"
    assert tell(SAME, percent=True) == "+1.00 % (-1.00 to +3.00) not told from chance"


def test_the_verdict_names_who_erred_less_or_says_that_nobody_can_tell() -> None:
    assert verdict(compared(BETTER), ("old", "new")).startswith("new erred less than old, by 9.00 s")
    worse = Difference(a=61.0, b=70.0, change=9.0, low=6.5, high=12.0)
    assert verdict(compared(worse), ("old", "new")).startswith("old erred less than new")
    assert "no difference" in verdict(compared(SAME), ("old", "new"))


def test_page_and_table_name_both_versions_and_need_nothing_else() -> None:
    page = make_comparison_page(compared(BETTER), ("<old>", "new"), "dc-bus")
    assert page.count("<svg") == 2
    assert "&lt;old&gt;" in page
    assert "<old>" not in page
    paper = Console(file=io.StringIO(), width=200)
    print_comparison(compared(BETTER), ("old", "new"), paper)
    assert isinstance(paper.file, io.StringIO)
    assert "told by one alone: old 1 rows, new 2" in paper.file.getvalue()
