"""What a partner knows of a city before it asks: its lines and stops, and how busy each stop is."""

import json
import random
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_LINES_READ = 40


@dataclass(frozen=True, slots=True)
class CityFacts:
    """Ids as paths take them; ``stops`` with as many repeats as patterns call there, so busy ones are drawn oftener."""

    lines: tuple[str, ...]
    stops: tuple[str, ...]
    places: tuple[tuple[float, float], ...]

    def draw_stop(self) -> str:
        return random.choice(self.stops)  # noqa: S311 - no secret

    def draw_lines(self, count: int) -> list[str]:
        return random.sample(self.lines, min(count, len(self.lines)))

    def draw_place(self) -> tuple[float, float]:
        return random.choice(self.places)  # noqa: S311 - no secret


def learn_city(host: str, key: str) -> CityFacts:
    """Read the city's lines and stops from the API.

    Raises:
        OSError: the API cannot be reached, or refuses the key.
    """
    lines = [line["id"] for line in _ask(host, "/v1/lines", key)["lines"]]
    stops: list[str] = []
    places: dict[str, tuple[float, float]] = {}
    for line in lines[:_LINES_READ]:
        detail = _ask(host, f"/v1/lines/{quote(line, safe='')}?shapes=false", key)
        stops += [call["stop_id"] for pattern in detail["patterns"] for call in pattern["calls"][:-1]]
        places |= {stop["id"]: (stop["latitude"], stop["longitude"]) for stop in detail["stops"]}
    quoted = tuple(quote(stop, safe="") for stop in stops)
    return CityFacts(tuple(quote(line, safe="") for line in lines), quoted, tuple(places.values()))


def _ask(host: str, path: str, key: str) -> Any:
    request = urllib.request.Request(host + path, headers={"X-API-Key": key})  # noqa: S310 - the host under test
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the host under test
        return json.load(answer)
