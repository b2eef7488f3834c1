"""The parts of the engine that may be taken out, each by the constants that make it count for nothing.

Kernels take their constants in when they are first compiled, so a part is taken out before anything runs; and whoever
imported the constant by its name must be told too.
"""

import importlib
import sys
from typing import Final, NamedTuple

from transit.forecasting.first_stop import WAY_SHARE
from transit.forecasting.hop_seconds import HALF_VARIANCE_NEAR

NEVER_BELIEVED: Final = 1e9
"""A weight that nothing seen outweighs."""

_HOP_TIMES: Final = "transit.tracking.hop_times"
_FORECASTING: Final = "transit.forecasting."


class Change(NamedTuple):
    """A constant of a module, and its value while the part is out."""

    module: str
    name: str
    value: float


class Part(NamedTuple):
    """A part in words, and what takes it out. ``of`` says whose forecasts it makes: of buses, of trains, of both."""

    words: str
    of: str
    changes: tuple[Change, ...]


PARTS: Final = {
    "today": Part("what today's buses took for a hop", "buses", (Change(_HOP_TIMES, "SHRINK", NEVER_BELIEVED),)),
    "line-pace": Part(
        "the line's pace beside its timetable", "both", (Change(_HOP_TIMES, "PACE_SHRINK", NEVER_BELIEVED),)
    ),
    "own-pace": Part(
        "this bus's own pace on the hops behind it",
        "buses",
        (Change(_FORECASTING + "hop_seconds", "OWN_PACE_SHRINK", NEVER_BELIEVED),),
    ),
    "spots": Part(
        "what was learned of spots on the way to a stop",
        "buses",
        (Change(_FORECASTING + "spots", "SHRINK", NEVER_BELIEVED),),
    ),
    "opposite": Part("the hop across the street", "buses", (Change("transit.tracking.opposite_hops", "SHARE", 0.0),)),
    "falling-back": Part(
        "how fast early buses fall back on their time", "buses", (Change("transit.tracking.falling_back", "MOST", 0.0),)
    ),
    "slowness": Part("slowness that fades", "buses", (Change(_HOP_TIMES, "OU_Q", 0.0),)),
    "fading": Part("a hop's older passings fade", "buses", (Change(_HOP_TIMES, "HOP_MEMORY", NEVER_BELIEVED),)),
    "incidents": Part(
        "incidents cut back to what is usual",
        "both",
        (Change(_HOP_TIMES, "_SURPRISE_MAX", 10.0), Change(_FORECASTING + "last_trains", "FREEDOM", NEVER_BELIEVED)),
    ),
    "far-mean": Part(
        "the median near and the mean far",
        "both",
        (
            Change(_FORECASTING + "hop_seconds", "HALF_VARIANCE_FAR", HALF_VARIANCE_NEAR),
            Change(_FORECASTING + "train_hops", "NEAR", 0.0),
            Change(_FORECASTING + "train_hops", "FAR", 0.0),
        ),
    ),
    "skew": Part("the skew of the sum", "buses", (Change(_FORECASTING + "corrections", "SHIFT_S", 0.0),)),
    "turn": Part("the timetable's turn far ahead", "buses", (Change("transit.tracking.timetable_pace", "SHARE", 0.0),)),
    "lags": Part(
        "how late the last vehicles left first stops",
        "both",
        (
            Change(_FORECASTING + "first_stop", "LAG_MAX_S", 0.0),
            Change(_FORECASTING + "train_first_stop", "SHARE", 0.0),
        ),
    ),
    "way-back": Part(
        "the way back to a first stop", "buses", (Change(_FORECASTING + "way_back", "AWAY_M", NEVER_BELIEVED),)
    ),
    "told-early": Part(
        "departures told earlier to who boards there",
        "buses",
        (Change(_FORECASTING + "first_stop", "TOLD_SHARE", WAY_SHARE),),
    ),
    "last-trains": Part(
        "what the last trains took",
        "trains",
        (Change(_FORECASTING + "train_hops", "PRIOR_WEIGHT", NEVER_BELIEVED),),
    ),
    "places": Part(
        "times learned for places on the way",
        "trains",
        (Change(_FORECASTING + "places", "PRIOR_WEIGHT", NEVER_BELIEVED),),
    ),
    "train-pace": Part(
        "a train's own pace",
        "trains",
        (Change(_FORECASTING + "train_hops", "OWN_PACE_SHRINK", NEVER_BELIEVED),),
    ),
    "steadiness": Part(
        "what is told stands still while it is right",
        "both",
        (
            Change(_FORECASTING + "steadiness", "BUS_BAND_S", 0.0),
            Change(_FORECASTING + "steadiness", "BUS_FASTEST", NEVER_BELIEVED),
            Change(_FORECASTING + "steadiness", "RAIL_EARLY_S", 0.0),
            Change(_FORECASTING + "steadiness", "RAIL_LATE_S", 0.0),
            Change(_FORECASTING + "steadiness", "SETTLE_RAIL_S", 1e-3),
        ),
    ),
}


def take_out(part: Part) -> None:
    """Change the part's constants, in their modules and wherever else they were imported by name.

    Raises:
        AttributeError: a module has no such constant.
    """
    for change in part.changes:
        before = getattr(importlib.import_module(change.module), change.name)
        rules = [module for name, module in sys.modules.items() if name.startswith("transit.")]
        for module in rules:
            if vars(module).get(change.name) is before:
                setattr(module, change.name, change.value)
