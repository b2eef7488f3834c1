"""What a day is like before anyone drives: weather, incidents, demand, and what goes wrong in the depot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conditions:
    """Ratios are of what is named; at their defaults a day is like any other."""

    weather: float = 0.06
    """How much rain slows streets: fronts of some 15 km pass for two to three hours."""
    incident_ratio: float = 0.003
    """Part of the street corners and half hours struck by an incident, which clears over its half hour."""
    demand: float = 1.0
    """Times the riders of a usual day."""
    late_pull_out_ratio: float = 0.03
    """Part of the vehicles that leave the depot up to a quarter of an hour late."""
    stall_ratio: float = 0.002
    """Part of the calls at which something holds the vehicle."""
    stall_s: float = 120.0
    hold_ratio: float = 0.85
    """Part of the timepoints at which a driver who is early waits."""
    cancelled_ratio: float = 0.004
    """Part of the vehicles that break down between two trips: the rest of their day is cancelled."""
    short_turn_ratio: float = 0.002
    """Part of the runs that turn two thirds of the way, to be in time for their way back."""
    added_ratio: float = 0.0
    """Part of the runs behind which the control centre sends another vehicle, on a trip that no timetable has."""
    closed_ratio: float = 0.0
    """Part of the stops around which the street is closed for hours: buses leave their way and the stops there out."""


USUAL = Conditions()
