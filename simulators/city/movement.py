"""A service day as it is driven: when every vehicle really arrives and leaves, and with how many aboard.

Vehicles are rows of arrays. Time moves in short windows; those that reach a stop within a window are served in the
order of their arrival, so that a vehicle finds what the one before it left behind. Nothing here scripts bunching or
delay: traffic, passengers and drivers make them. A day is driven no further than it is asked about.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_normal, draw_uniform
from simulators.city.closed_streets import ClosedStreets, close_streets
from simulators.city.conditions import USUAL, Conditions
from simulators.city.demand import (
    BUS_SEATS_AND_ROOM,
    CARRIAGE_ROOM,
    HOURS,
    TRAIN_CARRIAGES,
    count_by_hour,
    is_train,
    load_by_hour,
    number_queues,
    planned_headways_s,
    popularity_of,
    profile_calls,
    tide_by_hour,
)
from simulators.city.driving import (
    ORIGIN_S,
    Calls,
    Depots,
    Fleet,
    Made,
    Plan,
    Queues,
    Setting,
    drive_until,
)
from simulators.city.duties import Duties, lay_out_duties
from simulators.city.traffic import TrafficDay
from transit.timetable.compiled import Floats, Timetable

_EARLY_REST_S = 420.0
"""Before its first trip a vehicle stands at the first stop for about this long."""
_PULL_OUT_LATE_S = 800.0
_SIGNAL_BEHIND_RATIO = 0.25
"""Part of the stops that stand right before a signal."""
_LONG_AGO = -1e12
_ROOM = np.array([BUS_SEATS_AND_ROOM, TRAIN_CARRIAGES * CARRIAGE_ROOM], np.float64)
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class DrivenDay:
    """What happened on a service day, a row for each of its duties' calls; the exact truth.

    ``made`` holds it in few bytes, with 0 for the arrival of a call that was not driven yet. The columns as numbers
    of their own kind are made anew each time they are asked for: ``load`` is people aboard when the doors close,
    ``left_behind`` those for whom there was no room, ``signal_s`` how long the vehicle stands at signals between this
    call and the next; times are POSIX seconds.
    """

    duties: Duties
    made: Made
    fleet: Fleet
    is_train: Flags
    """Of each run."""
    closed: ClosedStreets

    @property
    def origin(self) -> float:
        """The POSIX second from which the times of ``made`` count."""
        return self.duties.starts_at + ORIGIN_S

    def arrival_of(self, rows: Rows) -> Floats:
        """When each of ``rows`` was reached, POSIX seconds."""
        return np.asarray(self.origin + self.made.arrival[rows].astype(np.float64))

    def departure_of(self, rows: Rows) -> Floats:
        """When each of ``rows`` was left, POSIX seconds."""
        return np.asarray(self.origin + self.made.departure[rows].astype(np.float64))

    def stood_at(self, rows: Rows) -> Flags:
        """Which of ``rows`` their vehicle stood at: a bus that nobody wants drives on."""
        return np.asarray(self.made.departure[rows] > self.made.arrival[rows])

    def room_of(self, rows: Rows) -> Floats:
        """For how many each row's vehicle has room."""
        return np.asarray(_ROOM[self.is_train[self.duties.run_of(rows)].astype(np.int64)])

    @property
    def is_made(self) -> Flags:
        """Which calls were made: driven by now, and not gone around."""
        return np.asarray((self.made.arrival > 0) & (self.made.left_out == 0))

    @property
    def arrival(self) -> Floats:
        """POSIX seconds."""
        return np.asarray(self.origin + self.made.arrival.astype(np.float64))

    @property
    def departure(self) -> Floats:
        """POSIX seconds."""
        return np.asarray(self.origin + self.made.departure.astype(np.float64))

    @property
    def load(self) -> Floats:
        """People aboard when the doors close."""
        return self.made.load.astype(np.float64)

    @property
    def boarded(self) -> Floats:
        """People who got on."""
        return self.made.boarded.astype(np.float64)

    @property
    def alighted(self) -> Floats:
        """People who got off."""
        return self.made.alighted.astype(np.float64)

    @property
    def left_behind(self) -> Floats:
        """People for whom there was no room."""
        return self.made.left_behind.astype(np.float64)

    @property
    def room(self) -> Floats:
        """For how many there is room."""
        return self.room_of(np.arange(len(self.duties)))


