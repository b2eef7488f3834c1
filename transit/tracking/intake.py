"""A line's message taken in: its reports judged, put on their run, and laid out for the kernels."""

from dataclasses import dataclass, field
from typing import Any, Final

from schemas.headers import FeedHeaders
from schemas.rejects import Reject, RejectReason
from transit.tracking.line_state import Last, LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.reading import DecodeError, Report, parse_message, read_report
from transit.tracking.run_finder import Sighting
from transit.tracking.run_keeper import RunKeeper
from transit.tracking.state import NONE
from transit.tracking.validate import (
    AREA_M,
    VEHICLES_MAX,
    Refusal,
    find_id_refusal,
    find_occupancy_refusal,
    find_place_refusal,
    find_time_refusal,
)

CONTENT_MAX: Final = 64 * 1024
ROWS_MAX: Final = 2 * VEHICLES_MAX

ReportRow = tuple[int, int, int, int, float, float, float, float, float, float, int, int, int, int]


@dataclass(slots=True)
class Taken:
    """What one message brought: rows for the kernels, and refusals."""

    rows: list[ReportRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


class Intake:
    """Takes messages in for one line group."""

    def __init__(self, tables: LineTables, keeper: RunKeeper, line_key: str) -> None:
        self._tables = tables
        self._keeper = keeper
        self._line_key = line_key
        self._by_status = bool(tables.patterns["by_status"].any())

    def take(self, state: LineState, content: bytes, headers: FeedHeaders) -> Taken:
        """Judge every report of a message and put its vehicle on its run."""
        taken = Taken()
        try:
            message = parse_message(content)
        except DecodeError as broken:
            refusal = Refusal(RejectReason.UNDECODABLE, f"not a FeedMessage: {broken}"[:200])
            taken.rejects.append(self._reject(refusal, headers, None, content))
            return taken
        header_time = message.header.timestamp
        for entity, report in self._newest(message, headers, taken):
            refused = self._take_report(state, report, header_time, headers, taken)
            if refused is not None:
                packed = entity.SerializeToString()
                taken.rejects.append(self._reject(refused, headers, report.vehicle_id or report.entity_id, packed))
        return taken

    def _newest(self, message: Any, headers: FeedHeaders, taken: Taken) -> "list[tuple[Any, Report]]":
        """Each vehicle's newest report, in the order the message has them."""
        kept: dict[str, tuple[Any, Report]] = {}
        for entity in message.entity:
            if not entity.HasField("vehicle"):
                continue
            report = read_report(entity)
            vehicle_id = report.vehicle_id or report.named.trip_id
            if vehicle_id in kept and vehicle_id:
                older, newer = sorted((kept[vehicle_id], (entity, report)), key=lambda pair: pair[1].time)
                kept[vehicle_id] = newer
                refusal = Refusal(
                    RejectReason.DUPLICATE_ENTITY, "a newer report of this vehicle is in the same message"
                )
                taken.rejects.append(self._reject(refusal, headers, vehicle_id, older[0].SerializeToString()))
            elif len(kept) >= VEHICLES_MAX:
                refusal = Refusal(RejectReason.TOO_MANY_VEHICLES, f"more than {VEHICLES_MAX} vehicles on one line")
                taken.rejects.append(self._reject(refusal, headers, vehicle_id, entity.SerializeToString()))
            else:
                kept[vehicle_id or f"#{entity.id}"] = entity, report
        return list(kept.values())

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
        self, state: LineState, report: Report, header_time: int, headers: FeedHeaders, taken: Taken
    ) -> Refusal | None:
        """Lay one report out for the kernels, or say why it cannot be."""
        vehicle_id = report.vehicle_id or report.named.trip_id
        if not vehicle_id:
            return Refusal(RejectReason.NO_VEHICLE_ID, "neither a vehicle nor a trip is named")
        now = headers.poll_time_s
        time_s = report.time or header_time
        refusal = find_id_refusal(report) or find_time_refusal(time_s, now) or find_occupancy_refusal(report)
        if refusal is not None:
            return refusal
        sighting = self._sight(report, now)
        if isinstance(sighting, Refusal):
            return self._take_occupancy(state, report, time_s) if report.latitude is None else sighting
        row = state.row_of.get(vehicle_id, NONE)
        if row == NONE:
            if state.count >= ROWS_MAX:
                return Refusal(RejectReason.TOO_MANY_VEHICLES, f"more than {ROWS_MAX} vehicles on one line in an hour")
            row = state.add_vehicle(vehicle_id)
            state.vehicles["first_seen"][row] = now
        return self._lay_out(state, row, (report, sighting, min(time_s, now)), headers, taken)

    def _sight(self, report: Report, now: int) -> Sighting | Refusal:
        """Where the report says the vehicle is."""
        latitude, longitude = report.latitude, report.longitude
        stop = self._keeper.find_stop(report.stop_id) if self._by_status else NONE
        if latitude is None or longitude is None:
            if not report.stop_id and report.stop_sequence < 0:
                return Refusal(RejectReason.NO_POSITION, "neither a place nor a stop is named")
            return Sighting(0.0, 0.0, has_position=False, stop=stop, at=now)
        refusal = find_place_refusal(latitude, longitude)
        if refusal is not None:
            return refusal
        x_m, y_m = self._tables.place(latitude, longitude)
        if abs(x_m) > AREA_M or abs(y_m) > AREA_M:
            return self._refuse_area(latitude, longitude)
        return Sighting(x_m, y_m, has_position=True, stop=stop, at=now)

    def _refuse_area(self, latitude: float, longitude: float) -> Refusal:
        swapped_x_m, swapped_y_m = self._tables.place(longitude, latitude)
        if abs(swapped_x_m) <= AREA_M and abs(swapped_y_m) <= AREA_M:
            return Refusal(
                RejectReason.BAD_POSITION, f"{latitude:.5f}, {longitude:.5f}: the other way round it would fit"
            )
        return Refusal(RejectReason.OUT_OF_AREA, f"{latitude:.5f}, {longitude:.5f} is far from the line")

    def _lay_out(
        self, state: LineState, row: int, seen: "tuple[Report, Sighting, int]", headers: FeedHeaders, taken: Taken
    ) -> Refusal | None:
        report, sighting, time_s = seen
        now = headers.poll_time_s
        last = state.last[row]
        if time_s < last.report_time:
            return Refusal(RejectReason.OUT_OF_ORDER, f"a report {last.report_time - time_s} s newer was used before")
        position = self._keeper.find_position(state, row, report) if self._by_status else NONE
        place = (report.latitude or 0.0, report.longitude or 0.0)
        fix_time = max(time_s, last.fix_time + 1) if last.fix_time else time_s
        if time_s == last.report_time:
            if last[2:6] == (*place, report.stop_status, position) and self._says_nothing_new(state, row, report):
                return None
            # the feed changed its mind under an old time: true since we saw it
            fix_time = max(fix_time, now)
        if fix_time > now:
            return None
        refusal = self._keeper.note_words(state, row, (report, sighting), headers)
        if refusal is None and self._by_status:
            position = self._keeper.find_position(state, row, report)
        status = report.occupancy_status if report.occupancy_status >= 0 else last.occupancy_status
        percentage = report.occupancy_percentage if report.occupancy_percentage >= 0 else last.occupancy_percentage
        state.last[row] = Last(time_s, fix_time, *place, report.stop_status, position, status, percentage)
        taken.rows.append(
            (
                row,
                position,
                fix_time,
                time_s,
                *place,
                report.bearing_deg,
                report.speed_mps,
                sighting.x_m,
                sighting.y_m,
                sighting.has_position,
                report.stop_status,
                report.occupancy_status,
                report.occupancy_percentage,
            )
        )
        return refusal

    def _says_nothing_new(self, state: LineState, row: int, report: Report) -> bool:
        last, text = state.last[row], state.texts[row]
        return (
            report.occupancy_status in (-1, last.occupancy_status)
            and report.occupancy_percentage in (-1, last.occupancy_percentage)
            and report.named == text.named
            and (not report.carriages or report.carriages == text.carriages)
        )

    def _take_occupancy(self, state: LineState, report: Report, time_s: int) -> Refusal | None:
        """Take a report that says only how full a vehicle is: counts often come later than places."""
        row = state.row_of.get(report.vehicle_id, NONE)
        if row == NONE or max(report.occupancy_status, report.occupancy_percentage) < 0:
            return Refusal(RejectReason.NO_POSITION, "neither a place nor a stop is named")
        vehicle = state.vehicles[row]
        if time_s >= vehicle["occupancy_time"]:
            if report.occupancy_status >= 0:
                vehicle["occupancy_status"] = report.occupancy_status
            if report.occupancy_percentage >= 0:
                vehicle["occupancy_percentage"] = report.occupancy_percentage
            vehicle["occupancy_time"] = time_s
            status, percentage = int(vehicle["occupancy_status"]), int(vehicle["occupancy_percentage"])
            state.last[row] = state.last[row]._replace(occupancy_status=status, occupancy_percentage=percentage)
        return None
