"""How right a line's forecasts were, by horizon."""

from typing import Final

import msgspec

HOURS_KEPT: Final = 24
"""The newest hours of a line group that the store holds."""


class HorizonScores(msgspec.Struct, frozen=True, kw_only=True):
    """The same figures as ``LineScores``, binned by the horizon that was foretold (p50 less the moment of asking)."""

    count: tuple[int, ...]
    mean_absolute_error_s: tuple[float, ...]
    mean_error_s: tuple[float, ...]
    inside_ratio: tuple[float, ...]
    early_ratio: tuple[float, ...]


class LineScores(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of a line group's forecasts over one hour, per horizon bin.

    ``horizon_edges_s`` bounds the bins; the other tuples have one entry a bin: forecasts scored, the mean absolute and
    the mean error (actual minus expected, s), the share inside p10-p90 and the share more than 60 s early. The bins are
    by actual horizon (arrival less the moment of asking), in ``predicted`` by the one that was foretold.

    What was left out is counted: of ``arrivals`` observed, ``scored`` had forecasts, ``unsure`` were seen too coarsely
    to judge by, ``unforetold`` had no forecast in the half hour before; ``unanswered`` calls were foretold and never
    seen to be made. ``through`` is the watermark (epoch, partition, offset) of the last value that counts in it: of two
    records of the same hour the one that goes further counts.
    """

    line_group: str
    hour_starts_at: int
    horizon_edges_s: tuple[int, ...]
    count: tuple[int, ...]
    mean_absolute_error_s: tuple[float, ...]
    mean_error_s: tuple[float, ...]
    inside_ratio: tuple[float, ...]
    early_ratio: tuple[float, ...]
    predicted: HorizonScores | None = None
    arrivals: int = 0
    scored: int = 0
    unsure: int = 0
    unforetold: int = 0
    unanswered: int = 0
    through: tuple[int, int, int] = (0, 0, 0)


class LineScoreDay(msgspec.Struct, frozen=True, kw_only=True):
    """The newest hours of a line group, oldest first, as they stand in the store."""

    line_group: str
    hours: tuple[LineScores, ...]


_decoder = msgspec.msgpack.Decoder(LineScores)
_day_decoder = msgspec.msgpack.Decoder(LineScoreDay)
_encoder = msgspec.msgpack.Encoder()


def encode_scores(scores: LineScores) -> bytes:
    """Pack an hour's scores (MessagePack), as they stand on their topic."""
    return _encoder.encode(scores)


def decode_scores(packed: bytes) -> LineScores:
    """Unpack an hour's scores.

    Raises:
        msgspec.DecodeError: the bytes are no such scores.
    """
    return _decoder.decode(packed)


def encode_score_day(day: LineScoreDay) -> bytes:
    """Pack a line group's newest hours (MessagePack), as the store holds them."""
    return _encoder.encode(day)


def decode_score_day(packed: bytes) -> LineScoreDay:
    """Unpack a line group's newest hours.

    Raises:
        msgspec.DecodeError: the bytes are no such hours.
    """
    return _day_decoder.decode(packed)
