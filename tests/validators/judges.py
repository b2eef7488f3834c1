"""What each validator finds in the polls of a folder: `python -m tests.validators` names them."""

import json
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from google.transit.gtfs_realtime_pb2 import FeedMessage
from gtfs_rt_validator.api import Inputs, Mode, Request, SortBy, validate
from gtfs_rt_validator.runner import Source

from api.gtfs_realtime.line_entities import FeedKind
from tests.transit.gtfs_realtime.moments import Gtfs, Moment
from tests.transit.gtfs_realtime.spec_rules import RULES, check
from tests.validators.polls import WHOLE, list_polls

_REPEATED: Final = "of a trip that a frequency repeats: its runs differ by start_time, which the rule does not look at"
EXCUSED: Final = {
    "S024": "a run that the timetable lacks is ADDED, which S024 refuses, or NEW, which E003 refuses",
    "P002": _REPEATED,
    "P003": _REPEATED,
    "W009": "of a call of a run by headway: it is UNSCHEDULED, which the reference's bindings of 2015 do not know",
}
"""What no feed can meet, and why: shown, not counted. All but S024 only of trips in frequencies.txt, and W009 only of
the reference."""

_JAVA: Final = ("java", "-Xmx2g", "-jar")
_ROLES: Final = {FeedKind.TRIP_UPDATES: "tu", FeedKind.VEHICLE_POSITIONS: "vp", FeedKind.ALERTS: "sa"}


@dataclass
class Verdict:
    """How often each rule was broken over all polls, with the first place where it was."""

    validator: str
    polls: int = 0
    rules: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    samples: dict[str, str] = field(default_factory=dict)
    excused: Counter[str] = field(default_factory=Counter)

    def add(self, rule: str, count: int, sample: str) -> None:
        """Count a broken rule."""
        self.broken[rule] += count
        self.samples.setdefault(rule, sample)


def judge_by_rt_validator(gtfs: Path, folder: Path) -> Verdict:
    """`gtfs-rt-validator`: the reference validator's rules, the specification's newer ones, and its best practices.

    It reads the three kinds of each poll side by side, each poll at its own time.
    """
    kinds = [list_polls(folder, kind) for kind in _ROLES]
    cycles = tuple(
        tuple(Source(str(place), role, place) for role, place in zip(_ROLES.values(), places, strict=True))
        for places in zip(*kinds, strict=True)
    )
    inputs = Inputs(cycles, directory_replay=True)
    found = validate(Request(Mode.MODERN, gtfs, inputs, SortBy.NAME)).run
    verdict = Verdict("gtfs-rt-validator", len(cycles), len(found.rules_run))
    repeated = Gtfs(str(gtfs)).frequencies
    for container in (found.notices, found.system_errors):
        for occurrence in container.in_order():
            rule, context = occurrence.rule_id, occurrence.context
            if rule == "S024" or (rule in ("P002", "P003") and context.get("tripId") in repeated):
                verdict.excused[rule] += 1
            else:
                verdict.add(rule, 1, f"{occurrence.prefix} {context}")
    return verdict


def judge_by_our_rules(gtfs: Path, folder: Path) -> Verdict:
    """The specification's rules as our own tests have them (`tests/transit/gtfs_realtime`)."""
    tables = Gtfs(str(gtfs))
    kinds = [list_polls(folder, kind) for kind in FeedKind]
    verdict = Verdict("the specification's rules", len(kinds[0]), len(RULES))
    before: Moment | None = None
    for places in zip(*kinds, strict=True):
        updates, vehicles, alerts = (FeedMessage.FromString(place.read_bytes()) for place in places)
        moment = Moment(tables, int(places[0].stat().st_mtime), updates, vehicles, alerts, before)
        for rule, found in check(moment).items():
            verdict.add(rule, len(found), f"{found[0]} in {places[0].name}")
        before = replace(moment, before=None)
    return verdict


def judge_by_reference(jar: Path, gtfs: Path, folder: Path) -> Verdict:
    """MobilityData's reference validator, a jar that no registry serves: its own rules, each poll as one message.

    Raises:
        subprocess.CalledProcessError: it failed.
        RuntimeError: it judged fewer polls than there are.
    """
    places = list_polls(folder, WHOLE)
    verdict = Verdict("the reference validator", len(places), len(RULES))
    repeated = Gtfs(str(gtfs)).frequencies
    with TemporaryDirectory() as scratch:
        for place in places:
            shutil.copy2(place, scratch)
        asked = [*_JAVA, str(jar), "-gtfs", str(gtfs), "-gtfsRealtimePath", scratch, "-sort", "name"]
        subprocess.run(asked, check=True, capture_output=True)
        results = sorted(Path(scratch).glob("*.results.json"))
        if len(results) != len(places):
            message = f"{jar} judged {len(results)} of {len(places)} polls"
            raise RuntimeError(message)
        for result in results:
            for broken in json.loads(result.read_bytes()):
                found = broken["occurrenceList"]
                rule = broken["errorMessage"]["validationRule"]["errorId"]
                odd = [each for each in found if rule != "W009" or _trip_in(each["prefix"]) not in repeated]
                if len(odd) < len(found):
                    verdict.excused[rule] += len(found) - len(odd)
                if odd:
                    verdict.add(rule, len(odd), f"{odd[0]['prefix']} in {result.name}")
    return verdict


def _trip_in(prefix: str) -> str:
    """The trip that a finding of the reference begins with."""
    return prefix.removeprefix("trip_id ").partition(" ")[0]
