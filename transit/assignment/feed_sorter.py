"""From one poll of a feed to one message for each line group in service."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from statistics import median_low
from typing import Any, Final

from google.transit.gtfs_realtime_pb2 import FeedEntity

from schemas.rejects import Reject, RejectReason
from schemas.service_alerts import ServiceAlert
from schemas.topics import MESSAGE_BYTES_MAX
from transit.agency.read_alerts import ALERTS_MAX, read_alert
from transit.assignment.block_outlook import BlockOutlook, list_due
from transit.assignment.decoded_feed import DecodedFeed, UndecodableError, decode_feed, find_content
from transit.assignment.in_service import ServiceHours
from transit.assignment.known_vehicles import KnownVehicle, KnownVehicles
from transit.assignment.line_lookup import LineLookup
from transit.assignment.line_messages import ENTITY_TAG, HEADER_TAG, LineBatch, LineMessage
from transit.assignment.line_messages import field as packed_field
from transit.assignment.named_lines import list_alert_groups, list_update_groups
from transit.assignment.report_line import Assigned, Refusal, ReportLines, Undecided
from transit.assignment.service_days import day_of_run
from transit.timetable.compiled import Timetable

LINE_BYTES_MAX: Final = MESSAGE_BYTES_MAX - 64 * 1024
"""A line's message with room for its key, headers and framing."""

ID_LENGTH_MAX: Final = 256
_KINDS: Final = ("vehicle", "trip_update", "alert")

LINGER_S: Final = 15 * 60
"""A line group is told of polls for this long after its last report, whatever its timetable says."""

REJECT_CONTENT_BYTES: Final = 64 * 1024


@dataclass(slots=True)
class SortedFeed:
    """What became of one poll. ``lag_s`` is the median age of the feed's vehicles' reports.

    ``alerts`` are all of the feed's alerts; ``None`` where the poll says nothing of them.
    """

    messages: list[LineMessage]
    rejects: list[Reject] = field(default_factory=list)
    header_at: int | None = None
    lag_s: int | None = None
    vehicles: int = 0
    accepted: int = 0
    repeated: int = 0
    alerts: tuple[ServiceAlert, ...] | None = None

    @property
    def refused(self) -> Counter[str]:
        """Refusals by reason."""
        return Counter(reject.reason.value for reject in self.rejects)


@dataclass(slots=True)
class _Poll:
    """One poll being sorted."""

    time_s: int
    header: bytes
    batches: dict[int, LineBatch]
    rejects: list[Reject] = field(default_factory=list)
    ages_s: list[int] = field(default_factory=list)
    ids: set[tuple[str, str]] = field(default_factory=set)
    alerts: dict[bytes, ServiceAlert] = field(default_factory=dict)
    accepted: int = 0
    repeated: int = 0
    vehicles: int = 0
    has_new_time: bool = False
    """The feed's own time has moved on: a report that has none of its own is new, though its bytes are the last's."""

    def batch(self, group: int) -> LineBatch:
        found = self.batches.get(group)
        if found is None:
            found = self.batches[group] = LineBatch(self.header)
        return found


