"""A timetable in the making: what the rules of this folder found, before it is laid out as arrays."""

from dataclasses import dataclass

from transit.timetable.alignment import Alignment
from transit.timetable.blocks import Blocks
from transit.timetable.calendar import Services
from transit.timetable.compiled import Ints
from transit.timetable.frequencies import Frequencies
from transit.timetable.lines import Agencies, Lines
from transit.timetable.patterns import Pattern
from transit.timetable.stop_times import StopTimes
from transit.timetable.stops import Stops
from transit.timetable.timings import Timings
from transit.timetable.trips import Trips


@dataclass(frozen=True, slots=True)
class Network:
    """Where lines run: ``alignments`` go with ``patterns``."""

    agencies: Agencies
    lines: Lines
    stops: Stops
    patterns: list[Pattern]
    alignments: list[Alignment]
    calls: StopTimes


@dataclass(frozen=True, slots=True)
class Schedule:
    """When they run. ``rows`` are trips in their final order, as rows of ``trips``; ``pattern`` goes with them."""

    trips: Trips
    rows: Ints
    pattern: Ints
    timings: Timings
    blocks: Blocks
    frequencies: Frequencies
    services: Services
