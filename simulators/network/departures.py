"""When a line's trips start: close together in the peaks, far apart at night, fewer at weekends."""

from dataclasses import dataclass
from typing import Literal

from simulators.network.line_plan import PlannedLine

DayKind = Literal["weekday", "weekend"]
HOUR_S = 3600
NIGHT_HEADWAY_S = 1200
_NIGHT_FROM_H, _NIGHT_TO_H = 23.5, 29
_WEEKDAY = ((5, 1.9), (6, 1.3), (7, 1.0), (9, 1.4), (16, 1.0), (19, 1.6), (21.5, 2.2))
_WEEKEND = ((5, 2.4), (7, 1.8), (9, 1.4), (19, 1.8), (21.5, 2.4))
_PEAKS_H = ((7, 9), (16.5, 19))
_SPAN_H = {"all_night": (5.0, 29.0), "frequency": (5.5, 24.0), "day": (5.5, 23.0), "late": (5.2, 24.5)}


@dataclass(frozen=True, slots=True)
class HeadwayBand:
    """From ``start_s`` to ``end_s`` of the service day a trip every ``headway_s``."""

    start_s: int
    end_s: int
    headway_s: int


def list_bands(line: PlannedLine, day: DayKind) -> list[HeadwayBand]:
    """A line's headways over the service day, in order and without gaps; times may pass 24:00."""
    first_h, last_h = _SPAN_H[line.service]
    steps = [*(_WEEKDAY if day == "weekday" else _WEEKEND)]
    bands = []
    for i, (from_h, stretch) in enumerate(steps):
        to_h = steps[i + 1][0] if i + 1 < len(steps) else _NIGHT_FROM_H
        start, end = max(from_h, first_h), min(to_h, last_h)
        if start < end:
            bands.append(HeadwayBand(_second(start), _second(end), _minutes(line.peak_headway_s * stretch)))
    if last_h > _NIGHT_FROM_H:
        bands.append(HeadwayBand(_second(_NIGHT_FROM_H), _second(min(last_h, _NIGHT_TO_H)), NIGHT_HEADWAY_S))
    return bands


def _second(hour: float) -> int:
    return round(hour * HOUR_S)


def _minutes(headway_s: float) -> int:
    return max(120, round(headway_s / 60) * 60)


def list_starts(bands: list[HeadwayBand], *, first_offset_s: int) -> list[int]:
    """Start times in seconds of the service day, ``first_offset_s`` after the first band opens."""
    starts = []
    at = bands[0].start_s + first_offset_s
    for band in bands:
        while at < band.end_s:
            starts.append(at)
            at += band.headway_s
    return starts


def is_peak(at_s: int, day: DayKind) -> bool:
    """Whether commuters travel at ``at_s`` of the service day."""
    return day == "weekday" and any(start <= at_s / HOUR_S < end for start, end in _PEAKS_H)
