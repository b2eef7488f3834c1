"""Sums of errors as JSON."""

from itertools import pairwise

from transit.accuracy.tally import HORIZON_EDGES_S, BinSums, HourTally

Fields = dict[str, object]

_SECOND_DIGITS = 1
_RATIO_DIGITS = 4


def accuracy_fields(tally: HourTally) -> Fields:
    """Errors by both horizons, and what was left out."""
    return {
        "by_horizon": _bins(tally.actual),
        "by_expected_horizon": _bins(tally.predicted),
        "censoring": {
            "arrivals": tally.arrivals,
            "scored": tally.scored,
            "unsure": tally.unsure,
            "unforetold": tally.unforetold,
            "unanswered": tally.unanswered,
        },
    }


def _bins(sums: BinSums) -> list[Fields]:
    return [_bin(sums, place, span) for place, span in enumerate(pairwise(HORIZON_EDGES_S))]


def _bin(sums: BinSums, place: int, span: tuple[int, int]) -> Fields:
    count = sums.count[place]

    def mean(total: int, digits: int) -> float | None:
        return round(total / count, digits) if count else None

    return {
        "from_s": span[0],
        "to_s": span[1],
        "forecasts": count,
        "mean_absolute_error_s": mean(sums.absolute_s[place], _SECOND_DIGITS),
        "mean_error_s": mean(sums.error_s[place], _SECOND_DIGITS),
        "inside_ratio": mean(sums.inside[place], _RATIO_DIGITS),
        "early_ratio": mean(sums.early[place], _RATIO_DIGITS),
    }
