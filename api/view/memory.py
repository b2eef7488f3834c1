"""All that this process knows: every line group's value, the feeds' states, the timetables, and how old all this is."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from api.bikes.shelf import BikeShelf
from api.rendered import RenderedCache
from api.station_crowding.shelf import StationShelf
from api.view.board import Board
from api.view.compiled_view import CompiledView
from api.view.freshness import Freshness
from api.view.recorded_clock import lags_of
from api.view.said import Said
from api.view.score_shelf import ScoreShelf
from api.view.shelf import Load, Shelf
from runtime.settings import CoordinateSettings, CrowdingSettings
from schemas.feed_status import FeedStatus
from schemas.line_forecasts import LineForecasts, Passage
from schemas.line_key import make_line_key, split_line_key
from schemas.line_value import Watermark
from schemas.overrides import Override
from schemas.service_alerts import ServiceAlert
from schemas.timetable_versions import TimetableVersions
from schemas.topics import FEED_BUS, feed_topic
from transit.answers.line_view import LineView, view_line
from transit.crowding.ahead import Capacity
from transit.crowding.scale import CrowdingScale
from transit.grants.reach import EVERYTHING, Reach
from transit.overrides.edit_index import EditIndex
from transit.overrides.edit_line import edit_line
from transit.timetable.service_day import local_day

_MINUTE_S = 60

Now = Callable[[], float]


class View:
    """The whole view in memory. Requests read it, one background task writes it; all in one thread.

    ``language`` is what names and texts are told in (BCP 47); empty: as they stand. ``reach`` is what may be told: here
    everything; api.reached has a view for those who are told less.
    """

    language = ""
    reach: Reach = EVERYTHING

    def __init__(self, load: Load, rendered: RenderedCache, *, now: Now = time.time) -> None:
        self.shelf = Shelf(load)
        self.board = Board(self.shelf)
        self.rendered = rendered
        self.freshness = Freshness()
        self.scores = ScoreShelf()
        self.crowding = CrowdingSettings()
        self.coordinates = CoordinateSettings()
        self._lines: dict[str, LineView] = {}
        self._written: dict[str, LineForecasts] = {}
        """Values as the tracker wrote them, before overrides."""
        self.said = Said()
        self.bikes = BikeShelf()
        self.stations = StationShelf()
        self._vehicles: dict[str, str] = {}
        self.lines: Mapping[str, LineView] = self._lines
        self.feeds: Mapping[str, FeedStatus] = {}
        self.vehicles: Mapping[str, str] = self._vehicles
        """Vehicle (``<feed>:<vehicle>``) to the key of the line group that speaks of it."""
        self.observers: list[Callable[[], None]] = []
        """Called whenever a line's value was taken in: views of how things stood a while ago."""
        self.delayed: dict[int, View] = {}
        """This view as it was, by how long ago (s)."""
        self.reached: dict[bytes, View] = {}
        """This view as reaches are told it, by their digest: api.reached.view_for fills it."""
        self._hashes: dict[str, Counter[str]] = {}
        self._today: dict[str, tuple[int, int]] = {}
        self._told_until: dict[str, int] = {}
        self._lags_s: dict[str, float] = {}
        self._capacities: dict[str, Capacity] = {}
        self._now = now

    def now(self, timetable: str) -> float:
        """What time it is (POSIX s) for the timetable of that name."""
        return self._now() - self._lags_s.get(timetable, 0.0)

    def wall_clock(self) -> float:
        """The time of day (POSIX s), whatever is replayed."""
        return self._now()

    def take_line(self, watermark: Watermark, forecasts: LineForecasts) -> bool:
        """Take a line group's value in, unless a later one is known. Its timetable must be mapped."""
        key = forecasts.line_group
        known = self._lines.get(key)
        if known is not None and known.watermark >= watermark:
            return False
        self._forget_vehicles(key, known)
        self._written[key] = forecasts
        self._lines[key] = self._view(watermark, forecasts)
        for run in forecasts.runs:
            vehicle = forecasts.name_vehicle(run)
            # a vehicle that is due on this line is told by the line it is still on
            if run.vehicle_id and (not run.due or vehicle not in self._vehicles):
                self._vehicles[vehicle] = key
        self._count_hash(key, forecasts.timetable, 1)
        name = split_line_key(key).timetable
        self._told_until[name] = max(forecasts.computed_at, self._told_until.get(name, 0))
        self.rendered.drop_lines((key,))
        for observer in self.observers:
            observer()
        return True

    @property
    def overrides(self) -> tuple[Override, ...]:
        """The operator's overrides in force."""
        return self.said.staff

    def take_said(
        self,
        staff: Sequence[Override],
        agency: Sequence[Override] = (),
        alerts: Mapping[str, tuple[ServiceAlert, ...]] | None = None,
    ) -> list[str]:
        """Put in force what the operator and agencies say, and nothing else; the line groups (keys) it touches.

        ``agency`` is what ``alerts`` (by feed) mean for the forecasts.
        """
        before = self.said.edits
        self.said.take_in_force(staff, agency, alerts or {})
        changed = []
        for key, line in list(self._lines.items()):
            if self._is_touched(line, before) or self._is_touched(line, self.said.edits):
                self._lines[key] = self._view(line.watermark, self._written[key])
                changed.append(key)
        self.rendered.drop_all()
        for observer in self.observers:
            observer()
        return changed

    def _is_touched(self, line: LineView, edits: EditIndex) -> bool:
        forecasts = line.forecasts
        return forecasts.timetable in self.shelf and bool(
            edits.touching(forecasts, self.shelf[forecasts.timetable].timetable)
        )

    def edited(self, forecasts: LineForecasts) -> LineForecasts:
        """A value as what is said leaves it; its timetable must be mapped."""
        edits = self.said.edits
        if not edits.overrides or forecasts.timetable not in self.shelf:
            return forecasts
        timetable = self.shelf[forecasts.timetable].timetable
        return edit_line(forecasts, edits.touching(forecasts, timetable), timetable)

    def _view(self, watermark: Watermark, forecasts: LineForecasts) -> LineView:
        edits = self.said.edits
        if not edits.overrides or forecasts.timetable not in self.shelf:
            return view_line(watermark, forecasts)
        group = split_line_key(forecasts.line_group).group
        aimed = edits.aimed(group, self.shelf[forecasts.timetable].timetable)
        return view_line(watermark, self.edited(forecasts), aimed)

    def copied(
        self,
    ) -> tuple[dict[str, LineView], dict[str, str], Mapping[str, FeedStatus], dict[str, int], dict[str, Counter[str]]]:
        """Lines, vehicles, feeds, newest polls and the timetables values name, as they stand."""
        hashes = {name: Counter(counts) for name, counts in self._hashes.items()}
        return dict(self._lines), dict(self._vehicles), self.feeds, dict(self._told_until), hashes

    def told_until(self, timetable: str) -> int:
        """The newest poll (POSIX s) that any line of that timetable answers; 0 where none does."""
        return self._told_until.get(timetable, 0)

    def drop_line(self, key: str) -> None:
        """Forget a line group that has left the store: nothing has spoken of it for long."""
        known = self._lines.pop(key, None)
        self._written.pop(key, None)
        self._forget_vehicles(key, known)
        self.rendered.drop_lines((key,))

    def forget_all(self) -> None:
        """Forget all that feeds brought, as a new process has it; timetables stay."""
        for key in list(self._lines):
            self.drop_line(key)
        self._vehicles.clear()
        self.feeds = {}
        self._lags_s.clear()
        self._told_until.clear()
        self._today.clear()
        self.said.read = {}
        self.observers.clear()
        self.delayed.clear()
        self.reached.clear()

    def _forget_vehicles(self, key: str, known: LineView | None) -> None:
        if known is None:
            return
        forecasts = known.forecasts
        for run in forecasts.runs:
            vehicle = forecasts.name_vehicle(run)
            if self._vehicles.get(vehicle) == key:
                del self._vehicles[vehicle]
        self._count_hash(key, forecasts.timetable, -1)

    def _count_hash(self, key: str, timetable_hash: str, change: int) -> None:
        """Keep count of how many values name each timetable (hash)."""
        hashes = self._hashes.setdefault(split_line_key(key).timetable, Counter[str]())
        hashes[timetable_hash] += change
        if hashes[timetable_hash] <= 0:
            del hashes[timetable_hash]

    def let_go_timetables(self, now: float) -> list[str]:
        """Let timetables go (hashes) that nothing has named for long; ``now`` is of a clock that only goes forward."""
        return self.shelf.let_go([each for counts in self._hashes.values() for each in counts], now)

    def take_feeds(self, feeds: Mapping[str, FeedStatus], read_at: float) -> None:
        """Take the feeds' states in, as they were read at ``read_at`` (POSIX s)."""
        changed = {feed: status for feed, status in feeds.items() if self.feeds.get(feed) != status}
        if changed:
            self._lags_s |= lags_of(changed.values(), read_at)
        self.feeds = dict(feeds)

    def take_versions(self, versions: Mapping[str, TimetableVersions]) -> None:
        """Take the timetables' versions in; all answers rest on them."""
        if versions != self.shelf.versions:
            self.shelf.take_versions(versions)
            self.board.clear()
            self.rendered.drop_all()

    def today(self, compiled: CompiledView) -> int:
        """The calendar day (``date.toordinal()``) in the timetable's city; worked out once a minute."""
        now = self.now(compiled.name)
        minute = int(now) // _MINUTE_S
        known = self._today.get(compiled.name)
        if known is None or known[0] != minute:
            known = self._today[compiled.name] = (minute, local_day(compiled.timetable.timezone, now))
        return known[1]

    def find_line(self, timetable: str, group: str) -> LineView | None:
        """The value of a line group (its timetable's name, its id there), if one is known."""
        return self.lines.get(make_line_key(timetable, group))

    @property
    def station_scale(self) -> CrowdingScale:
        """What levels of crowding at stations are called here."""
        return CrowdingScale(self.crowding.station_cuts, self.crowding.colors)

    def capacity_of(self, compiled: CompiledView, line: int) -> Capacity:
        """What a usual vehicle of a line (row) holds, and what its levels of crowding are called here."""
        mode = feed_topic(int(compiled.timetable.line_route_type[line]))
        found = self._capacities.get(mode.name)
        if found is None:
            said = self.crowding
            if mode is FEED_BUS:
                found = Capacity(said.bus_capacity, CrowdingScale(said.bus_cuts, said.colors))
            else:
                found = Capacity(said.rail_capacity, CrowdingScale(said.rail_cuts, said.colors))
            self._capacities[mode.name] = found
        return found

    def has_line(self, compiled: CompiledView, row: int) -> bool:  # noqa: ARG002 - for who is told less
        """Whether a line (row) may be told of."""
        return True

    def tells_of_line(self, compiled: CompiledView, row: int, fields: str) -> bool:  # noqa: ARG002 - for who is told less
        """Whether a group of fields of a line (row) may be told."""
        return True

    def has_stop(self, compiled: CompiledView, row: int) -> bool:  # noqa: ARG002 - for who is told less
        """Whether a stop (row) may be told of."""
        return True

    def has_group(self, key: str) -> bool:  # noqa: ARG002 - for who is told less
        """Whether figures about all lines of a group (its key) together may be told."""
        return True

    def tells_passage(self, timetable: str, passage: Passage) -> bool:  # noqa: ARG002 - for who is told less
        """Whether a passage on a timetable's line may be told of."""
        return True

    def lines_within(self, compiled: CompiledView) -> frozenset[str] | None:  # noqa: ARG002 - for who is told less
        """The lines (GTFS ids) of a timetable that may be told of; ``None``: all."""
        return None

    def find_in_force(self, timetable: str) -> CompiledView | None:
        """The timetable of that name that speaks for today."""
        newest = self.shelf.find_newest(timetable)
        return None if newest is None else self.shelf.find_in_force(timetable, self.today(newest))

    def list_in_use(self, timetable: str) -> list[CompiledView]:
        """The timetables of that name that answers may rest on: today's first, then those that values name."""
        in_force = self.find_in_force(timetable)
        if in_force is None:
            return []
        hashes = self._hashes.get(timetable, Counter[str]())
        others = (self.shelf[named] for named in hashes if named in self.shelf)
        return [in_force, *(other for other in others if other is not in_force)]
