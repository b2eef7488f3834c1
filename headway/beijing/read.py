"""The lines' files: stations with their distances, kinds of trains, and when trains leave each station."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import json5

from runtime.errors import UserError

_DAY_MIN: Final = 24 * 60
_NIGHT_MIN: Final = 3 * 60
"""A train before three in the morning is of the service day before."""
_CLOSES: Final = "loop"
Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A kind of train in one direction: its stations in order and the metres from each to the next.

    ``is_loop``: it ends where it begins. ``skipped`` are stations that it passes.
    """

    name: str
    stations: tuple[str, ...]
    metres: tuple[float, ...]
    is_loop: bool
    skipped: frozenset[str]


@dataclass(frozen=True, slots=True)
class Direction:
    """One way of a line; ``departures`` by day group, station and kind of train: minutes of the service day, rising."""

    name: str
    number: int
    routes: tuple[Route, ...]
    departures: Mapping[str, Mapping[str, Mapping[str, tuple[int, ...]]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``days`` are each day group's weekdays, 1 being Monday. ``english`` has what is said in English."""

    name: str
    english: Mapping[str, str]
    color: str
    carriage_type: str
    design_speed_kmh: float
    stations: tuple[str, ...]
    days: Mapping[str, tuple[int, ...]]
    directions: tuple[Direction, ...]


def read_lines(folder: Path) -> list[Line]:
    """Every line in the folder, in the order of its files.

    Raises:
        UserError: there is none, or one is not of this kind.
    """
    found = []
    for path in sorted(folder.glob("*.json5")):
        try:
            written = json5.loads(path.read_text("utf-8"))
            if isinstance(written, dict) and "train_routes" in written:
                found.append(_read_line(written))
        except (ValueError, KeyError, TypeError, IndexError) as wrong:
            raise UserError(f"{path}: not a line of Beijing's subway: {wrong!r}") from None
    if not found:
        raise UserError(f"{folder}: holds no line of Beijing's subway (.json5 with train_routes)")
    return found


def read_through_trains(folder: Path) -> list[tuple[str, str, str]]:
    """Trains that go on from one line to another: both lines' names and that of the kind of train."""
    path = folder / "metadata.json5"
    if not path.is_file():
        return []
    try:
        told = json5.loads(path.read_text("utf-8")).get("through_trains", [])
        return [(*each["lines"][:2], each["route"]) for each in told]
    except (ValueError, KeyError, TypeError) as wrong:
        raise UserError(f"{path}: its through trains cannot be read: {wrong!r}") from None


def _read_line(written: Written) -> Line:
    stations = [each["name"] for each in written["stations"]]
    english = {
        each["name"]: names[0] for each in written["stations"] if (names := each.get("aliases") or each.get("alises"))
    }
    if written.get("aliases"):
        english[written["name"]] = written["aliases"][0]
    directions = [
        _read_direction(written, name, number, routes)
        for number, (name, routes) in enumerate(written["train_routes"].items())
    ]
    return Line(
        name=written["name"],
        english=english,
        color=written["color"].lstrip("#"),
        carriage_type=written["carriage_type"],
        design_speed_kmh=float(written["design_speed"]),
        stations=tuple(stations),
        days={name: tuple(group["weekday"]) for name, group in written["date_groups"].items()},
        directions=tuple(directions),
    )


def _read_direction(written: Written, name: str, number: int, routes: Written) -> Direction:
    stations, metres = _order(written, routes)
    kinds = {kind: said for kind, said in routes.items() if isinstance(said, dict)}
    usual = next(iter(kinds))
    departures: dict[str, dict[str, dict[str, tuple[int, ...]]]] = {}
    for station, ways in written["timetable"].items():
        for day, told in ways.get(name, {}).items():
            by_kind = _sort_trains(told, usual)
            departures.setdefault(day, {})[station] = {kind: tuple(trains) for kind, trains in by_kind.items()}
    return Direction(
        name=name,
        number=number,
        routes=tuple(
            _make_route(kind, said, stations, metres, is_loop=bool(written.get(_CLOSES)))
            for kind, said in kinds.items()
        ),
        departures=departures,
    )


def _order(written: Written, routes: Written) -> tuple[list[str], list[float]]:
    """The direction's stations as they are passed, and the metres to each from the one before it."""
    stations = [each["name"] for each in written["stations"]]
    metres = [float(each.get("dist", 0)) for each in written["stations"]]
    if not routes.get("reversed"):
        return stations, metres
    stations.reverse()
    metres = [metres[0], *metres[:0:-1]]
    if routes.get("end_circle"):
        # the far end is driven round: straight on to the last station, and back by the one before it
        turns = stations.index(routes["end_circle_start"]) + 1
        stations, metres = [*stations[:turns], stations[-1]], [*metres[:turns], float(routes["end_circle_split_dist"])]
    return stations, metres


def _make_route(name: str, said: Written, stations: list[str], metres: list[float], *, is_loop: bool) -> Route:
    first = stations.index(said["starts_with"]) if "starts_with" in said else 0
    closes = is_loop and "ends_with" not in said and said.get(_CLOSES, True)
    last = stations.index(said["ends_with"]) if "ends_with" in said else len(stations) - 1
    order = [*range(first, last + 1)]
    if is_loop and last < first:
        order = [*range(first, len(stations)), *range(last + 1)]
    chosen, between = [stations[at] for at in order], [metres[at] for at in order[1:]]
    if closes:
        chosen.append(stations[0])
        between.append(metres[0])
    return Route(
        name=name,
        stations=tuple(chosen),
        metres=tuple(between),
        is_loop=closes and first == 0,
        skipped=frozenset(said.get("skip", ())),
    )


def _sort_trains(told: Written, usual: str) -> dict[str, list[int]]:
    """A station's trains by kind: the usual one but where a filter says otherwise."""
    trains = [at for part in told["schedule"] for at in _spell_out(part)]
    kind_of = dict.fromkeys(trains, usual)
    for chosen in told.get("filters", []):
        for at in _chosen(chosen, trains):
            kind_of[at] = chosen["plan"]
    by_kind: dict[str, list[int]] = {}
    for at in sorted(kind_of):
        by_kind.setdefault(kind_of[at], []).append(at)
    return by_kind


def _chosen(chosen: Written, trains: list[int]) -> Iterator[int]:
    if "trains" in chosen:
        yield from (at for each in chosen["trains"] if (at := _minute(each)) in trains)
        return
    begins = _minute(chosen["first_train"]) if "first_train" in chosen else trains[0]
    until = _minute(chosen["until"]) if "until" in chosen else 2 * _DAY_MIN
    those = [at for at in trains if begins <= at <= until][:: int(chosen.get("skip_trains", 0)) + 1]
    yield from those[: int(chosen.get("count", len(those)))]


def _spell_out(part: Written) -> Iterator[int]:
    at = _minute(part["first_train"])
    yield at
    for step in _flatten(part["delta"]):
        at += step
        yield at


def _flatten(deltas: list[Any]) -> Iterator[int]:
    """Minutes between trains: ``[3, [2, 4]]`` is two and four, three times."""
    for each in deltas:
        if isinstance(each, int):
            yield each
        else:
            times, repeated = each
            for _ in range(times):
                yield from _flatten(repeated)


def _minute(clock: str) -> int:
    hours, minutes = (int(part) for part in clock.split(":"))
    at = 60 * hours + minutes
    return at + _DAY_MIN if at < _NIGHT_MIN else at
