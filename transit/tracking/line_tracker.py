"""A line group's tracker: what it knows of its vehicles, moved on by one message at a time."""

from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from schemas.headers import OWN, FeedHeaders
from schemas.line_forecasts import LOAD_COLUMNS, NO_LOAD, TIME_COLUMNS, LineForecasts, Passage, RunForecast
from schemas.line_key import make_line_key
from schemas.rejects import Reject
from transit.agency.measured_accuracy import Measured
from transit.crowding.memory import RUN_AHEAD
from transit.crowding.roll_loads import crowd_runs
from transit.forecasting.forecast import forecast_runs, make_room
from transit.forecasting.pace_by_starts import line_by_direction
from transit.history.history import History
from transit.history.line_past import LinePast
from transit.timetable.compiled import Timetable
from transit.tracking.added_runs import list_added
from transit.tracking.agency_times import KEPT_S, AgencyTimes, new_agency_state
from transit.tracking.carry_notices import Base
from transit.tracking.conditions import ConditionsKeeper
from transit.tracking.follow import follow_reports
from transit.tracking.intake import Intake, ReportRow, Taken
from transit.tracking.line_feeds import find_now, forget_feeds, has_spoken, note_brought, note_poll
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables, build_line_tables
from transit.tracking.packed_rows import row_struct
from transit.tracking.pattern_places import Sighting
from transit.tracking.reading import Vehicle
from transit.tracking.rebase import RebaseCounts, rebase_state
from transit.tracking.run_changes import leave_run, settle_claims
from transit.tracking.run_keeper import RunKeeper
from transit.tracking.standing import STANDING, UNTOLD, judge_runs
from transit.tracking.state import NEVER, PASSED, REPORT, Rows
from transit.tracking.telling import Teller, tell
from transit.tracking.terminal import close_run
from transit.tracking.trip_updates import find_added, forget_notices, note_updates, withdraw_notices

FORGOTTEN_AFTER_S: Final = 3600
SWEEP_EVERY_S: Final = 300
FEED_RETURNED: Final = 6
_REPORT_ROW: Final = row_struct(REPORT)

_tables_of: "WeakKeyDictionary[Timetable, dict[str, LineTables]]" = WeakKeyDictionary()


class LineOutcome(NamedTuple):
    """What one message of a line group led to."""

    public: LineForecasts
    rejects: tuple[Reject, ...]


def get_line_tables(timetable: Timetable, group: str) -> LineTables:
    """A line group's tables, built once for each timetable.

    Raises:
        KeyError: the timetable has no such group.
    """
    tables = _tables_of.setdefault(timetable, {})
    if group not in tables:
        tables[group] = build_line_tables(timetable, group)
    return tables[group]


