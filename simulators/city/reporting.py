"""What the vehicles of one service day report, as entities of a GTFS-realtime message.

A report is a function of its vehicle and its number in the device's series, so it is written once and kept until the
vehicle's next one: between two messages some seconds apart most vehicles have nothing new to say.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from simulators.city.control_centre import describe_run
from simulators.city.demand import TRAIN_CARRIAGES
from simulators.city.devices import (
    LATE_COUNT_S,
    LATE_COUNTS,
    REPORT_AGE_MAX_S,
    SPELL_S,
    DeviceFaults,
    Reports,
    Rows,
    blur_position,
    count_riders,
    has_counter,
    in_spell,
    latest_reports,
    tells_count,
)
from simulators.city.movement import DrivenDay
from simulators.city.occupancy import occupancy_status, share_carriages
from simulators.city.odd_reports import OddReports, in_tunnel, odd_reports, sign_in
from simulators.city.whereabouts import Tracks, Whereabouts
from transit.timetable.compiled import Floats, Timetable

_Stopped = pb.VehiclePosition.VehicleStopStatus
_FIRST_NUMBER: Final = 1001
_NOTHING: Final = np.iinfo(np.int64).min
_ENTITY: Final = pb.FeedMessage.DESCRIPTOR.fields_by_name["entity"].number << 3 | 2
"""The tag of an entity within a message (protocol buffers, wire type 2: its length follows)."""


class DayReports:
    """The devices of one driven day; the day must be driven as far as it is asked about."""

    def __init__(self, timetable: Timetable, day: DrivenDay, seed: int, faults: DeviceFaults) -> None:
        self._timetable, self._day, self._seed, self._faults = timetable, day, seed, faults
        self._tracks = Tracks(timetable, day)
        duties = day.duties
        vehicles = len(duties.offset) - 1
        first_run = np.minimum(duties.run_offset[:-1], max(len(duties.runs.trip) - 1, 0))
        # a vehicle that was cancelled all day has no runs of its own, and is never in service
        self._trains = day.is_train[first_run]
        self._told_number = np.full(vehicles, _NOTHING)
        self._told: list[bytes] = [b""] * vehicles

    def entities_at(self, at: int) -> bytes:
        """The entities of every vehicle in service at the POSIX second ``at``, in the order of their numbers."""
        out = self._out_near(at)
        reports = latest_reports(self._seed, self._faults, vehicles=out, trains=self._trains[out], at=float(at))
        fresh = self._told_number[reports.vehicle] != reports.number
        self._write(Reports(*(column[fresh] for column in _columns(reports))))
        told = self._told
        return b"".join([told[vehicle] for vehicle in reports.vehicle.tolist()])

    def _out_near(self, at: int) -> Rows:
        """The vehicles that are out, or were within the age of the oldest report and of the place that it may tell."""
        day, fleet = self._day, self._day.fleet
        since = at - day.origin
        first = np.minimum(fleet.first_row, max(len(day.duties) - 1, 0))
        last = np.maximum(fleet.row - 1, 0)
        begun = (fleet.row > fleet.first_row) & (day.made.arrival[first] <= since)
        is_home = fleet.row == day.duties.offset[1:]
        gone = is_home & (day.made.departure[last] < since - REPORT_AGE_MAX_S - 2 * SPELL_S)
        return np.flatnonzero(begun & ~gone)

    def _write(self, reports: Reports) -> None:
        """Write each of ``reports`` as its vehicle's latest; one that is told by nobody is empty."""
        if not len(reports.vehicle):
            return
        seen = self._tracks.locate(reports.vehicle, reports.seen_at)
        if self._faults.late_count_ratio:
            was = self._tracks.locate(reports.vehicle, reports.seen_at - LATE_COUNT_S)
            late = in_spell(self._seed, self._faults.late_count_ratio, reports.vehicle, reports.at, LATE_COUNTS)
            seen = replace(seen, load=np.where(late & was.in_service, was.load, seen.load))
        written = _Writer(self._timetable, self._day, self._seed, self._faults, reports, seen).write()
        for vehicle, entity in zip(reports.vehicle.tolist(), written, strict=True):
            self._told[vehicle] = entity
        self._told_number[reports.vehicle] = reports.number


def name_vehicle(vehicle: int, day: int, *, is_train: bool) -> str:
    """The id of the vehicle that drives a duty on a service day."""
    return f"{'T' if is_train else 'B'}{_FIRST_NUMBER + 2 * vehicle + day % 2}"


def _columns(reports: Reports) -> tuple[Rows | Floats, ...]:
    return reports.vehicle, reports.at, reports.number, reports.seen_at