@dataclass(slots=True)
class Drive:
    """A service day under way; ``day`` fills up as ``until`` is asked for later moments."""

    day: DrivenDay
    plan: Plan
    calls: Calls
    queues: Queues
    said: Setting
    depots: Depots
    like: Conditions

    def until(self, at: float) -> None:
        """Drive on until all is known of the POSIX second ``at``: also when those on their way then arrive."""
        since = at - self.day.duties.starts_at
        day = self.day
        drive_until(since, self.depots, self.plan, self.calls, day.fleet, self.queues, self.said, day.made)


def begin_day(timetable: Timetable, day: int, seed: int, like: Conditions = USUAL) -> Drive:
    """Lay out a service day (``date.toordinal()``) of which nothing is driven yet."""
    duties = lay_out_duties(timetable, day, seed, like)
    queue, queues = number_queues(timetable)
    calls = _calls(timetable, queue, seed)
    plan = _plan(timetable, duties, seed, like)
    headway_s = planned_headways_s(count_by_hour(plan, calls, queues, HOURS))
    rows = len(duties)
    made = Made(
        arrival=np.zeros(rows, np.float32),
        departure=np.zeros(rows, np.float32),
        signal_s=np.zeros(rows, np.uint8),
        load=np.zeros(rows, np.uint16),
        boarded=np.zeros(rows, np.uint16),
        alighted=np.zeros(rows, np.uint16),
        left_behind=np.zeros(rows, np.uint16),
        left_out=np.zeros(rows, np.uint8),
    )
    fleet = _fleet(duties, plan, calls, seed, like)
    closed = close_streets(_day_seed(seed, duties), like, timetable)
    return Drive(
        day=DrivenDay(duties=duties, made=made, fleet=fleet, is_train=plan.is_train, closed=closed),
        plan=plan,
        calls=calls,
        queues=Queues(np.zeros(queues), np.full(queues, _LONG_AGO), headway_s),
        said=_setting(timetable, duties, plan, calls, seed, like, closed),
        depots=_depots(timetable, duties, fleet),
        like=like,
    )


def _calls(timetable: Timetable, queue: Rows, seed: int) -> Calls:
    boarding, alighting = profile_calls(timetable, seed)
    return Calls(
        stop=np.array(timetable.call_stop),
        progress_m=np.array(timetable.call_progress_m),
        queue=queue,
        boarding=boarding,
        alighting=alighting,
        timepoint=np.array(timetable.call_timepoint),
        arrival_s=np.array(timetable.timing_arrival_s),
        departure_s=np.array(timetable.timing_departure_s),
    )


def _plan(timetable: Timetable, duties: Duties, seed: int, like: Conditions) -> Plan:
    pattern = timetable.trip_pattern[duties.runs.trip]
    line, direction = timetable.pattern_line[pattern].astype(np.int64), timetable.pattern_direction[pattern]
    trains = is_train(timetable, duties.first_call)
    return Plan(
        call=duties.first_call,
        timing=duties.first_timing,
        calls=np.diff(duties.row_offset),
        start_s=duties.runs.start_s.astype(np.float64),
        row=duties.row_offset[:-1],
        on_siding=duties.first_served > 0,
        is_train=trains,
        wanted=popularity_of(seed, line) * _ROOM[trains.astype(np.int64)] * like.demand,
        toward=np.where(direction == 0, 1.0, -1.0),
    )


