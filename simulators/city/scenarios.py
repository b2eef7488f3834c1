"""Scenarios: what goes wrong in a city, by name or from a file, for a rehearsal or a test.

A file is TOML with the same names: ``[devices]`` has those of simulators.city.devices.DeviceFaults, ``[conditions]``
those of simulators.city.conditions.Conditions.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from simulators.city.conditions import USUAL, Conditions
from simulators.city.devices import DeviceFaults

Changes = dict[str, float]


class ScenarioError(ValueError):
    """A scenario or a fault is not known, or its file cannot be used; the message says which are."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """``cases`` are the failure cases of real feeds that it makes, as the project's list of them numbers them."""

    name: str
    what: str
    cases: tuple[int, ...] = ()
    devices: Changes = field(default_factory=dict)
    conditions: Changes = field(default_factory=dict)


def _scenario(name: str, what: str, cases: tuple[int, ...], **changes: float) -> Scenario:
    return Scenario(
        name=name,
        what=what,
        cases=cases,
        devices={key: value for key, value in changes.items() if key in DEVICE_NAMES},
        conditions={key: value for key, value in changes.items() if key in CONDITION_NAMES},
    )


DEVICE_NAMES: Final = frozenset(each.name for each in fields(DeviceFaults))
CONDITION_NAMES: Final = frozenset(each.name for each in fields(Conditions))

SCENARIOS: Final = (
    _scenario("teleport", "reports that lie kilometres away", (10, 11), teleport_ratio=0.02),
    _scenario("canyon", "tall houses: GPS errs seven times as much in parts of the city", (12,), canyon_ratio=0.3),
    _scenario("jitter", "GPS that never rests, standing still too", (13,), gps_error_m=18.0),
    _scenario("tunnel", "trains of which nothing is heard between many stops", (14,), tunnel_ratio=0.4),
    _scenario("no-bearing", "reports without bearing and speed", (15,), no_bearing=1.0),
    _scenario("swapped", "latitude and longitude swapped, or both 0", (16,), swapped_ratio=0.03, zero_ratio=0.01),
    _scenario("frozen", "devices that send an old place with fresh times", (18,), frozen_ratio=0.05),
    _scenario("reordered", "older reports after newer ones, and late ones", (19,), reordered_ratio=0.1, late_ratio=0.2),
    _scenario("skewed", "vehicle clocks minutes ahead or behind", (20, 24), skewed_ratio=0.1),
    _scenario("header-times", "the header's time is the only one", (21, 22), no_times=1.0),
    _scenario("silent", "devices that fall silent for ten minutes", (23,), silent_ratio=0.08),
    _scenario("repeated", "reports that stand twice in a message", (26,), repeated_ratio=0.2),
    _scenario("wrong-sign-in", "drivers signed in to the next run at first", (27,), wrong_trip_ratio=0.1),
    _scenario("two-devices", "vehicles with a second device under another id", (28, 29), double_ratio=0.05),
    _scenario("swap", "another vehicle takes a run over on the way", (30, 31), swap_ratio=0.1),
    _scenario("unsigned", "drivers who have not signed in", (33,), unsigned_ratio=0.15),
    _scenario("cancelled", "vehicles that break down: the rest of their day is cancelled", (34,), cancelled_ratio=0.06),
    _scenario("short-turns", "runs that turn two thirds of the way", (35, 36, 43), short_turn_ratio=0.08),
    _scenario("late-pull-outs", "vehicles that leave the depot late", (37,), late_pull_out_ratio=0.3),
    _scenario("early", "drivers who wait for no timepoint", (38, 39, 42, 59), hold_ratio=0.0),
    _scenario("stalled", "vehicles held for up to ten minutes on the way", (40, 46), stall_ratio=0.01, stall_s=600.0),
    _scenario("bunching", "more riders than vehicles can take: late ones find more and later", (47,), demand=1.6),
    _scenario("storm", "rain and incidents slow whole quarters for hours", (41, 47), weather=0.5, incident_ratio=0.02),
    _scenario("drifting-counters", "counters that miss more and more", (53,), counter_drift=6.0),
    _scenario("missed-riders", "counters that miss three riders in ten", (), counter_missed_ratio=0.3),
    _scenario("late-counts", "passenger counts that come late and seldom", (56,), late_count_ratio=0.5),
    _scenario("no-counters", "buses that report no load", (57,), no_counter_ratio=1.0),
    _scenario("outage", "a feed that stands still for ten minutes", (62,), outage_ratio=0.15),
    _scenario("seldom", "reports a minute and more apart", (17,), lost_ratio=0.75),
    _scenario("irregular", "reports half as often, and at no even pace", (), interval_times=2.0, jitter_s=25.0),
    _scenario("no-dates", "trips that do not say of which service day they are", (25,), no_start_date=1.0),
    _scenario("wrong-sequence", "trains whose stop and stop sequence disagree", (9,), wrong_sequence_ratio=0.2),
    _scenario("unset-loads", "loads without class and percentage", (50,), unset_load_ratio=0.3),
    _scenario("carriage-gaps", "trains that leave a carriage out", (51,), carriage_gap_ratio=0.3),
    _scenario("odd-percentages", "percentages of 300 and of -1", (52,), odd_percentage_ratio=0.2),
    _scenario("nought-loads", "loads of 0 that mean that nothing is known", (54,), nought_load_ratio=0.3),
    _scenario("short-trains", "trains with fewer carriages, told from the other end", (55,), short_train_ratio=0.4),
    _scenario("added", "vehicles that the control centre sends behind full ones, on trips of no timetable", (34,),
              added_ratio=0.08),
    _scenario("detours", "streets closed for hours: buses leave their way and leave stops out", (36, 43, 44, 45),
              closed_ratio=0.05),
    _scenario("crowded", "crowded vehicles, people left behind", (), demand=1.9),
)  # fmt: skip


