"""What an override names that no timetable has: it would be in force, and edit nothing."""

from collections.abc import Iterator

from schemas.overrides import Override
from transit.answers.run_ids import parse_run_id
from transit.timetable.compiled import Timetable

Name = tuple[str, str]
"""What it is (line, run, stop) and its public id."""


def list_names(override: Override) -> list[Name]:
    """The lines, runs and stops that an override names; vehicles are in no timetable."""
    named = [("line", override.line), ("run", override.run), *(("stop", stop) for stop in override.stops)]
    return [each for each in named if each[1]]


def owner_of(name: Name) -> str:
    """The timetable whose id it is."""
    return name[1].partition(":")[0]


def list_unknown(names: list[Name], timetable: Timetable) -> Iterator[Name]:
    """Those of the names that a timetable does not have; other timetables' among them."""
    for what, public_id in names:
        if not _is_known(what, public_id, timetable):
            yield what, public_id


def _is_known(what: str, public_id: str, timetable: Timetable) -> bool:
    owner, _, local = public_id.partition(":")
    if owner != timetable.name:
        return False
    if what == "run":
        try:
            return timetable.trip_id.find(parse_run_id(public_id)[1].trip_id) >= 0
        except ValueError:
            return False
    return (timetable.line_id if what == "line" else timetable.stop_id).find(local) >= 0
