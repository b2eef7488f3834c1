"""A stop or station as JSON."""

from api.view.compiled_view import CompiledView

LOCATION_TYPES = ("stop", "station", "entrance", "node", "boarding_area")
"""GTFS location_type by number."""


def stop_fields(compiled: CompiledView, row: int) -> dict[str, object]:
    """What a stop is called and where it is; ``parent_id`` is its station."""
    table = compiled.timetable
    parent = int(table.stop_parent[row])
    kind = int(table.stop_location_type[row])
    return {
        "id": f"{compiled.name}:{table.stop_id[row]}",
        "code": table.stop_code[row] or None,
        "name": table.stop_name[row],
        "platform_code": table.stop_platform_code[row] or None,
        "kind": LOCATION_TYPES[kind] if 0 <= kind < len(LOCATION_TYPES) else LOCATION_TYPES[0],
        "latitude": round(float(table.stop_latitude[row]), 6),
        "longitude": round(float(table.stop_longitude[row]), 6),
        "parent_id": f"{compiled.name}:{table.stop_id[parent]}" if parent >= 0 else None,
    }
