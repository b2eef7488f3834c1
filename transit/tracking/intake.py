"""A line's message taken in: its reports judged, put on their run, and laid out for the kernels."""

from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.message import DecodeError
from msgspec.structs import replace

from schemas.headers import FeedHeaders
from schemas.rejects import Reject, RejectReason
from transit.timetable.plane import HALF_TURN_DEG, short_way_deg
from transit.tracking.giving_way import ROWS_MAX, make_room
from transit.tracking.line_state import Last, LineState
from transit.tracking.line_tables import METRES_PER_DEGREE, LineTables
from transit.tracking.pattern_places import Sighting
from transit.tracking.reading import (
    UNKNOWN,
    Vehicle,
    as_text,
    is_announcement,
    parse_message,
    read_movement,
    read_occupancy,
    read_sequence,
    read_status,
    read_vehicle_id,
)
from transit.tracking.renamed_trains import RenamedTrains
from transit.tracking.run_keeper import RunKeeper
from transit.tracking.state import NEVER, NONE
from transit.tracking.trip_updates import gather_update
from transit.tracking.validate import (
    ANNOUNCED_S,
    AREA_M,
    FUTURE_TOLERANCE_S,
    STALE_S,
    VEHICLES_MAX,
    Refusal,
    find_occupancy_refusal,
    find_place_refusal,
    find_time_refusal,
)

CONTENT_MAX: Final = 64 * 1024
ReportRow = tuple[int, int, int, int, int, int, float, float, float, float, float, float, bool, bool, int, int, int]
"""One row of transit.tracking.state.REPORT."""


@dataclass(slots=True)
class Taken:
    """What one message brought: rows for the kernels, the reports behind them by vehicle row, refusals, its own time.

    ``updates`` are its trip updates by trip id, ``others`` those before them of the same trip (``gather_update``).
    """

    rows: list[ReportRow] = field(default_factory=list)
    updates: dict[str, Any] = field(default_factory=dict)
    others: list[Any] = field(default_factory=list)
    reports: dict[int, Vehicle] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    said_at: int = 0


