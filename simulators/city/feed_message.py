"""The city's vehicles as one GTFS-realtime message, as an operator's server would send it."""

from dataclasses import dataclass

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from simulators.city.control_centre import describe_run
from simulators.city.demand import TRAIN_CARRIAGES, is_train
from simulators.city.devices import DeviceFaults, Reports, blur_position, count_riders, has_counter
from simulators.city.movement import DrivenDay
from simulators.city.occupancy import occupancy_status, share_carriages
from simulators.city.odd_reports import in_tunnel, odd_reports, sign_in
from simulators.city.whereabouts import Whereabouts
from transit.timetable.compiled import Timetable

_Stopped = pb.VehiclePosition.VehicleStopStatus
_FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class ReportedDay:
    """Reports of one service day's vehicles with the truth, and the seed, that they were made from."""

    day: DrivenDay
    reports: Reports
    seen: Whereabouts
    seed: int


def new_message(at: int) -> pb.FeedMessage:
    """An empty full-dataset message of the second ``at``."""
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = pb.FeedHeader.FULL_DATASET
    message.header.timestamp = at
    return message


def add_vehicles(message: pb.FeedMessage, timetable: Timetable, reported: ReportedDay, faults: DeviceFaults) -> None:
    """Add an entity for each report whose vehicle is in service, in the order of their numbers."""
    seen, reports, day, seed = reported.seen, reported.reports, reported.day, reported.seed
    latitude, longitude = blur_position(seed, faults, reports, latitude=seen.latitude, longitude=seen.longitude)
    out_s = reports.at - day.arrival[day.duties.offset[day.duties.duty[seen.row]]]
    counted = count_riders(seed, faults, reports, load=seen.load, row=seen.row, out_s=out_s)
    trains = is_train(timetable, day.duties.call[seen.row])
    counters = has_counter(seed, faults, reports) | trains
    percentages = np.minimum(np.round(100 * counted / day.room[seen.row]), 120).astype(np.int64)
    signs = sign_in(seed, timetable, faults, day, seen)
    told = seen.in_service & ~in_tunnel(seed, faults, day, seen, trains)
    odd = odd_reports(seed, faults, reports)
    for i in np.flatnonzero(told).tolist():
        train = bool(trains[i])
        number = f"{'T' if train else 'B'}{_FIRST_NUMBER + 2 * int(signs.vehicle[i]) + day.duties.day % 2}"
        entity = message.entity.add(id=number)
        vehicle = entity.vehicle
        vehicle.vehicle.id = vehicle.vehicle.label = number
        if not faults.no_times:
            vehicle.timestamp = int(reports.at[i] + odd.skew_s[i])
        place = (float(latitude[i]), float(longitude[i]))
        place = (0.0, 0.0) if odd.zero[i] else place[::-1] if odd.swapped[i] else place
        vehicle.position.latitude, vehicle.position.longitude = place
        if not faults.no_bearing:
            vehicle.position.bearing = round(float(seen.bearing_deg[i]))
            vehicle.position.speed = round(float(seen.speed_mps[i]), 1)
        if signs.run[i] >= 0:
            describe_run(vehicle.trip, timetable, day.duties.day, day.duties.runs, int(signs.run[i]))
        if train:
            _describe_stop(vehicle, timetable, reported, i)
        if counters[i]:
            _describe_load(vehicle, timetable, reported, i, percentage=int(percentages[i]))
        if odd.repeated[i]:
            message.entity.add().CopyFrom(entity)
        if odd.double[i]:
            second = message.entity.add()
            second.CopyFrom(entity)
            second.id = second.vehicle.vehicle.id = second.vehicle.vehicle.label = f"{number}-2"


def _describe_stop(vehicle: pb.VehiclePosition, timetable: Timetable, reported: ReportedDay, i: int) -> None:
    """Trains know their platforms: the one they stand at, or the next."""
    duties, row = reported.day.duties, int(reported.seen.row[i])
    stands = bool(reported.seen.at_stop[i]) or bool(duties.is_last[row])
    call = int(duties.call[row if stands else row + 1])
    vehicle.current_status = _Stopped.STOPPED_AT if stands else _Stopped.IN_TRANSIT_TO
    vehicle.stop_id = timetable.stop_id[int(timetable.call_stop[call])]
    vehicle.current_stop_sequence = int(timetable.call_sequence[call])


def _describe_load(
    vehicle: pb.VehiclePosition, timetable: Timetable, reported: ReportedDay, i: int, *, percentage: int
) -> None:
    vehicle.occupancy_percentage = percentage
    vehicle.occupancy_status = occupancy_status(percentage)
    row = int(reported.seen.row[i])
    call = reported.day.duties.call[row : row + 1]
    if not is_train(timetable, call)[0]:
        return
    line = int(timetable.pattern_line[timetable.call_pattern[call[0]]])
    shares = share_carriages(reported.seed, line=line, row=row, percentage=percentage, carriages=TRAIN_CARRIAGES)
    for sequence, share in enumerate(shares.tolist(), start=1):
        vehicle.multi_carriage_details.add(
            id=str(sequence),
            label=str(sequence),
            carriage_sequence=sequence,
            occupancy_percentage=int(share),
            occupancy_status=occupancy_status(int(share)),
        )