class _Writer:
    """Reports, a row each, with the truth and the chances that they are made from."""

    def __init__(
        self, timetable: Timetable, day: DrivenDay, seed: int, faults: DeviceFaults, reports: Reports, seen: Whereabouts
    ) -> None:
        self._timetable, self._day, self._faults = timetable, day, faults
        self._reports, self._seen = reports, seen
        duties = day.duties
        run = duties.run_of(seen.row)
        self._trains = day.is_train[run]
        self._latitude, self._longitude = blur_position(
            seed, faults, reports, latitude=seen.latitude, longitude=seen.longitude
        )
        out_s = reports.at - day.arrival_of(duties.offset[duties.runs.duty[run]])
        counted = count_riders(seed, faults, reports, load=seen.load, row=seen.row, out_s=out_s)
        self._counters = (has_counter(seed, faults, reports) | self._trains) & tells_count(seed, faults, reports)
        self._percentages = np.minimum(np.round(100 * counted / day.room_of(seen.row)), 120).astype(np.int64)
        self._signs = sign_in(seed, timetable, faults, day, seen)
        self._told = seen.in_service & ~in_tunnel(seed, faults, day, seen, self._trains)
        self._odd: OddReports = odd_reports(seed, faults, reports)
        self._call = duties.call_of(seen.row)
        self._stands = seen.at_stop | duties.is_last_of(seen.row)
        trains = np.flatnonzero(self._trains)
        self._shares = np.zeros((len(seen.row), TRAIN_CARRIAGES))
        self._shares[trains] = share_carriages(
            seed, timetable, day, row=_left_last(day, seen)[trains], percentage=self._percentages[trains],
            carriages=TRAIN_CARRIAGES,
        )  # fmt: skip

    def write(self) -> list[bytes]:
        """Each report's entity with its tag and length: some have two, some none."""
        return [self._write_one(i) if told else b"" for i, told in enumerate(self._told.tolist())]

    def _write_one(self, i: int) -> bytes:
        day, odd = self._day, self._odd
        number = name_vehicle(int(self._signs.vehicle[i]), day.duties.day, is_train=bool(self._trains[i]))
        entity = pb.FeedEntity(id=number)
        self._describe(entity.vehicle, i)
        entity.vehicle.vehicle.id = entity.vehicle.vehicle.label = number
        written = _delimited(entity)
        if odd.repeated[i]:
            written += written
        if odd.double[i]:
            entity.id = entity.vehicle.vehicle.id = entity.vehicle.vehicle.label = f"{number}-2"
            written += _delimited(entity)
        return written

    def _describe(self, vehicle: pb.VehiclePosition, i: int) -> None:
        odd, seen, faults = self._odd, self._seen, self._faults
        if not faults.no_times:
            vehicle.timestamp = int(self._reports.at[i] + odd.skew_s[i])
        place = (float(self._latitude[i]), float(self._longitude[i]))
        place = (0.0, 0.0) if odd.zero[i] else place[::-1] if odd.swapped[i] else place
        position = vehicle.position
        position.latitude, position.longitude = place
        if not faults.no_bearing:
            position.bearing = round(float(seen.bearing_deg[i]))
            position.speed = round(float(seen.speed_mps[i]), 1)
        run = int(self._signs.run[i])
        if run >= 0:
            describe_run(vehicle.trip, self._timetable, self._day.duties.day, self._day.duties.runs, run)
        if self._trains[i]:
            self._describe_stop(vehicle, i)
        if self._counters[i]:
            percentage = int(self._percentages[i])
            vehicle.occupancy_percentage = percentage
            vehicle.occupancy_status = occupancy_status(percentage)
            if self._trains[i]:
                self._describe_carriages(vehicle, i)

    def _describe_stop(self, vehicle: pb.VehiclePosition, i: int) -> None:
        """Trains know their platforms: the one they stand at, or the next."""
        stands = bool(self._stands[i])
        call = int(self._call[i]) + (not stands)
        vehicle.current_status = _Stopped.STOPPED_AT if stands else _Stopped.IN_TRANSIT_TO
        vehicle.stop_id = self._timetable.stop_id[int(self._timetable.call_stop[call])]
        vehicle.current_stop_sequence = int(self._timetable.call_sequence[call])

    def _describe_carriages(self, vehicle: pb.VehiclePosition, i: int) -> None:
        for sequence, share in enumerate(self._shares[i].tolist(), start=1):
            vehicle.multi_carriage_details.add(
                id=str(sequence),
                label=str(sequence),
                carriage_sequence=sequence,
                occupancy_percentage=int(share),
                occupancy_status=occupancy_status(int(share)),
            )


def _left_last(day: DrivenDay, seen: Whereabouts) -> Rows:
    """The call that each vehicle left last: who stands at one is told with those who came."""
    first = day.duties.row_offset[day.duties.run_of(seen.row)]
    return np.asarray(np.where(seen.at_stop & (seen.row > first), seen.row - 1, seen.row))


def _delimited(entity: pb.FeedEntity) -> bytes:
    """The entity as it stands within a message: tag, length, itself."""
    content: bytes = entity.SerializeToString(deterministic=True)
    length, size = bytearray(), len(content)
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    length.append(size)
    return bytes((_ENTITY,)) + bytes(length) + content
