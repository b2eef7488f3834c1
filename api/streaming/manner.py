"""How a frame is told: coordinates in which datum, names in which language, times with which offset."""

from typing import Final, NamedTuple

from transit.coordinates.datum import Datum


class Manner(NamedTuple):
    """``language`` as the timetable writes it (BCP 47); empty: names as they stand. ``in_utc`` or local times."""

    datum: Datum = Datum.WGS84
    language: str = ""
    in_utc: bool = False


PLAIN: Final = Manner()
