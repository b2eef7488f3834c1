"""The view as a reach is told it: the same memory without the lines, stops, feeds and fields outside it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from api.ids import split_id
from api.view.compiled_view import CompiledView
from api.view.memory import View
from api.view.score_shelf import ScoreShelf
from api.view.shelf import Shelf
from schemas.line_forecasts import Passage
from schemas.line_key import split_line_key
from transit.answers.line_view import LineView, view_line
from transit.grants.fields import VEHICLE
from transit.grants.reach import Reach
from transit.grants.redact import redact

if TYPE_CHECKING:
    from schemas.timetable_versions import TimetableVersions
    from transit.timetable.compiled import Timetable

_Kept = TypeVar("_Kept")


class _Within(Mapping[str, _Kept]):
    """A mapping without the keys outside; values pass through ``tell``, which gives ``None`` for what is outside."""

    def __init__(self, read: Callable[[], Mapping[str, _Kept]], tell: Callable[[str, _Kept], _Kept | None]) -> None:
        self._read = read
        self._tell = tell

    def __getitem__(self, key: str) -> _Kept:
        told = self._tell(key, self._read()[key])
        if told is None:
            raise KeyError(key)
        return told

    def __iter__(self) -> Iterator[str]:
        return (key for key, value in self._read().items() if self._tell(key, value) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _ReachedShelf(Shelf):
    """The shelf without timetables outside the reach. Hashes that values name stay readable."""

    def __init__(self, shelf: Shelf, reach: Reach) -> None:
        self._shelf = shelf
        self._reach = reach

    def __contains__(self, timetable_hash: str) -> bool:
        return timetable_hash in self._shelf

    def __getitem__(self, timetable_hash: str) -> CompiledView:
        return self._shelf[timetable_hash]

    def versions_of(self, name: str) -> "TimetableVersions | None":
        return self._shelf.versions_of(name) if self._reach.has_timetable(name) else None

    def names(self) -> list[str]:
        return [name for name in self._shelf.names() if self._reach.has_timetable(name)]

    def find_newest(self, name: str) -> CompiledView | None:
        return self._shelf.find_newest(name) if self._reach.has_timetable(name) else None

    def find_in_force(self, name: str, service_day: int) -> CompiledView | None:
        return self._shelf.find_in_force(name, service_day) if self._reach.has_timetable(name) else None


class _ReachedScores(ScoreShelf):
    def __init__(self, scores: ScoreShelf, has_group: Callable[[str], bool]) -> None:
        super().__init__()
        self.lines = _Within(lambda: scores.lines, lambda key, value: value if has_group(key) else None)


class ReachedView(View):
    """A view to read from; nothing is taken in here."""

    def __init__(self, view: View, reach: Reach) -> None:
        super().__init__(_load_nothing, view.rendered, now=view.wall_clock)
        self._whole = view
        self.language = view.language
        self.reach = reach
        self.shelf = _ReachedShelf(view.shelf, reach)
        self.board = view.board
        self.freshness = view.freshness
        self.crowding = view.crowding
        self.coordinates = view.coordinates
        self.said = view.said
        self.bikes = view.bikes
        self.stations = view.stations
        self._told: dict[str, tuple[LineView, LineView]] = {}
        self._lines_within: dict[str, frozenset[str]] = {}
        self.lines = _Within(lambda: view.lines, self._tell_line)
        self.vehicles = _Within(lambda: view.vehicles, self._tell_vehicle)
        self.feeds = _Within(lambda: view.feeds, lambda feed, status: status if reach.has_feed(feed) else None)
        self.scores = _ReachedScores(view.scores, self.has_group)

    def now(self, timetable: str) -> float:
        """What time it is (POSIX s) for the timetable of that name."""
        return self._whole.now(timetable)

    def told_until(self, timetable: str) -> int:
        """The newest poll (POSIX s) that any line of that timetable answers; 0 where none does."""
        return self._whole.told_until(timetable)

    def list_in_use(self, timetable: str) -> list[CompiledView]:
        """The timetables of that name that answers may rest on, where the reach holds any of them."""
        return self._whole.list_in_use(timetable) if self.reach.has_timetable(timetable) else []

    def has_line(self, compiled: CompiledView, row: int) -> bool:
        """Whether a line (row) lies within the reach."""
        return compiled.timetable.line_id[row] in self._lines_of(compiled)

    def tells_of_line(self, compiled: CompiledView, row: int, fields: str) -> bool:
        """Whether a line (row) lies within the reach, and a group of fields is granted of it and not withheld."""
        table = compiled.timetable
        return self.has_line(compiled, row) and fields in self.fields_of_line(f"{table.name}:{table.line_id[row]}")

    def has_stop(self, compiled: CompiledView, row: int) -> bool:
        """Whether a stop (row) lies within the reach."""
        table = compiled.timetable
        return self.reach.has_place(float(table.stop_latitude[row]), float(table.stop_longitude[row]))

    def lines_within(self, compiled: CompiledView) -> frozenset[str] | None:
        """The lines (GTFS ids) of a timetable within the reach."""
        return self._lines_of(compiled)

    def has_line_id(self, public_id: str) -> bool:
        """Whether a line lies within the reach."""
        owner, local = split_id(public_id)
        return any(local in self._lines_of(compiled) for compiled in self.list_in_use(owner))

    def has_stop_id(self, public_id: str) -> bool:
        """Whether a stop lies within the reach."""
        owner, local = split_id(public_id)
        for compiled in self.list_in_use(owner):
            row = compiled.timetable.stop_id.find(local)
            if row >= 0:
                return self.has_stop(compiled, row)
        return False

    def fields_of_line(self, public_id: str) -> frozenset[str]:
        """The groups of fields that may be told of a line: less where an owner of its feeds gives less.

        Of a line on which no feed reports now, what every feed's owner gives.
        """
        if not self.reach.withheld:
            return self.reach.fields
        feeds = self._feeds_of_line(public_id)
        if feeds is None:
            return self.reach.fields.difference(*self.reach.withheld.values())
        return self.reach.fields_of_all(feeds)

    def tells_passage(self, timetable: str, passage: Passage) -> bool:
        """Whether a passage lies within the reach: its line, its stop, and the feed of its vehicle.

        One kept before feeds were told apart is of its line's feeds; where none reports now, none may be withdrawn.
        """
        line_id = f"{timetable}:{passage.line_id}"
        if not self.has_line_id(line_id) or not self.has_stop_id(f"{timetable}:{passage.stop_id}"):
            return False
        if passage.feed or not self.reach.withheld:
            return self.reach.has_feed(passage.feed)
        feeds = self._feeds_of_line(line_id)
        return all(map(self.reach.has_feed, self.reach.withheld if feeds is None else feeds))

    def _feeds_of_line(self, public_id: str) -> tuple[str, ...] | None:
        """The feeds that report on a line, where any does now."""
        owner, local = split_id(public_id)
        for compiled in self.list_in_use(owner):
            row = compiled.timetable.line_id.find(local)
            if row >= 0:
                group = compiled.timetable.group_id[int(compiled.timetable.line_group[row])]
                line = self._whole.find_line(owner, group)
                return None if line is None else tuple(each.feed for each in line.forecasts.list_feeds())
        return None

    def _lines_of(self, compiled: CompiledView) -> frozenset[str]:
        table = compiled.timetable
        found = self._lines_within.get(table.hash)
        if found is None:
            kinds = zip(table.line_id, table.line_route_type.tolist(), strict=True)
            found = frozenset(line for line, kind in kinds if self.reach.has_line(table.name, line, kind))
            self._lines_within[table.hash] = found
        return found

    def tells_of(self, key: str) -> bool:
        """Whether any line of a group lies within the reach: of one that lies outside not even a poll is told."""
        return any(self._lines_of_group(key))

    def has_group(self, key: str) -> bool:
        """Whether every line of a group lies within the reach: a figure about all of them tells of each."""
        found = self._lines_of_group(key)
        return bool(found) and all(found)

    def _lines_of_group(self, key: str) -> list[bool]:
        """For each line of a group, whether it lies within the reach; none where the group is not known."""
        name, group = split_line_key(key)
        for compiled in self.list_in_use(name):
            table = compiled.timetable
            row = table.group_id.find(group)
            if row >= 0:
                first, end = table.group_line_offset[row : row + 2]
                return [self.has_line(compiled, line) for line in table.group_line[first:end].tolist()]
        return []

    def _tell_line(self, key: str, line: LineView) -> LineView | None:
        forecasts = line.forecasts
        has_feed = self.reach.has_any_feed(each.feed for each in forecasts.list_feeds())
        if not has_feed or forecasts.timetable not in self.shelf:
            return None
        known = self._told.get(key)
        if known is not None and known[0] is line:
            return known[1]
        within = self._lines_of(self.shelf[forecasts.timetable])
        redacted = redact(forecasts, self.reach, within.__contains__)
        told = view_line(line.watermark, redacted, line.edits)
        self._told[key] = (line, told)
        return told

    def _tell_vehicle(self, vehicle: str, key: str) -> str | None:
        """The line group that speaks of a vehicle; a partner who is told no vehicle's id can name none.

        Nor one that is outside the area: it is as unknown as one that does not exist.
        """
        line = self.lines.get(key)
        if line is None or VEHICLE not in self.reach.fields_of(split_id(vehicle).owner):
            return None
        forecasts = line.forecasts
        here = (run for run in forecasts.runs if forecasts.name_vehicle(run) == vehicle)
        return key if any(self.reach.has_place(run.latitude, run.longitude) for run in here) else None


def _load_nothing(timetable_hash: str) -> "Timetable":
    raise LookupError(timetable_hash)
