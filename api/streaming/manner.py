"""How a frame is told: coordinates in which datum, names in which language."""

from typing import Final, NamedTuple

from transit.coordinates.datum import Datum


class Manner(NamedTuple):
    """``language`` as the timetable writes it (BCP 47); empty: names as they stand."""

    datum: Datum = Datum.WGS84
    language: str = ""


PLAIN: Final = Manner()
