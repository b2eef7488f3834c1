"""One line's entities, and feeds made of many: repeated fields of protobuf messages may be joined as bytes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from google.transit.gtfs_realtime_pb2 import FeedHeader, FeedMessage

from schemas.line_forecasts import RunForecast
from transit.answers.ladder import is_announced
from transit.answers.line_view import LineView, run_key
from transit.answers.run_ids import format_run_id
from transit.grants.fields import DISTANCE, EXPECTED, VERDICT
from transit.gtfs_realtime.alerts import Seen, fill_alert
from transit.gtfs_realtime.run_words import RunWords, is_cancelled
from transit.gtfs_realtime.told_runs import list_told_runs, told_until
from transit.gtfs_realtime.trip_update import Aimed, fill_trip_update
from transit.gtfs_realtime.vehicle_position import OLD_S, fill_vehicle_position

VERSION: Final = "2.0"

Aim = Callable[[RunForecast], Aimed | None]
"""A run's aimed times; ``None`` where the timetable knows no clock time for it."""


class Entity(NamedTuple):
    """One entity, serialized as a field of a FeedMessage.

    ``subject`` is what at most one entity of a feed may speak of: a vehicle where one is named, else the run. Where two
    line groups speak of it, as when a vehicle changes lines, the one observed last counts.
    """

    subject: str
    observed_at: int
    packed: bytes
    source: str = ""
    """Of an alert, who says it: ``agency``, ``operator`` or ``headway``."""


def write_trip_updates(line: LineView, words: RunWords, *, now: float, aim: Aim, next_runs: bool) -> Iterator[Entity]:
    """A TripUpdate for each run told of that has a call to tell, or is cancelled and that may be told."""
    for place in list_told_runs(line, words, now, next_runs=next_runs):
        run = line.forecasts.runs[place]
        if not _may_tell(run, words.granted.fields):
            continue
        message = FeedMessage()
        entity = message.entity.add(id=words.naming.timetable + format_run_id("", run_key(run))[1:])
        fill_trip_update(entity.trip_update, line, place, words, aimed=aim(run), now=now)
        if not (entity.trip_update.stop_time_update or is_cancelled(run)):
            continue
        is_vehicles = bool(run.vehicle_id) and not run.due and not is_cancelled(run)
        subject = f"vehicle {words.name_vehicle(run)}" if is_vehicles else f"run {entity.id}"
        yield Entity(subject, run.observed_at, message.SerializePartialToString())


def _may_tell(run: RunForecast, fields: frozenset[str]) -> bool:
    """Whether a run's update tells only what is granted: its calls tell which stop the vehicle comes to next."""
    return VERDICT in fields if is_cancelled(run) else not fields.isdisjoint((EXPECTED, DISTANCE))


def write_vehicle_positions(line: LineView, words: RunWords, *, now: float) -> Iterator[Entity]:
    """A VehiclePosition for each run that is tracked; of several vehicles on one run the one whose times are told."""
    has_place = words.granted.has_place
    for place in list_told_runs(line, words, now, next_runs=False):
        run = line.forecasts.runs[place]
        if is_cancelled(run) or is_announced(run) or not has_place(run.latitude, run.longitude):
            continue
        message = FeedMessage()
        named = words.name_vehicle(run) if run.vehicle_id else format_run_id("", run_key(run))[1:]
        told = message.entity.add(id=named).vehicle
        fill_vehicle_position(told, run, words, computed_at=line.forecasts.computed_at, now=now)
        yield Entity(named, run.observed_at, message.SerializePartialToString())


def write_alerts(seen: Iterable[Seen], words: RunWords, *, now: float) -> Iterator[Entity]:
    """An Alert for each thing seen to go wrong."""
    for each in seen:
        message = FeedMessage()
        fill_alert(message.entity.add(), each, words)
        source = "operator" if each.name else "headway"
        yield Entity(message.entity[0].id, int(now), message.SerializePartialToString(), source)


def unchanged_until(line: LineView, words: RunWords, now: float) -> float:
    """Until when (POSIX s) a line's entities made at ``now`` stay as they are, if its value does."""
    runs = line.forecasts.runs
    moments = [float(at) for run in runs for at in (run.valid_until + 1, run.observed_at + OLD_S)]
    ends = (told_until(line, place, words) for place, run in enumerate(runs) if run.pattern >= 0)
    moments.extend(at for at in ends if at is not None)
    return min((at for at in moments if at > now), default=float("inf"))


class Newest:
    """Of entities that come group after group the newest for each subject; of equally old ones the first."""

    def __init__(self) -> None:
        self._of: dict[str, Entity] = {}

    def take(self, entities: Iterable[Entity]) -> None:
        """Take in a group's."""
        newest = self._of
        for entity in entities:
            known = newest.get(entity.subject)
            if known is None or known.observed_at < entity.observed_at:
                newest[entity.subject] = entity

    def entities(self) -> list[Entity]:
        """One for each subject, in the order in which subjects first came."""
        return list(self._of.values())


def make_header(header_at: int) -> FeedHeader:
    """The header of a full dataset of the second ``header_at`` (POSIX), after which no time of an entity may lie."""
    return FeedHeader(gtfs_realtime_version=VERSION, incrementality=FeedHeader.FULL_DATASET, timestamp=header_at)


def write_head(header: FeedHeader) -> bytes:
    """What stands before the entities of a feed, which follow as they are."""
    head: bytes = FeedMessage(header=header).SerializePartialToString()
    return head
