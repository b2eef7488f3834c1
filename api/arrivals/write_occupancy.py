"""How full a vehicle is, as its report said; nothing where it said nothing: no report never reads as an empty bus."""

from typing import Final

from schemas.line_forecasts import OCCUPANCY_STATUS, Carriage, RunForecast

_NO_DATA: Final = OCCUPANCY_STATUS.index("no_data_available")


def occupancy_fields(run: RunForecast, observed_at: str | None) -> dict[str, object] | None:
    """A vehicle's occupancy, ``None`` where no part of it was reported."""
    carriages = [_carriage_fields(carriage) for carriage in run.carriages]
    status = status_name(run.occupancy_status)
    # carriages may bear labels alone
    counted = any(carriage["status"] or carriage["percentage"] is not None for carriage in carriages)
    if status is None and run.occupancy_percentage is None and not counted:
        return None
    return {
        "status": status,
        "percentage": run.occupancy_percentage,
        "observed_at": observed_at,
        "carriages": carriages,
    }


def status_name(status: int | None) -> str | None:
    """A status's name; ``None`` where there is no data or the number is none that GTFS-realtime has."""
    if status is None or status == _NO_DATA or not 0 <= status < len(OCCUPANCY_STATUS):
        return None
    return OCCUPANCY_STATUS[status]


def _carriage_fields(carriage: Carriage) -> dict[str, object]:
    percentage = carriage.occupancy_percentage
    return {
        "sequence": carriage.sequence,
        "id": carriage.id,
        "label": carriage.label,
        "status": status_name(carriage.occupancy_status),
        "percentage": None if percentage < 0 else percentage,
    }
