"""Where stations are: from the map's stations, and between their neighbours where the map has none yet."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from headway.beijing.read import Line
from runtime.errors import UserError

Place = tuple[float, float]
_KNOWN_MIN: Final = 0.5
"""A line of which the map has fewer of its stations is left out."""


def read_places(path: Path) -> dict[str, Place]:
    """Latitude and longitude of each station by name: the middle of what the map calls so.

    Raises:
        UserError: the file is missing or no table of stops.
    """
    found: dict[str, list[Place]] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as opened:
            for row in csv.DictReader(opened):
                if row["location_type"] in ("", "0", "1") and row["stop_lat"] and row["stop_lon"]:
                    name = row.get("tts_stop_name") or row["stop_name"]
                    found.setdefault(name, []).append((float(row["stop_lat"]), float(row["stop_lon"])))
    except (OSError, KeyError, ValueError) as wrong:
        raise UserError(f"{path}: no table of stops: {wrong}") from None
    return {name: _middle(places) for name, places in found.items()}


def _middle(places: Sequence[Place]) -> Place:
    return sum(each[0] for each in places) / len(places), sum(each[1] for each in places) / len(places)


def place_stations(line: Line, places: Mapping[str, Place]) -> dict[str, Place] | None:
    """Every station of the line; those that the map lacks lie evenly between their neighbours. ``None``: too few known.

    A name such as ``木樨地(1号线)`` tells stations of one name apart, which the map does not.
    """
    known = {at: places[plain] for at, name in enumerate(line.stations) if (plain := name.partition("(")[0]) in places}
    if len(known) < max(2, _KNOWN_MIN * len(line.stations)):
        return None
    return {name: _between(at, known) for at, name in enumerate(line.stations)}


def _between(at: int, known: Mapping[int, Place]) -> Place:
    if at in known:
        return known[at]
    before, after = [each for each in known if each < at], [each for each in known if each > at]
    if before and after:
        low, high = max(before), min(after)
    else:
        # beyond the last station known: straight on
        low, high = sorted(known)[-2:] if before else sorted(known)[:2]
    part = (at - low) / (high - low)
    (south, west), (north, east) = known[low], known[high]
    return south + part * (north - south), west + part * (east - west)