def read_scenario(words: str) -> Scenario:
    """A scenario by its name, or from a TOML file.

    Raises:
        ScenarioError: there is no such scenario, or the file is malformed.
    """
    named = {scenario.name: scenario for scenario in SCENARIOS}
    if words in named:
        return named[words]
    place = Path(words)
    if place.suffix != ".toml":
        raise ScenarioError(f"no scenario {words!r}: use {', '.join(named)}, or a file ending in .toml")
    try:
        written = tomllib.loads(place.read_text())
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise ScenarioError(f"{place}: {wrong}") from None
    unknown = set(written) - {"devices", "conditions", "what"}
    if unknown:
        raise ScenarioError(f"{place}: unknown part {min(unknown)!r}; there are devices, conditions and what")
    return Scenario(
        name=place.stem,
        what=str(written.get("what", "")),
        devices=_numbers(written.get("devices", {}), DEVICE_NAMES, str(place)),
        conditions=_numbers(written.get("conditions", {}), CONDITION_NAMES, str(place)),
    )


def read_fault(words: str) -> Scenario:
    """One fault given as ``name=value``.

    Raises:
        ScenarioError: there is no such fault, or its value is no number.
    """
    name, _, value = words.partition("=")
    try:
        changes = {name: float(value)}
    except ValueError:
        raise ScenarioError(f"{words!r}: write it as frozen_ratio=0.05") from None
    known = DEVICE_NAMES | CONDITION_NAMES
    _numbers(changes, known, words)
    return Scenario(
        name=words,
        what="",
        devices={key: each for key, each in changes.items() if key in DEVICE_NAMES},
        conditions={key: each for key, each in changes.items() if key in CONDITION_NAMES},
    )


def combine(scenarios: list[Scenario]) -> tuple[DeviceFaults, Conditions]:
    """All of them at once; where two change the same thing the later one counts."""
    faults, conditions = DeviceFaults(), USUAL
    for scenario in scenarios:
        faults = replace(faults, **scenario.devices)
        conditions = replace(conditions, **scenario.conditions)
    return faults, conditions


def _numbers(written: dict[str, Any], known: frozenset[str], where: str) -> Changes:
    for name, value in written.items():
        if name not in known:
            raise ScenarioError(f"{where}: no fault {name!r}; there are {', '.join(sorted(known))}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise ScenarioError(f"{where}: {name} is {value!r}; it must be a number, 0 or more")
    return {name: float(value) for name, value in written.items()}
