"""A line of a recorded city, copied under many names, so that one real line's geometry and reports fill a fleet."""

import csv
import io
from collections.abc import Iterator, Mapping

from google.transit import gtfs_realtime_pb2

_ROUTE_TABLES = ("routes.txt", "trips.txt")


def copied_name(name: str, copy: int) -> str:
    """The id that ``name`` has in the ``copy``-th copy."""
    return f"{name}~{copy}"


def copy_line(
    tables: Mapping[str, bytes], route_id: str, *, copies: int, blocks: set[tuple[str, str]], lines_a_stop: int = 0
) -> dict[str, bytes]:
    """A GTFS with ``copies`` of one route, of those of its trips that belong to ``blocks`` (service and block).

    ``lines_a_stop`` copies call at the same stops, the next ones at others; 0: all at the same.
    """

    def stop_of(stop_id: str, copy: int) -> str:
        return copied_name(stop_id, copy // lines_a_stop) if lines_a_stop else stop_id

    trips = [
        row
        for row in _rows(tables["trips.txt"])
        if row["route_id"] == route_id and (row["service_id"], row["block_id"]) in blocks
    ]
    trip_ids = {row["trip_id"] for row in trips}
    calls = [row for row in _rows(tables["stop_times.txt"]) if row["trip_id"] in trip_ids]
    route = next(row for row in _rows(tables["routes.txt"]) if row["route_id"] == route_id)
    shapes = {row["shape_id"] for row in trips}
    copied = {name: content for name, content in tables.items() if name not in {*_ROUTE_TABLES, "stop_times.txt"}}
    copied["shapes.txt"] = _table([row for row in _rows(tables["shapes.txt"]) if row["shape_id"] in shapes])
    names = range(copies)
    copied["routes.txt"] = _table([route | {"route_id": copied_name(route_id, copy)} for copy in names])
    copied["trips.txt"] = _table(
        [
            row
            | {
                "route_id": copied_name(route_id, copy),
                "trip_id": copied_name(row["trip_id"], copy),
                "block_id": copied_name(row["block_id"], copy) if row.get("block_id") else "",
            }
            for copy in names
            for row in trips
        ]
    )
    copied["stop_times.txt"] = _table(
        [
            row | {"trip_id": copied_name(row["trip_id"], copy), "stop_id": stop_of(row["stop_id"], copy)}
            for copy in names
            for row in calls
        ]
    )
    if lines_a_stop:
        called = {row["stop_id"] for row in calls}
        copied["stops.txt"] = _table(
            [
                row | {"stop_id": stop_of(row["stop_id"], copy), "parent_station": ""}
                for copy in range(0, copies, lines_a_stop)
                for row in _rows(tables["stops.txt"])
                if row["stop_id"] in called
            ]
        )
    if "frequencies.txt" in tables:
        repeated = [row for row in _rows(tables["frequencies.txt"]) if row["trip_id"] in trip_ids]
        copied["frequencies.txt"] = _table(
            [row | {"trip_id": copied_name(row["trip_id"], copy)} for copy in names for row in repeated]
        )
    return copied


def copy_message(message: gtfs_realtime_pb2.FeedMessage, route_id: str, copy: int) -> bytes:
    """The vehicles of ``route_id`` in ``message``, as the ``copy``-th copy of the line would report them."""
    copied = gtfs_realtime_pb2.FeedMessage()
    copied.header.CopyFrom(message.header)
    for entity in message.entity:
        if entity.vehicle.trip.route_id == route_id:
            added = copied.entity.add()
            added.CopyFrom(entity)
            added.id = copied_name(entity.id, copy)
            added.vehicle.vehicle.id = copied_name(entity.vehicle.vehicle.id, copy)
            added.vehicle.trip.route_id = copied_name(route_id, copy)
            added.vehicle.trip.trip_id = copied_name(entity.vehicle.trip.trip_id, copy)
    content: bytes = copied.SerializeToString()
    return content


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _table(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def list_blocks(tables: Mapping[str, bytes], trip_ids: set[str]) -> set[tuple[str, str]]:
    """Service and block of the trips ``trip_ids``."""
    return {(row["service_id"], row["block_id"]) for row in _rows(tables["trips.txt"]) if row["trip_id"] in trip_ids}
