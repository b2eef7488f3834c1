"""Gathers a feed's entities, line group after line group, looking at other requests in between."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from api.alerts.agency_alerts import list_agency_alerts
from api.gtfs_realtime.json_entities import write_entities
from api.gtfs_realtime.line_entities import FeedForm, FeedKind, LineEntities
from api.ids import split_id
from api.lines.find_line import find_line
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.turns import Turns
from api.view.memory import View
from schemas.line_key import make_line_key, split_line_key
from transit.gtfs_realtime.feed import Entity, Newest


class Asked(NamedTuple):
    """Whose entities: a timetable's (its name) or a line's (its public id); empty for all."""

    timetable: str = ""
    line: str = ""


def list_line_keys(view: View, timetable: str, line: str) -> list[str]:
    """The keys of the line groups asked for, in a fixed order.

    Raises:
        Refusal: there is no such line, or it is not the timetable's.
    """
    if line:
        found = find_line(view, line)
        if timetable not in ("", found.compiled.name):
            raise Refusal(INVALID_PARAMETER, f"line: {line!r} is no line of timetable {timetable!r}.")
        return [make_line_key(found.compiled.name, found.group)]
    return sorted(key for key in list(view.lines) if timetable in ("", split_line_key(key).timetable))


async def gather_entities(
    made: LineEntities, view: View, keys: Iterable[str], form: FeedForm, asked: Asked
) -> tuple[float, list[Entity]]:
    """The entities of these line groups, one for each subject, and the moment (POSIX s) they are of."""
    at, (newest,) = await gather_forms(made, view, keys, (form,), asked)
    return at, newest.entities()


async def gather_forms(
    made: LineEntities, view: View, keys: Iterable[str], forms: Sequence[FeedForm], asked: Asked
) -> tuple[float, list[Newest]]:
    """The entities of each form, a line group's all of the same value, and the moment (POSIX s) they are of."""
    gathered = [Newest() for _ in forms]
    at = view.wall_clock()
    turns = Turns()
    for key in keys:
        now = view.now(split_line_key(key).timetable)
        at = now if forms[0].with_names is False else at
        # of all forms before others have their turn: the value may be another then
        read = [made.read(view, key, form, now) for form in forms]
        for form, entities, newest in zip(forms, read, gathered, strict=True):
            newest.take(await _write(made, key, form, entities, turns))
        await turns.give()
    for form, newest in zip(forms, gathered, strict=True):
        if form.kind is FeedKind.ALERTS:
            owner, line_id = split_id(asked.line) if asked.line else (asked.timetable, "")
            said = list(list_agency_alerts(view, owner, line_id, with_names=form.with_names))
            newest.take(await write_entities(said, turns) if form.as_json else said)
    return at, gathered


async def _write(
    made: LineEntities, key: str, form: FeedForm, entities: Sequence[Entity], turns: Turns
) -> Sequence[Entity]:
    """A line group's entities as the form has them."""
    if not form.as_json:
        return entities
    if made.json is None:
        return await write_entities(entities, turns)
    return await made.json.read((key, form), entities, turns)