class Intake:
    """Takes messages in for one line group."""

    def __init__(self, tables: LineTables, keeper: RunKeeper, line_key: str) -> None:
        self._tables = tables
        self._keeper = keeper
        self._line_key = line_key
        self._origin = tables.origin
        self._metres_per_longitude = tables.metres_per_longitude
        self._by_status = tables.by_status
        self._renamed = RenamedTrains(keeper.timetable, tables, keeper)

    def take(self, state: LineState, content: bytes, headers: FeedHeaders) -> Taken:
        """Judge every report of a message and put its vehicle on its run."""
        taken = Taken()
        try:
            message = parse_message(content)
        except DecodeError as broken:
            refusal = Refusal(RejectReason.UNDECODABLE, f"not a FeedMessage: {broken}"[:200])
            taken.rejects.append(self._reject(refusal, headers, None, content))
            return taken
        header_time = taken.said_at = message.header.timestamp
        newest = self._newest(message, headers, taken)
        if self._by_status:
            reports = {vehicle_id: vehicle for vehicle_id, (_, vehicle) in newest.items()}
            self._renamed.carry_over(state, reports, taken.updates, headers)
        make_room(state, headers.feed, newest, headers.poll_time_s)
        for vehicle_id, (entity, vehicle) in newest.items():
            refused = self._take_report(state, (vehicle_id, entity, vehicle, header_time), headers, taken)
            if refused is not None:
                taken.rejects.append(self._reject(refused, headers, vehicle_id, entity.SerializePartialToString()))
        return taken

    def _newest(self, message: Any, headers: FeedHeaders, taken: Taken) -> "dict[str, tuple[Any, Vehicle]]":
        """Each vehicle's newest report and the entity it stands in by its id, in the order the message has them.

        A report is held from here on: the bindings make it anew each time that it is asked of its entity.
        """
        kept: dict[str, tuple[Any, Vehicle]] = {}
        for told in message.entity:
            if not told.HasField("vehicle"):
                if told.HasField("trip_update"):
                    gather_update(
                        taken.updates, taken.others, told.trip_update, self._keeper.timetable, headers.poll_time_s
                    )
                continue
            entity, vehicle = told, told.vehicle
            vehicle_id = read_vehicle_id(vehicle)
            if not vehicle_id:
                refusal = Refusal(RejectReason.NO_VEHICLE_ID, "neither a vehicle nor a trip is named")
            elif vehicle_id in kept:
                refusal = Refusal(RejectReason.DUPLICATE_ENTITY, "the message has a newer report of this vehicle")
                if vehicle.timestamp > kept[vehicle_id][1].timestamp:
                    (entity, _), kept[vehicle_id] = kept[vehicle_id], (entity, vehicle)
            elif len(kept) >= VEHICLES_MAX:
                refusal = Refusal(RejectReason.TOO_MANY_VEHICLES, f"more than {VEHICLES_MAX} vehicles on one line")
            else:
                kept[vehicle_id] = (entity, vehicle)
                continue
            taken.rejects.append(
                self._reject(refusal, headers, vehicle_id or as_text(entity.id), entity.SerializePartialToString())
            )
        return kept

    def refuse_unplaced(self, headers: FeedHeaders, vehicle_id: str, report: Vehicle) -> Reject:
        """The refusal of a report that names no trip and fits none."""
        refusal = Refusal(RejectReason.UNKNOWN_TRIP, "it names no trip and fits none of the line")
        return self._reject(refusal, headers, vehicle_id, report.SerializePartialToString())

    def refuse_added(self, headers: FeedHeaders, trip_id: str) -> Reject:
        """The refusal of an added trip that cannot be told."""
        detail = "it is added, and its stops follow no pattern of the line"
        return self._reject(Refusal(RejectReason.UNKNOWN_TRIP, detail), headers, trip_id, trip_id.encode())

    def _reject(self, refusal: Refusal, headers: FeedHeaders, vehicle_id: str | None, content: bytes) -> Reject:
        at = headers.poll_time_s
        return Reject(
            id=f"{headers.feed}:{self._line_key}:{vehicle_id or ''}:{at}:{refusal.reason}",
            reason=refusal.reason,
            feed=headers.feed,
            line_group=self._line_key,
            vehicle_id=vehicle_id,
            at=at,
            detail=refusal.detail,
            content=content[:CONTENT_MAX],
        )

    def _take_report(
        self, state: LineState, told: "tuple[str, Any, Vehicle, int]", headers: FeedHeaders, taken: Taken
    ) -> Refusal | None:
        """Lay one report out for the kernels, or say why it cannot be.

        ``told`` is vehicle id, entity, its report, message time.
        """
        vehicle_id, entity, vehicle, header_time = told
        now = headers.poll_time_s
        time_s = vehicle.timestamp or header_time
        ready_time = NEVER
        if not now - STALE_S <= time_s <= now + FUTURE_TOLERANCE_S:
            if not self._by_status or time_s < now or time_s > now + ANNOUNCED_S or not is_announcement(vehicle):
                return find_time_refusal(time_s, now)
            # the time is that of its departure to come; the announcement itself is true now
            ready_time, time_s = time_s, now
        row = state.row_of[headers.feed].get(vehicle_id, NONE)
        place = vehicle.position if vehicle.HasField("position") else None
        if place is None and not vehicle.stop_id and read_sequence(vehicle) < 0:
            return self._take_occupancy(state, row, vehicle, time_s)
        sighting = self._sight(vehicle, place, now)
        if isinstance(sighting, Refusal):
            return sighting
        if row == NONE:
            if state.count >= ROWS_MAX:
                return Refusal(RejectReason.TOO_MANY_VEHICLES, f"more than {ROWS_MAX} vehicles on one line in a minute")
            row = state.add_vehicle(headers.feed, vehicle_id)
            state.vehicles["first_seen"][row] = now
        of = (row, entity, vehicle, place)
        return self._lay_out(state, of, (min(time_s, now), ready_time), (sighting, headers), taken)

    def _sight(self, vehicle: Vehicle, position: Any, now: int) -> Sighting | Refusal:
        """Where the report says the vehicle is; ``position`` is its own, ``None`` if it has none."""
        stop = self._keeper.find_stop(vehicle.stop_id) if self._by_status else NONE
        if position is None:
            x_m, y_m = self._keeper.find_place(stop) if stop >= 0 else (0.0, 0.0)
            return Sighting(x_m, y_m, False, stop, now)
        latitude, longitude = position.latitude, position.longitude
        if (latitude == 0.0 or longitude == 0.0) and not position.IsInitialized():
            return Refusal(RejectReason.BAD_POSITION, "a latitude without a longitude, or the other way round")
        east_deg = longitude - self._origin[1]
        if abs(east_deg) > HALF_TURN_DEG:
            east_deg = short_way_deg(east_deg)
        x_m = east_deg * self._metres_per_longitude
        y_m = (latitude - self._origin[0]) * METRES_PER_DEGREE
        if -AREA_M <= x_m <= AREA_M and -AREA_M <= y_m <= AREA_M:
            if abs(latitude) + abs(longitude) > 1.0:
                return Sighting(x_m, y_m, True, stop, now)
            return find_place_refusal(latitude, longitude) or Sighting(x_m, y_m, True, stop, now)
        return find_place_refusal(latitude, longitude) or self._refuse_area(latitude, longitude)

    def _refuse_area(self, latitude: float, longitude: float) -> Refusal:
        swapped_x_m, swapped_y_m = self._tables.place(longitude, latitude)
        if abs(swapped_x_m) <= AREA_M and abs(swapped_y_m) <= AREA_M:
            return Refusal(RejectReason.BAD_POSITION, f"{latitude:.5f}, {longitude:.5f}: swapped, it would fit")
        return Refusal(RejectReason.OUT_OF_AREA, f"{latitude:.5f}, {longitude:.5f} is far from the line")

    def _lay_out(
        self,
        state: LineState,
        of: "tuple[int, Any, Vehicle, Any]",
        times: tuple[int, int],
        around: tuple[Sighting, FeedHeaders],
        taken: Taken,
    ) -> Refusal | None:
        """Lay out a report ``of`` a row, an entity, itself, its place; ``times`` are its own and that of departure."""
        row, entity, vehicle, place = of
        time_s, ready_time = times
        sighting, headers = around
        now, last = headers.poll_time_s, state.last[row]
        if time_s < last.report_time:
            return Refusal(RejectReason.OUT_OF_ORDER, f"a report {last.report_time - time_s} s newer was used before")
        status, occupancy = read_status(vehicle), read_occupancy(vehicle)
        level, percentage = occupancy
        refusal = find_occupancy_refusal(level, percentage) if level >= 0 or percentage >= 0 else None
        if refusal is not None:
            return refusal
        if place is None:
            latitude = longitude = 0.0
            movement = (UNKNOWN, UNKNOWN)
        else:
            latitude, longitude = place.latitude, place.longitude
            movement = read_movement(place)
        position = self._keeper.find_position(state, row, vehicle) if self._by_status else NONE
        fix_time = max(time_s, last.fix_time + 1) if last.fix_time else time_s
        if time_s == last.report_time:
            kept = (-1, last.occupancy_status), (-1, last.occupancy_percentage)
            same = (last.latitude, last.longitude, last.stop_status) == (latitude, longitude, status)
            same = same and last.stop_hint == position
            same = same and level in kept[0] and percentage in kept[1]
            if same and not self._keeper.has_new_words(state, row, vehicle):
                return None
            # the feed changed its mind under an old time: true since we saw it
            fix_time = max(fix_time, now)
        if fix_time > now:
            return None
        if ready_time:
            time_s = NEVER
        refusal = self._keeper.note_words(state, row, (entity, vehicle), sighting, (headers, taken.updates))
        if self._by_status:
            position = self._keeper.find_position(state, row, vehicle)
        level = level if level >= 0 else last.occupancy_status
        percentage = percentage if percentage >= 0 else last.occupancy_percentage
        state.last[row] = Last(time_s, fix_time, latitude, longitude, status, position, level, percentage)
        taken.reports[row] = vehicle
        is_due = ready_time != NEVER or (bool(headers.due) and entity.id in headers.due)
        bearing_deg, speed_mps = movement
        taken.rows.append(
            (row, position, sighting.stop, fix_time, time_s, ready_time, latitude, longitude, bearing_deg, speed_mps,
             sighting.x_m, sighting.y_m, sighting.has_position, is_due, status, *occupancy)
        )  # fmt: skip
        return refusal

    def _take_occupancy(self, state: LineState, row: int, report: Vehicle, time_s: int) -> Refusal | None:
        """Take a report that says only how full a vehicle is: counts often come later than places."""
        status, percentage = read_occupancy(report)
        if row == NONE or max(status, percentage) < 0:
            return Refusal(RejectReason.NO_POSITION, "neither a place nor a stop is named")
        refusal = find_occupancy_refusal(status, percentage)
        vehicle = state.vehicles[row]
        if refusal is None and time_s >= vehicle["occupancy_time"]:
            if status >= 0:
                vehicle["occupancy_status"] = status
            if percentage >= 0:
                vehicle["occupancy_percentage"] = percentage
            vehicle["occupancy_time"] = time_s
            status, percentage = int(vehicle["occupancy_status"]), int(vehicle["occupancy_percentage"])
            state.last[row] = replace(state.last[row], occupancy_status=status, occupancy_percentage=percentage)
        return refusal
