"""How long doors stand open: people getting on and off one after another, slower where it is crowded."""

import numpy as np

from transit.timetable.compiled import Floats

_BUS_DOORS_S = 5.0
_BUS_BOARD_S = 1.7
_BUS_ALIGHT_S = 0.8
_TRAIN_DWELL_S = 24.0
_TRAIN_RUSH_S = 14.0
_TRAIN_DOORS = 24


def dwell_s(*, boards: Floats, leaves: Floats, load_ratio: Floats, is_train: Floats) -> Floats:
    """Seconds at the stop. A bus that nobody wants does not stop; a train always does.

    A bus boards at the front and empties at the back at the same time; a train's doors share the crowd.
    """
    crowding = 1 + 0.5 * np.clip(load_ratio - 0.7, 0, 0.5)
    people = np.maximum(_BUS_BOARD_S * boards, _BUS_ALIGHT_S * leaves) * crowding
    bus = np.where(boards + leaves > 0, _BUS_DOORS_S + people, 0.0)
    train = _TRAIN_DWELL_S + _TRAIN_RUSH_S * crowding * np.clip((boards + leaves) / _TRAIN_DOORS / 12, 0, 2)
    return np.asarray(np.where(is_train > 0, train, bus))
