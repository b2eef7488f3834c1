"""How unlikely it is that a vehicle is on a run: minus log likelihoods of how late it would be.

Who is seen on the way tells when it would have left its first stop, were it driving as timed: the sooner after that
start, the closer. Vehicles are late oftener than early, and both the more, the longer they have been under way. Costs
grow no faster than evenly once a vehicle is far from its time: of two runs far off neither is beyond belief, and as
they never bend back the first of two vehicles is never given the later of two runs. The spreads were chosen on
Washington's buses and looked at in Austin.
"""

from typing import Final

LEAVES_LATE_S: Final = 60.0
"""So late a vehicle usually leaves its first stop."""

SLOWER: Final = 0.05
SLOWER_BEHIND_S: Final = 3000.0
SLOWER_MOST: Final = 0.3
"""Vehicles lose this share of the seconds driven, and at most that one; the first counts as if seen for so long."""

EARLY_SD_S: Final = 75.0
LATE_SD_S: Final = 120.0
SD_PART: Final = 0.1
"""Standard deviations of being early and late at a first stop, and the part of the time driven by which they grow."""

FAR: Final = 2.5
"""Standard deviations beyond which costs grow evenly."""

WAIT_SD_S: Final = 900.0
OVERDUE_SD_S: Final = 200.0
AWAY_SD_M: Final = 60.0


def usual_slowness(driven_s: float, planned_s: float) -> float:
    """The share by which a line's vehicles take longer than timed, having taken ``driven_s`` for ``planned_s``."""
    slower = (driven_s - planned_s + SLOWER * SLOWER_BEHIND_S) / (max(planned_s, 0.0) + SLOWER_BEHIND_S)
    return min(max(slower, -SLOWER_MOST), SLOWER_MOST)


def cost_under_way(late_s: float, driven_s: float, slower: float) -> float:
    """Of a vehicle ``late_s`` after its time where the timetable has it ``driven_s`` after its start.

    ``slower`` is the share of the seconds driven by which vehicles are usually later there than at the start.
    """
    beyond_s = late_s - LEAVES_LATE_S - slower * driven_s
    sd_s = (LATE_SD_S if beyond_s > 0.0 else EARLY_SD_S) + SD_PART * driven_s
    return _cost(abs(beyond_s) / sd_s)


def cost_waiting(wait_s: float, overdue_s: float) -> float:
    """Of one that came ``wait_s`` before a start and has not left though that is past by ``overdue_s``.

    Negative where it came after that start, or that is still to come.
    """
    came = wait_s / WAIT_SD_S if wait_s > 0.0 else -wait_s / OVERDUE_SD_S
    return _cost(max(came, overdue_s / OVERDUE_SD_S))


def cost_away(away_m: float) -> float:
    """Of one that is so far from the run's way."""
    return _cost(away_m / AWAY_SD_M)


def _cost(deviations: float) -> float:
    if deviations <= FAR:
        return 0.5 * deviations * deviations
    return FAR * deviations - 0.5 * FAR * FAR
