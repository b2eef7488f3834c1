"""How right a line's forecasts were, by horizon."""

import msgspec


class LineScores(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of a line group's forecasts over one hour, per horizon bin.

    ``horizon_edges_s`` bounds the bins; the other tuples have one entry a bin: forecasts scored, the mean absolute and
    the mean error (actual minus expected, s), the share inside p10-p90 and the share more than 60 s early.
    """

    line_group: str
    hour_starts_at: int
    horizon_edges_s: tuple[int, ...]
    count: tuple[int, ...]
    mean_absolute_error_s: tuple[float, ...]
    mean_error_s: tuple[float, ...]
    inside_ratio: tuple[float, ...]
    early_ratio: tuple[float, ...]