def _fleet(duties: Duties, plan: Plan, calls: Calls, seed: int, like: Conditions) -> Fleet:
    """Every vehicle before its first run: some leave the depot late."""
    each = np.arange(len(duties.offset) - 1)
    late = _pull_out_late_s(_day_seed(seed, duties), each, like)
    first = np.minimum(duties.run_offset[:-1], max(len(plan.call) - 1, 0))
    out = duties.run_offset[:-1] < duties.run_offset[1:]
    leaves = plan.start_s[first] + calls.departure_s[plan.timing[first]] if len(plan.call) else np.zeros(len(each))
    return Fleet(
        run=first.astype(np.int64),
        last_run=duties.run_offset[1:].astype(np.int64),
        position=np.zeros(len(each), np.int64),
        row=duties.offset[:-1].copy(),
        next_at=np.where(out, leaves - _EARLY_REST_S + late, np.inf),
        aboard=np.zeros(len(each)),
        style=1 + 0.03 * draw_normal(seed, each, 21),
        first_row=duties.offset[:-1].copy(),
    )


def _pull_out_late_s(day_seed: int, vehicles: Rows, like: Conditions) -> Floats:
    wrong = draw_uniform(day_seed, vehicles, 22) < like.late_pull_out_ratio
    return np.asarray(np.where(wrong, _PULL_OUT_LATE_S * draw_uniform(day_seed, vehicles, 23), 0.0))


def late_pull_out_s(drive: Drive) -> Floats:
    """How late each vehicle of the day leaves the depot, seconds."""
    return _pull_out_late_s(drive.said.seed, np.arange(len(drive.day.duties.offset) - 1), drive.like)


def _depots(timetable: Timetable, duties: Duties, fleet: Fleet) -> Depots:
    """Vehicles that share lines, directly or over others', are one depot's."""
    line = timetable.pattern_line[timetable.trip_pattern[duties.runs.trip]].astype(np.int64)
    duty = duties.runs.duty.astype(np.int64)
    depot_of_line = np.arange(len(timetable.line_id))
    while True:
        depot = np.full(len(fleet.row), len(depot_of_line))
        np.minimum.at(depot, duty, depot_of_line[line])
        joined = depot_of_line.copy()
        np.minimum.at(joined, line, depot[duty])
        if (joined == depot_of_line).all():
            break
        depot_of_line = joined
    vehicle = np.lexsort((np.arange(len(depot)), depot))
    begins = np.flatnonzero(np.diff(depot[vehicle], prepend=-1))
    offset = np.append(begins, len(vehicle)).astype(np.int64)
    return Depots(vehicle, offset, np.full(len(begins), -np.inf))


def _setting(
    timetable: Timetable,
    duties: Duties,
    plan: Plan,
    calls: Calls,
    seed: int,
    like: Conditions,
    closed: ClosedStreets,
) -> Setting:
    ends_s = plan.start_s + calls.arrival_s[plan.timing + plan.calls - 1]
    first_s = float(plan.start_s.min()) if len(plan.start_s) else 0.0
    traffic = TrafficDay(
        seed,
        timetable.stop_latitude,
        timetable.stop_longitude,
        starts_at=duties.starts_at + first_s,
        ends_at=duties.starts_at + float(ends_s.max(initial=-np.inf)),
        like=like,
    )
    return Setting(
        seed=_day_seed(seed, duties),
        stall_ratio=float(like.stall_ratio),
        stall_s=float(like.stall_s),
        hold_ratio=float(like.hold_ratio),
        load_by_hour=load_by_hour(),
        tide_by_hour=tide_by_hour(),
        traffic=traffic.slowness,
        traffic_from_s=traffic.starts_at - duties.starts_at,
        room=_ROOM,
        signal_behind=draw_uniform(seed, np.arange(len(timetable.stop_id)), 24) < _SIGNAL_BEHIND_RATIO,
        closed_from_s=closed.from_s,
        closed_until_s=closed.until_s,
    )


def _day_seed(seed: int, duties: Duties) -> int:
    return seed + duties.day * 7919