class LineTracker:
    """All vehicles of one line group under one timetable.

    The poll time in the headers is its only clock, so the same messages always lead to the same bytes.
    """

    def __init__(self, timetable: Timetable, group: str, history: History | None = None) -> None:
        """Begin with nothing known but what ``history`` tells of earlier days.

        Raises:
            KeyError: the timetable has no such group.
        """
        self._timetable = timetable
        self._group = group
        self._key = make_line_key(timetable.name, group)
        self._tables = get_line_tables(timetable, group)
        self._state = LineState(self._tables, timetable.hash)
        self._keeper = RunKeeper(timetable, self._tables)
        self._intake = Intake(self._tables, self._keeper, self._key)
        self._teller = Teller(timetable, self._tables)
        self._history = history
        self._past = LinePast(history, timetable, self._tables)
        self._conditions = ConditionsKeeper(timetable, self._tables)
        tables = self._tables
        self._arrays = (tables.segments, tables.calls, tables.patterns, tables.trips, tables.timings)
        self._agency: AgencyTimes | None = None
        self._passed = np.zeros(0, PASSED)
        self._untold = np.zeros(UNTOLD, np.int64)
        self._size_scratch(8)

    def apply(self, content: bytes, headers: FeedHeaders) -> LineOutcome:
        """Take one message (a GTFS-realtime FeedMessage) and say where the line stands."""
        state, now = self._state, find_now(self._state.feeds, headers)
        feed_returned = self._note_poll(headers, now)
        if now != headers.poll_time_s:
            headers = headers._replace(poll_time_s=now)
        taken = self._intake.take(state, content, headers)
        if taken.rows or taken.updates:
            note_brought(state.feeds, headers.feed)
        if taken.updates:
            updates = (*taken.others, *taken.updates.values())
            strange = note_updates(state.notices, updates, self._timetable, self._tables, (now, headers.feed))
            taken.rejects.extend(self._intake.refuse_added(headers, trip_id) for trip_id in strange)
        if not headers.partial and (has_spoken(state.feeds, headers.feed, taken.said_at) or taken.updates):
            withdraw_notices(state.notices, headers.feed, now)
        if state.count > len(self._standing) // 2:
            self._size_scratch(state.count)
        passages = self._follow(taken, headers)
        standing_count = judge_runs(
            (state.vehicles, state.hops),
            state.count,
            self._arrays,
            (now, self._list_down()),
            (self._standing, self._untold),
        )
        past = self._past.at(now)
        rows = forecast_runs(
            self._standing,
            standing_count,
            (
                self._arrays_by_direction(now),
                (state.memories[: state.count], state.places, state.spots, state.errors),
                (past.hops, past.lags, past.places),
            ),
            self._arrays,
            (now, self._times, len(passages) > 0),
            self._room,
        )
        crowd_runs(
            self._standing,
            standing_count,
            (state.vehicles, state.riders, state.hop_loads, state.line_load),
            (self._tables.calls, self._tables.patterns, past.demand),
            (now, self._times[:rows], self._loads[:rows]),
            (self._order, self._passed_at),
        )
        standing = self._standing[:standing_count]
        if feed_returned:
            self._revise_feed(standing, headers.feed)
        runs = self._teller.list_runs(state, standing)
        times = self._times[:rows].tobytes()
        if state.notices:
            runs, times = self._tell_added(runs, times, now)
        if headers.predictions != OWN or state.agency is not None:
            runs, times = self._tell_agency((runs, times), passages, taken, headers)
        conditions = self._conditions.describe(state, runs, self._untold, now)
        names = (self._key, self._timetable.hash, now, headers.feed)
        loads = self._loads[:rows].tobytes().ljust(len(times) // (2 * TIME_COLUMNS) * LOAD_COLUMNS, bytes((NO_LOAD,)))
        public = tell(state, (runs, passages, times, loads), conditions, names)
        return LineOutcome(public, tuple(taken.rejects))

    def _revise_feed(self, standing: Rows, feed: str) -> None:
        """Say of every run of a feed that its times changed because the feed is back."""
        rows_of_feed = set(self._state.row_of[feed].values())
        standing["revision"][[row in rows_of_feed for row in standing["vehicle"].tolist()]] = FEED_RETURNED

    def _tell_added(
        self, runs: tuple[RunForecast, ...], times: bytes, now: int
    ) -> tuple[tuple[RunForecast, ...], bytes]:
        """The runs and times with those of added runs that no vehicle is on."""
        named = {run.trip_id for run in runs}
        added = list(list_added(find_added(self._state.notices, named), self._timetable, self._tables, now))
        return (*runs, *(run for run, _ in added)), b"".join((times, *(rows for _, rows in added)))

    def _tell_agency(
        self,
        told: tuple[tuple[RunForecast, ...], bytes],
        passages: tuple[Passage, ...],
        taken: Taken,
        headers: FeedHeaders,
    ) -> tuple[tuple[RunForecast, ...], bytes]:
        """The runs and times with those of the agency mixed in.

        A line may have several feeds: a message of one that is set to ``own`` adds nothing to what another's said.
        """
        if self._agency is None:
            self._agency = AgencyTimes(self._timetable, self._tables)
        state = self._state.agency = self._state.agency or new_agency_state()
        now, changed = headers.poll_time_s, frozenset[str]()
        if headers.predictions != OWN:
            state.heard_at, state.predictions = now, headers.predictions
            changed = self._agency.note(state, (*taken.others, *taken.updates.values()), now)
        elif now - state.heard_at > KEPT_S:
            self._state.agency = None
            return told
        else:
            self._agency.forget(state, now)
        self._agency.learn(state, passages)
        return self._agency.tell(state, told, (now, state.predictions, changed))

    def _note_poll(self, headers: FeedHeaders, now: int) -> bool:
        """Note the poll itself; true where the feed has just come back."""
        state = self._state
        self._conditions.turn_day(state, now)
        if now // SWEEP_EVERY_S != state.last_poll_s // SWEEP_EVERY_S:
            self._forget_silent(now)
        state.last_poll_s = now
        state.vehicles["revision"][: state.count] = 0
        return note_poll(state.feeds, headers, now)

    def _list_down(self) -> "np.ndarray":
        """Since when the feed of each vehicle is down, by the vehicle's row."""
        down = {feed: heard.down_since for feed, heard in self._state.feeds.items() if heard.down_since != NEVER}
        if not down:
            return self._none_down
        since = [down.get(text.feed, NEVER) for text in self._state.texts]
        return np.array(since, np.int64)

    def _forget_silent(self, now: int) -> None:
        state = self._state
        gone = np.flatnonzero(now - state.vehicles["fix_time"][: state.count] > FORGOTTEN_AFTER_S).tolist()
        for row in gone:
            leave_run(state, row)
        forget_notices(state.notices, now)
        forget_feeds(state.feeds, now)
        if gone:
            state.drop_vehicles(set(gone))

    def _follow(self, taken: Taken, headers: FeedHeaders) -> tuple[Passage, ...]:
        """Bring vehicles to where they are, and on to their next run if they are done with the first."""
        state, now = self._state, headers.poll_time_s
        settle_claims(state, now)
        passages = self._share_out(taken, headers) if self._keeper.has_unnamed(state) else ()
        passages += self._run_reports(taken.rows)
        over = self._keeper.list_over(state, now)
        if not over:
            return passages
        for row in over:
            passed = close_run(state, row, self._timetable, self._tables)
            passages += self._teller.list_passages(state, passed)
            self._keeper.take_up_pending(state, row, self._sight(row, now))
        settle_claims(state, now)
        again = [self._place_anew(row, taken.reports[row[0]]) for row in taken.rows if row[0] in over]
        return passages + self._run_reports(again)

    def _share_out(self, taken: Taken, headers: FeedHeaders) -> tuple[Passage, ...]:
        """Put vehicles that name no trip on their runs; the passages of last stops that some stand just short of."""
        state, now = self._state, headers.poll_time_s
        passages: tuple[Passage, ...] = ()
        for row in self._keeper.list_ended(state):
            passages += self._teller.list_passages(state, close_run(state, row, self._timetable, self._tables))
            state.vehicles["finished"][row] = 1
        sightings = {row[0]: Sighting(row[10], row[11], row[12], row[2], now) for row in taken.rows}
        changed = self._keeper.share_out(state, sightings, now)
        if changed:
            taken.rows = [
                self._place_anew(row, taken.reports[row[0]]) if row[0] in changed else row for row in taken.rows
            ]
        for row in self._keeper.list_unplaced(state, taken.reports, now):
            refused = self._intake.refuse_unplaced(headers, state.texts[row].vehicle_id, taken.reports[row])
            taken.rejects.append(refused)
        return passages

    def _run_reports(self, rows: list[ReportRow]) -> tuple[Passage, ...]:
        if not rows:
            return ()
        reports = np.frombuffer(bytearray().join([_REPORT_ROW.pack(*row) for row in rows]), REPORT)
        room = 2 * (self._tables.call_count_max + 1) * len(rows)
        if len(self._passed) < room:
            self._passed = np.zeros(room, PASSED)
        count = follow_reports(reports, len(rows), self._state_arrays(), self._arrays, self._passed)
        return self._teller.list_passages(self._state, self._passed[:count])

    def _place_anew(self, row: ReportRow, report: Vehicle) -> ReportRow:
        """The same report for a vehicle that is on another run now: its stop is another call there."""
        position = self._keeper.find_position(self._state, row[0], report) if row[2] >= 0 else row[1]
        return (row[0], position, *row[2:])

    def _sight(self, row: int, now: int) -> Sighting:
        vehicle = self._state.vehicles[row]
        has_position = bool(np.isfinite(vehicle["latitude"]))
        return Sighting(float(vehicle["x_m"]), float(vehicle["y_m"]), has_position, int(vehicle["stop_row"]), now)

    def _state_arrays(self) -> tuple[Rows, Rows, Rows, Rows, Rows, Rows]:
        state = self._state
        return state.vehicles, state.beams, state.hops, state.passings, state.line, state.lags

    def _arrays_by_direction(self, now: int) -> tuple[Rows, Rows, Rows, Rows, Rows, Rows]:
        """The same with a railway's pace in each direction."""
        state = self._state
        lines = line_by_direction(state, self._tables, now)
        return state.vehicles, state.beams, state.hops, state.passings, lines, state.lags

    def _size_scratch(self, vehicles: int) -> None:
        """Make room for what the kernels write: they check no bounds."""
        rows = 4 * vehicles
        self._none_down = np.full(rows, NEVER, np.int64)
        self._standing = np.zeros(rows, STANDING)
        calls = rows * max(1, self._tables.call_count_max)
        self._times = np.zeros((calls, TIME_COLUMNS), np.int16)
        self._loads = np.zeros((calls, LOAD_COLUMNS), np.uint8)
        self._order = np.zeros(rows, RUN_AHEAD)
        self._passed_at = np.zeros(max(1, len(self._tables.hop_rows)))
        self._room = make_room(rows, max(1, self._tables.call_count_max))

    def places(self) -> Rows:
        """Times learned for each place of the line where trains are reported (transit.forecasting.memory.PLACE)."""
        return self._state.places

    def find_poll(self, feed: str, epoch: int) -> int | None:
        """The newest poll (POSIX s) of a feed that the line has heard of under an epoch of the topics."""
        heard = self._state.feeds.get(feed)
        return None if heard is None or heard.epoch != epoch else heard.polled_at

    def dump(self) -> bytes:
        """The complete state, for the private part of the line's value."""
        return self._state.dump()

    @classmethod
    def restore(
        cls, timetable: Timetable, group: str, packed: bytes, history: History | None = None, *, feed: str = ""
    ) -> "LineTracker":
        """The tracker that ``dump`` packed; histories are no part of what it packs.

        ``feed`` is whose its vehicles are where it was packed before feeds were told apart.

        Raises:
            KeyError: the timetable has no such group.
            StateError: the bytes are no state of this layout under this timetable.
        """
        tracker = cls(timetable, group, history)
        tracker._state = LineState.restore(tracker._tables, timetable.hash, packed, feed)
        tracker._size_scratch(max(8, tracker._state.count))
        return tracker

    def rebased(self, timetable: Timetable) -> "tuple[LineTracker, RebaseCounts]":
        """The same line under another timetable: what can be named there is carried, the rest is dropped and counted.

        Raises:
            KeyError: the other timetable has no such group.
        """
        tracker = LineTracker(timetable, self._group, self._history)
        if self._state.agency is not None:
            measured = Measured(self._state.agency.measured.horizons, {})
            tracker._state.agency = msgspec.structs.replace(self._state.agency, said={}, measured=measured)
        counts = rebase_state(
            self._state, Base(self._timetable, self._tables), tracker._state, Base(timetable, tracker._tables)
        )
        tracker._size_scratch(max(8, tracker._state.count))
        return tracker, counts