class FeedSorter:
    """Sorts the polls of one feed under one timetable. Its outcome depends on nothing but the polls, in their order."""

    def __init__(self, timetable: Timetable, feed: str) -> None:
        self.timetable = timetable
        self.feed = feed
        self.lookup = LineLookup(timetable)
        self._reports = ReportLines(timetable, self.lookup)
        self._hours = ServiceHours(timetable)
        self._blocks = BlockOutlook(timetable)
        self._known = KnownVehicles()
        self._told_at: dict[int, int] = {}
        self._alerts: dict[bytes, ServiceAlert] = {}
        self._header = packed_field(HEADER_TAG, b"")
        self._last_poll_s = 0
        self._header_at = 0

    def sort(self, content: bytes, poll_time_s: int) -> SortedFeed:
        """Give each entity of a poll its line group.

        ``poll_time_s`` is when the feed was read. A message that cannot be read at all is one refusal, and the lines
        still hear of the poll.
        """
        try:
            decoded = decode_feed(content)
        except UndecodableError as wrong:
            poll = self._open(poll_time_s)
            self._refuse(poll, content, None, Refusal(RejectReason.UNDECODABLE, str(wrong)))
            return self._close(poll)
        self._header = packed_field(HEADER_TAG, decoded.header)
        poll = self._open(poll_time_s)
        poll.has_new_time = decoded.header_at > self._header_at
        self._header_at = decoded.header_at
        is_usable = self._check_header(poll, decoded)
        if is_usable:
            for entity in decoded.entities:
                self._sort_entity(poll, entity)
            self._alerts = poll.alerts
            self._tell_gone(poll)
        for piece in decoded.broken:
            self._refuse(poll, piece, None, Refusal(RejectReason.UNDECODABLE, "the entity cannot be read"))
        self._last_poll_s = poll_time_s
        sorted_feed = self._close(poll)
        sorted_feed.header_at = decoded.header_at or None
        sorted_feed.alerts = tuple(poll.alerts.values()) if is_usable else None
        return sorted_feed

    def sort_unchanged(self, poll_time_s: int) -> SortedFeed:
        """The feed says just what it said last: no report is new, but a vehicle may have become due elsewhere."""
        poll = self._open(poll_time_s)
        for known in self._known.list_seen_since(self._last_poll_s):
            known.seen_at = poll_time_s
            self._repeat(poll, known)
        self._last_poll_s = poll_time_s
        return self._close(poll)

    def sort_down(self, poll_time_s: int) -> SortedFeed:
        """The fetch failed: lines in service hear of it in an empty message."""
        return self._close(self._open(poll_time_s))

    def _open(self, poll_time_s: int) -> _Poll:
        in_service = self._hours.list_groups(poll_time_s)
        self._told_at = {group: at for group, at in self._told_at.items() if at >= poll_time_s - LINGER_S}
        poll = _Poll(poll_time_s, self._header, {})
        for group in sorted({*in_service, *self._told_at}):
            poll.batches[group] = LineBatch(self._header)
        return poll

    def _close(self, poll: _Poll) -> SortedFeed:
        self._known.sweep(poll.time_s)
        return SortedFeed(
            messages=[batch.message(group) for group, batch in poll.batches.items()],
            rejects=poll.rejects,
            lag_s=median_low(poll.ages_s) if poll.ages_s else None,
            vehicles=poll.vehicles,
            accepted=poll.accepted,
            repeated=poll.repeated,
        )

    def _check_header(self, poll: _Poll, decoded: DecodedFeed) -> bool:
        """Whether the entities can be used. A header without a time is told of, but the poll has a time of its own."""
        if decoded.version and not str(decoded.version).startswith(("1", "2")):
            detail = f"it speaks GTFS-realtime {decoded.version!r}; known are 1.0 and 2.0"
            self._refuse(poll, self._header, None, Refusal(RejectReason.UNSUPPORTED_VERSION, detail))
            return False
        if not decoded.header_at:
            self._refuse(
                poll, decoded.header, None, Refusal(RejectReason.NO_HEADER_TIME, "the feed does not say its time")
            )
        return True

    def _sort_entity(self, poll: _Poll, entity: Any) -> None:
        kinds = [kind for kind in _KINDS if entity.HasField(kind)]
        if len(kinds) > 1:
            for kind in kinds:
                self._sort_entity(poll, _part_of(entity, kind))
            return
        content = find_content(entity)
        entity_id = entity.id
        if content is None:
            name = entity_id if isinstance(entity_id, str) else ""
            detail = f"entity {name[:ID_LENGTH_MAX]!r} lacks a field that GTFS-realtime requires"
            self._refuse(poll, name.encode(), None, Refusal(RejectReason.UNDECODABLE, detail))
            return
        kind = kinds[0] if kinds else ""
        refusal = _check_entity(entity_id, kind, poll.ids)
        if refusal is not None:
            self._refuse(poll, content, None, refusal)
            return
        if entity.is_deleted:
            return
        if kind == "vehicle":
            self._sort_vehicle(poll, entity, content)
        elif kind == "trip_update":
            self._pass_on(poll, content, list_update_groups(entity.trip_update, self.lookup))
        elif kind == "alert":
            self._keep_alert(poll, entity, content)
        else:
            detail = "it holds no vehicle, trip update or alert"
            self._refuse(poll, content, None, Refusal(RejectReason.EMPTY_ENTITY, detail))

    def _sort_vehicle(self, poll: _Poll, entity: Any, content: bytes) -> None:
        poll.vehicles += 1
        packed = packed_field(ENTITY_TAG, content)
        known = self._known.find_report(packed)
        if known is not None and (known.observed_at or not poll.has_new_time):
            known.seen_at = poll.time_s
            poll.repeated += 1
            self._repeat(poll, known)
            return
        vehicle = entity.vehicle
        name = _vehicle_name(vehicle, entity.id)
        refusal = _check_vehicle(vehicle)
        if refusal is not None:
            self._refuse(poll, content, name, refusal)
            return
        last = self._known.find(name)
        trip_id = "" if vehicle.vehicle.id else vehicle.trip.trip_id
        known = KnownVehicle(packed, entity.id, vehicle.timestamp, poll.time_s, trip_id=trip_id)
        self._known.keep(name, known)
        found = self._reports.assign(
            vehicle, None if last is None else last.group, frozenset() if last is None else last.candidates
        )
        if isinstance(found, Refusal):
            self._refuse(poll, content, name, found)
        elif isinstance(found, Undecided):
            known.candidates = found.candidates
            self._refuse(poll, content, name, found.refusal)
        else:
            self._tell(poll, known, found, self._look_ahead(vehicle, found.trip, poll.time_s))

    def _tell_gone(self, poll: _Poll) -> None:
        """Name the trips that the last poll had a vehicle on and this one has not: lines hear of new reports alone."""
        for known in self._known.list_gone(self._last_poll_s) if self._last_poll_s < poll.time_s else ():
            if known.group is not None:
                poll.batch(known.group).gone.append(known.trip_id)

    def _look_ahead(self, vehicle: Any, trip: int | None, time_s: int) -> KnownVehicle | Any:
        if trip is None or self.timetable.trip_block[trip] < 0:
            return ()
        day = day_of_run(self.timetable, trip, vehicle.trip.start_date, time_s)
        return () if day is None else self._blocks.list_ahead(trip, day)

    def _tell(self, poll: _Poll, known: KnownVehicle, found: Assigned, ahead: Any) -> None:
        known.group, known.candidates, known.ahead = found.group, found.candidates, ahead
        poll.accepted += 1
        self._note_age(poll, known)
        if self._add(poll, found.group, known) and found.by_place:
            poll.batches[found.group].assigned.append(known.entity_id)
        if ahead:
            self._tell_due(poll, known)

    def _repeat(self, poll: _Poll, known: KnownVehicle) -> None:
        self._note_age(poll, known)
        if known.group is not None:
            self._told_at[known.group] = poll.time_s
        if known.ahead:
            self._tell_due(poll, known)

    def _tell_due(self, poll: _Poll, known: KnownVehicle) -> None:
        for group in list_due(known.ahead, poll.time_s):
            if group not in known.told and self._add(poll, group, known):
                poll.batches[group].due.append(known.entity_id)

    def _add(self, poll: _Poll, group: int, known: KnownVehicle) -> bool:
        known.told.append(group)
        self._told_at[group] = poll.time_s
        batch = poll.batch(group)
        if batch.size + len(known.content) > LINE_BYTES_MAX:
            refusal = Refusal(RejectReason.TOO_LARGE, "the line's message would be larger than the broker takes")
            self._refuse(poll, known.content, None, refusal)
            return False
        batch.add(known.content)
        return True

    def _pass_on(self, poll: _Poll, content: bytes, groups: tuple[int, ...] | Refusal) -> None:
        if isinstance(groups, Refusal):
            self._refuse(poll, content, None, groups)
            return
        poll.accepted += 1
        packed = packed_field(ENTITY_TAG, content)
        for group in groups:
            batch = poll.batch(group)
            if batch.size + len(packed) <= LINE_BYTES_MAX:
                batch.add(packed)

    def _keep_alert(self, poll: _Poll, entity: Any, content: bytes) -> None:
        """Alerts stand beside the lines' messages: they change rarely, and one may concern every line."""
        known = self._alerts.get(content)
        if known is None:
            groups = list_alert_groups(entity.alert, self.lookup)
            if not isinstance(groups, Refusal) and len(poll.alerts) >= ALERTS_MAX:
                groups = Refusal(RejectReason.TOO_LARGE, f"the feed has more than {ALERTS_MAX} alerts")
            if isinstance(groups, Refusal):
                self._refuse(poll, content, None, groups)
                return
            names = tuple(self.lookup.group_ids[group] for group in groups)
            known = read_alert(entity.id, entity.alert, names)
        poll.alerts[content] = known
        poll.accepted += 1

    def _note_age(self, poll: _Poll, known: KnownVehicle) -> None:
        if known.observed_at:
            poll.ages_s.append(poll.time_s - known.observed_at)

    def _refuse(self, poll: _Poll, content: bytes, vehicle: str | None, refusal: Refusal) -> None:
        digest = blake2b(content, digest_size=16, key=refusal.reason.encode()).hexdigest()
        poll.rejects.append(
            Reject(
                id=f"{self.feed}:{digest}",
                reason=refusal.reason,
                feed=self.feed,
                line_group=None,
                vehicle_id=vehicle,
                at=poll.time_s,
                detail=refusal.detail,
                content=content[:REJECT_CONTENT_BYTES],
            )
        )


