"""Whether a timetable speaks for a day at all: an expired one is said to be expired, never taken for an empty day."""

from enum import StrEnum

from transit.timetable.compiled import Timetable


class Validity(StrEnum):
    """How a day lies to a timetable's first and last service days."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"


def validity_on(timetable: Timetable, service_day: int) -> Validity:
    """Whether ``service_day`` lies within, after or before the days that ``timetable`` was made for."""
    if service_day > timetable.last_service_day:
        return Validity.EXPIRED
    if service_day < timetable.first_service_day:
        return Validity.NOT_YET_VALID
    return Validity.VALID
