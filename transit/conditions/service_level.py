"""How much of its planned service a line runs: one word for a page, one ratio for a machine."""

from enum import StrEnum
from typing import Final

NORMAL_RATIO: Final = 0.9
REDUCED_RATIO: Final = 0.5


class ServiceLevel(StrEnum):
    """How many of the runs that are due have a vehicle that is heard."""

    NORMAL = "normal"
    REDUCED = "reduced"
    POOR = "poor"
    NONE = "none"
    NOT_DUE = "not_due"
    UNKNOWN = "unknown"
    """The feed is down: nobody knows what runs."""


def service_level(due: int, tracked: int, *, is_feed_down: bool) -> ServiceLevel:
    """The level of ``tracked`` runs among ``due`` ones."""
    if due == 0:
        return ServiceLevel.NOT_DUE
    if is_feed_down:
        return ServiceLevel.UNKNOWN
    if tracked == 0:
        return ServiceLevel.NONE
    ratio = tracked / due
    if ratio >= NORMAL_RATIO:
        return ServiceLevel.NORMAL
    return ServiceLevel.REDUCED if ratio >= REDUCED_RATIO else ServiceLevel.POOR
