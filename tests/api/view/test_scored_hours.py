"""Hours of accuracy as sums: what a tally of the records would give, to the last number."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.view.scored_hours import ScoredHours, tally_of
from schemas.line_value import Watermark
from schemas.scores import LineScores
from transit.accuracy.tally import HourTally, Judged

_NOON = 1_790_000_000
_judged = st.builds(
    lambda ahead, error, width: Judged(
        _NOON, _NOON + ahead - width, _NOON + ahead, _NOON + ahead + width, _NOON + ahead + error
    ),
    st.integers(0, 2000), st.integers(-900, 3600), st.integers(0, 300),
)  # fmt: skip


@st.composite
def hours(draw: st.DrawFn) -> list[LineScores]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        tally = HourTally(arrivals=number, scored=2 * number, unsure=3, unforetold=4, unanswered=5)
        for judged in draw(st.lists(_judged, max_size=40)):
            tally.add(judged)
        found.append(tally.describe("town:1", _NOON + 3600 * number, Watermark(1, 0, number)))
    return found


@given(hours(), st.integers(0, 4))
def test_sums_of_hours_are_those_of_their_records(published: list[LineScores], older: int) -> None:
    scored = ScoredHours.of(published)
    first = scored.first_since(_NOON + 3600 * older)
    assert first == min(older, len(published))
    expected = HourTally()
    for record in published[first:]:
        expected.add_all(HourTally.of(record))
    assert tally_of(scored.sums[first:].sum(axis=0)) == expected


@given(hours())
def test_a_record_without_foretold_horizons_counts_by_actual_ones_alone(published: list[LineScores]) -> None:
    bare = [msgspec.structs.replace(record, predicted=None) for record in published]
    for record, row in zip(bare, ScoredHours.of(bare).sums, strict=True):
        assert tally_of(row) == HourTally.of(record)


@pytest.mark.parametrize(
    "odd", [{"hour_starts_at": _NOON - 3600}, {"hour_starts_at": _NOON}, {"horizon_edges_s": (0, 60)}]
)
def test_days_of_other_bins_or_out_of_order_are_refused(odd: dict[str, object]) -> None:
    whole = HourTally().describe("town:1", _NOON, Watermark(1, 0, 0))
    with pytest.raises(ValueError, match="hours"):
        ScoredHours.of([whole, msgspec.structs.replace(whole, **odd)])