def _vehicle_name(vehicle: Any, entity_id: str) -> str:
    """What tells a feed's vehicles apart; trains often carry no id of their own but that of their trip."""
    named = vehicle.vehicle.id
    if named:
        return str(named)
    trip = vehicle.trip
    return f"trip:{trip.trip_id}:{trip.start_date}" if trip.trip_id else f"entity:{entity_id}"


def _part_of(entity: Any, kind: str) -> Any:
    """An entity with but one of the several things that it holds: a vehicle and its trip update go their own ways."""
    part = FeedEntity(id=entity.id)
    if entity.is_deleted:
        part.is_deleted = True
    getattr(part, kind).CopyFrom(getattr(entity, kind))
    return part


def _check_entity(entity_id: Any, kind: str, seen: set[tuple[str, str]]) -> Refusal | None:
    """Ids are told apart by what an entity holds: vehicles, updates and alerts may come from one source each."""
    if not isinstance(entity_id, str) or not entity_id:
        return Refusal(RejectReason.UNDECODABLE, "the entity has no id that can be read")
    if len(entity_id) > ID_LENGTH_MAX:
        return Refusal(RejectReason.ID_TOO_LONG, f"the entity's id has {len(entity_id)} characters")
    if (kind, entity_id) in seen:
        return Refusal(RejectReason.DUPLICATE_ENTITY, f"the message holds entity {entity_id!r} twice")
    seen.add((kind, entity_id))
    return None


def _check_vehicle(vehicle: Any) -> Refusal | None:
    """Ids that are no text (bytes that are not UTF-8) would break whoever reads them later."""
    trip = vehicle.trip
    for written in (vehicle.vehicle.id, trip.trip_id, trip.route_id, trip.start_date, vehicle.stop_id):
        if not isinstance(written, str):
            return Refusal(RejectReason.UNDECODABLE, "one of its ids is not UTF-8")
        if len(written) > ID_LENGTH_MAX:
            return Refusal(RejectReason.ID_TOO_LONG, f"one of its ids has {len(written)} characters")
    return None
