"""Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Accuracy(TypedDict):
    """Errors by horizon, and what was left out."""

    by_horizon: list[HorizonAccuracy]
    by_expected_horizon: list[HorizonAccuracy]
    censoring: Censoring


class AccuracyAnswer(TypedDict):
    """How right the times were that were served, by horizon, hour and line."""

    since: str | None
    overall: Accuracy
    hours: list[HourAccuracy]
    lines: list[LineAccuracy]
    warnings: list[Warned]


class ActivePeriod(TypedDict):
    """From `starts_at` on, before `ends_at`; null where that side is open."""

    starts_at: str | None
    ends_at: str | None


class AlertTold(TypedDict):
    """One alert in force."""

    id: str
    source: Literal['agency', 'operator', 'headway']
    cause: str
    effect: str
    severity: str
    active_periods: list[ActivePeriod]
    informed: list[Informed]
    header: dict[str, Any]
    description: dict[str, Any]
    url: dict[str, Any]


class AlertsAnswer(TypedDict):
    """Every alert in force that was asked for."""

    alerts: list[AlertTold]


class Arrival(TypedDict):
    """One vehicle's visit to the stop; without `run_id`, a line that comes every `every_s` at no times of its own."""

    aimed_at: str | None
    expected_at: str | None
    expected_early_at: str | None
    expected_late_at: str | None
    aimed_departure_at: str | None
    expected_departure_at: str | None
    expected_departure_early_at: str | None
    expected_departure_late_at: str | None
    delay_s: int | None
    line: Line
    direction_id: Literal[0, 1] | None
    headsign: str
    stop: StopName
    stop_sequence: int
    run_id: str | None
    trip_id: str | None
    service_date: str | None
    boardable: bool
    alightable: bool
    every_s: int | None
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'held', 'departed']
    distance_m: int | None
    stops_away: int | None
    vehicle_id: str | None
    vehicle_label: str | None
    occupancy: Occupancy | None
    crowding: Crowding | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    observed_at: str | None
    computed_at: str | None
    valid_until: str | None
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    revision: Literal['progress', 'passage', 'rematched', 'detour', 'rerouted', 'feed_returned', 'held', 'departed', 'traffic', 'settling'] | None
    last: bool


class ArrivalsAnswer(TypedDict):
    """The next vehicles at a stop or station, in the order in which they come."""

    stop: Stop
    timetable: str
    computed_at: str | None
    warnings: list[Warned]
    headways: list[Headway]
    reason: Literal['not_started', 'none_within_horizon', 'last_gone', 'ended', 'no_service_today', 'nothing_matches'] | None
    next_at: str | None
    arrivals: list[Arrival]


class BatchAnswer(TypedDict):
    """Items in the order asked for: stops, lines, vehicles."""

    asked: int
    failed: int
    next_cursor: str | None
    items: list[BatchItem]


class BatchItem(TypedDict):
    """One of the things asked for, with its answer or its problem."""

    kind: Literal['stop', 'line', 'vehicle']
    id: str
    status: int
    answer: ArrivalsAnswer | LineRuns | RunAnswer | None
    problem: Problem | None


class BatchRequest(TypedDict):
    """What to answer: stops, lines and vehicles, 1,000 in all at most."""

    stops: NotRequired[list[str]]
    lines: NotRequired[list[str]]
    vehicles: NotRequired[list[str]]
    limit: NotRequired[int]
    per_line: NotRequired[int]
    horizon_s: NotRequired[int]
    fields: NotRequired[list[str]]
    page_size: NotRequired[int]
    cursor: NotRequired[str]


class CarriageCrowding(TypedDict):
    """One carriage when it reaches this stop."""

    crowding_level: int
    name: Literal['comfortable', 'moderate', 'crowded', 'severe']
    color: str
    sequence: int


class CarriageOccupancy(TypedDict):
    """How full one carriage is."""

    sequence: int
    id: str | None
    label: str | None
    status: Literal['empty', 'many_seats_available', 'few_seats_available', 'standing_room_only', 'crushed_standing_room_only', 'full', 'not_accepting_passengers', 'not_boardable'] | None
    percentage: int | None


class Censoring(TypedDict):
    """What the figures leave out."""

    arrivals: int
    scored: int
    unsure: int
    unforetold: int
    unanswered: int


class CityAnswer(TypedDict):
    """Every tracked run of a timetable."""

    timetable: str
    columns: list[str]
    computed_at: int
    runs: list[CityRun]


class CityRun(TypedDict):
    """A run with a vehicle that is heard. Moments are POSIX seconds."""

    run_id: str
    line_id: str
    direction_id: Literal[0, 1] | None
    vehicle_id: str
    observed_at: int
    computed_at: int
    valid_until: int
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    delay_s: int | None
    occupancy_status: Literal['empty', 'many_seats_available', 'few_seats_available', 'standing_room_only', 'crushed_standing_room_only', 'full', 'not_accepting_passengers', 'not_boardable'] | None
    occupancy_percentage: int | None
    calls: list[list[str | int | None]]


class ClassProbabilities(TypedDict):
    """How likely each of GTFS-realtime's classes is when the vehicle reaches this stop; they sum to 1."""

    empty: float
    many_seats_available: float
    few_seats_available: float
    standing_room_only: float
    crushed_standing_room_only: float
    full: float


class ConditionsAnswer(TypedDict):
    """How a line runs now."""

    line: Line
    computed_at: str | None
    speed_mps: float | None
    service: ServiceLevel
    directions: list[DirectionConditions]
    crowding: list[CrowdingNow]
    warnings: list[Warned]


class CoverageAnswer(TypedDict):
    """Every line with service today or vehicles now."""

    lines: list[LineCoverage]
    warnings: list[Warned]


class Crowding(TypedDict):
    """How full the vehicle will be when it reaches this stop. Null where nothing reported bears on it."""

    crowding_level: int
    name: Literal['comfortable', 'moderate', 'crowded', 'severe']
    color: str
    probabilities: ClassProbabilities
    load_percentage: int
    basis: Literal['observed', 'estimated']
    age_s: int
    carriages: list[CarriageCrowding]
    board_at: list[int]


class CrowdingNow(TypedDict):
    """How full one direction is now; absent where no vehicle reports, which never means empty."""

    crowding_level: int
    name: Literal['comfortable', 'moderate', 'crowded', 'severe']
    color: str
    direction_id: Literal[0, 1] | None
    vehicles: int
    reporting: int
    load_percentage: int
    sections: list[SectionNow]


Datum = Literal['wgs84', 'gcj02', 'bd09']


class DestinationDay(TypedDict):
    """From this stop to one place where runs end: also through runs that go on from there count."""

    line: Line
    direction_id: Literal[0, 1] | None
    destination: StopName
    first: EndDeparture
    last: EndDeparture


class Direction(TypedDict):
    """One direction of a line and where its vehicles go, the busiest destination first."""

    direction_id: Literal[0, 1] | None
    headsigns: list[str]


class DirectionConditions(TypedDict):
    """One direction of a line."""

    direction_id: Literal[0, 1] | None
    vehicles: int
    now: HeadwaysNow
    planned: Headways


class EndDeparture(TypedDict):
    """The first or last departure of the day."""

    departs_at: str
    run_id: str | None
    headsign: str


class Feed(TypedDict):
    """How one feed fares. Counts are since `since`."""

    id: str
    timetable: str
    timetable_hash: str
    state: Literal['up', 'stale', 'down', 'silent']
    since: str
    polled_at: str
    header_at: str | None
    down_since: str | None
    last_error: str | None
    lag_s: int | None
    recorded: bool
    vehicles: int
    lines: int
    polls: int
    failed_polls: int
    unchanged_polls: int
    accepted: int
    repeated: int
    refused: dict[str, Any]
    timetable_expires_on: str | None
    timetable_expired: bool


class FeedAnswer(TypedDict):
    """A FeedMessage of GTFS-realtime 2.0. 64-bit numbers are strings, as protobuf's JSON mapping has them."""

    header: dict[str, Any]
    entity: NotRequired[list[dict[str, Any]]]


FeedKind = Literal['trip-updates', 'vehicle-positions', 'alerts']


class FeedsAnswer(TypedDict):
    """All feeds and the timetables they speak."""

    feeds: list[Feed]
    timetables: list[TimetableState]
    warnings: list[Warned]


class FirstLastAnswer(TypedDict):
    """A service day at a stop: first and last departure by line, direction and destination."""

    stop: Stop
    service_date: str
    destinations: list[DestinationDay]
    warnings: list[Warned]


class FoundStop(TypedDict):
    """A stop that a search found."""

    id: str
    name: str
    platform_code: str | None
    code: str | None
    kind: Literal['stop', 'station', 'entrance', 'node', 'boarding_area']
    latitude: float
    longitude: float
    parent_id: str | None
    distance_m: int | None


class GrantAsked(TypedDict):
    """A request for a grant."""

    product: str
    purpose: str
    days: NotRequired[int]
    plan: NotRequired[str | None]
    fields: NotRequired[list[str] | None]
    area: NotRequired[SentArea | None]
    trial: NotRequired[bool]
    networks: NotRequired[list[str]]


class GroupCoverage(TypedDict):
    """What the vehicles of the line's group reported; lines that share vehicles share these figures."""

    vehicles: int
    matched: int
    runs_today: int
    matched_today: int
    unmatched: dict[str, Any]


class Headway(TypedDict):
    """A line that is planned every ten minutes or more often, as riders speak of it: every 4-6 min, next in 3."""

    line_id: str
    direction_id: Literal[0, 1] | None
    min_s: int
    max_s: int
    next_s: int


class Headways(TypedDict):
    """Headways between vehicles: how long after the one before each comes to the same stop."""

    headways: int
    min_s: int | None
    mean_s: float | None
    max_s: int | None
    expected_wait_s: float | None


class HeadwaysNow(TypedDict):
    """Headways as foretold of the vehicles that are heard."""

    headways: int
    min_s: int | None
    mean_s: float | None
    max_s: int | None
    expected_wait_s: float | None
    bunched: int
    gaps: int


class HorizonAccuracy(TypedDict):
    """The errors of one horizon bin. Error = actual - expected: negative where the vehicle came before its time."""

    from_s: int
    to_s: int
    forecasts: int
    mean_absolute_error_s: float | None
    mean_error_s: float | None
    inside_ratio: float | None
    early_ratio: float | None


class HourAccuracy(TypedDict):
    """One hour: the arrivals that were made in it."""

    by_horizon: list[HorizonAccuracy]
    by_expected_horizon: list[HorizonAccuracy]
    censoring: Censoring
    starts_at: str


class Informed(TypedDict):
    """What an alert is about; every member that is not null must hold."""

    line_id: str | None
    direction_id: int | None
    trip_id: str | None
    service_date: str | None
    stop_id: str | None
    route_type: int | None


class KeyRestricted(TypedDict):
    """How a key may be used; what is left out stays."""

    networks: NotRequired[list[str] | None]
    signed: NotRequired[bool | None]


class KeyRotated(TypedDict):
    """How long the older key goes on."""

    overlap_hours: NotRequired[float]


class Line(TypedDict):
    """A line: a GTFS route."""

    id: str
    short_name: str | None
    long_name: str | None
    route_type: int
    color: str | None
    text_color: str | None


class LineAccuracy(TypedDict):
    """One line, or the lines that share vehicles and directions."""

    by_horizon: list[HorizonAccuracy]
    by_expected_horizon: list[HorizonAccuracy]
    censoring: Censoring
    lines: list[Line]


class LineCoverage(TypedDict):
    """One line: which runs are due, which are tracked."""

    line: Line
    due_now: int
    tracked_now: int
    due_tracked_now: int
    due_today: int
    started_today: int
    why_not: dict[str, Any]
    computed_at: str | None
    group: GroupCoverage | None


class LineDetail(TypedDict):
    """A line with its patterns and stops."""

    id: str
    short_name: str | None
    long_name: str | None
    route_type: int
    color: str | None
    text_color: str | None
    agency: str | None
    directions: list[Direction]
    line_group: list[str]
    patterns: list[Pattern]
    stops: list[Stop]
    warnings: list[Warned]


class LineRuns(TypedDict):
    """A line's runs that a vehicle is on."""

    line: Line
    runs: list[RunAnswer]
    warnings: list[Warned]


class LineSummary(TypedDict):
    """A line among others."""

    id: str
    short_name: str | None
    long_name: str | None
    route_type: int
    color: str | None
    text_color: str | None
    agency: str | None
    directions: list[Direction]


class LinesAnswer(TypedDict):
    """All lines, in the order their agency gives them."""

    lines: list[LineSummary]
    warnings: list[Warned]


class Liveness(TypedDict):
    """The process lives."""

    status: Literal['live']


class NearbyAnswer(TypedDict):
    """Stops by how far one walks to them; a station once, for all its platforms."""

    stops: list[NearbyStop]
    warnings: list[Warned]


class NearbyArrival(TypedDict):
    """An arrival, and whether one who walks from the place asked about catches it."""

    aimed_at: str | None
    expected_at: str | None
    expected_early_at: str | None
    expected_late_at: str | None
    aimed_departure_at: str | None
    expected_departure_at: str | None
    expected_departure_early_at: str | None
    expected_departure_late_at: str | None
    delay_s: int | None
    line: Line
    direction_id: Literal[0, 1] | None
    headsign: str
    stop: StopName
    stop_sequence: int
    run_id: str | None
    trip_id: str | None
    service_date: str | None
    boardable: bool
    alightable: bool
    every_s: int | None
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'held', 'departed']
    distance_m: int | None
    stops_away: int | None
    vehicle_id: str | None
    vehicle_label: str | None
    occupancy: Occupancy | None
    crowding: Crowding | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    observed_at: str | None
    computed_at: str | None
    valid_until: str | None
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    revision: Literal['progress', 'passage', 'rematched', 'detour', 'rerouted', 'feed_returned', 'held', 'departed', 'traffic', 'settling'] | None
    last: bool
    catch: Literal['can_wait', 'leave_now', 'maybe', 'missed'] | None
    leave_at: str | None


class NearbyStop(TypedDict):
    """A stop or station with what comes next."""

    id: str
    name: str
    platform_code: str | None
    code: str | None
    kind: Literal['stop', 'station', 'entrance', 'node', 'boarding_area']
    latitude: float
    longitude: float
    parent_id: str | None
    distance_m: int
    walk_m: int
    walk_s: int
    lines: list[Line]
    opposite: list[OppositeStop]
    headways: list[Headway]
    arrivals: list[NearbyArrival]


class NeedPosted(TypedDict):
    """What is missed on the shelf."""

    text: str


class Occupancy(TypedDict):
    """How full a vehicle was when it last reported. Absent where it never did: no report never reads as empty."""

    status: Literal['empty', 'many_seats_available', 'few_seats_available', 'standing_room_only', 'crushed_standing_room_only', 'full', 'not_accepting_passengers', 'not_boardable'] | None
    percentage: int | None
    observed_at: str | None
    carriages: list[CarriageOccupancy]


class OppositeStop(TypedDict):
    """Where a line is boarded to go back."""

    line_id: str
    direction_id: Literal[0, 1]
    stop: StopName
    walk_m: int
    confidence: float


class PassageMade(TypedDict):
    """An arrival or departure that Headway observed."""

    run_id: str
    line_id: str
    service_date: str
    stop_id: str
    stop_sequence: int
    kind: Literal['arrival', 'departure']
    at: str
    earliest_at: str
    latest_at: str
    vehicle_id: str | None


class PassagesAnswer(TypedDict):
    """Passages in the order in which they were made."""

    passages: list[PassageMade]
    next_from: str | None


class Pattern(TypedDict):
    """One distinct sequence of calls of the line, along one shape."""

    id: str
    direction_id: Literal[0, 1] | None
    headsign: str
    length_m: int
    trips: int
    has_shape: bool
    calls: list[PatternCall]
    shape: NotRequired[list[list[Any]]]


class PatternCall(TypedDict):
    """A pattern's visit to a stop."""

    stop_id: str
    stop_sequence: int
    progress_m: int
    boardable: bool
    alightable: bool
    timing_point: bool


class Problem(TypedDict):
    """A problem (RFC 9457, `application/problem+json`); `type` is stable and explained in the documentation."""

    type: str
    title: str
    status: int
    detail: str


class Readiness(TypedDict):
    """Whether the process can answer, and from how good a view."""

    status: Literal['ready', 'degraded', 'starting', 'draining']
    view: Literal['loading', 'whole', 'store_lost', 'store_incomplete']
    since: str | None
    detail: str | None
    lines: int
    timetables: list[str]
    newest_computed_at: str | None


class RunAnswer(TypedDict):
    """One trip on one service date, with all its calls."""

    run_id: str
    trip_id: str
    service_date: str
    line: Line
    direction_id: Literal[0, 1] | None
    headsign: str | None
    last: bool
    vehicle: Vehicle | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    computed_at: str | None
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming'] | None
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    revision: Literal['progress', 'passage', 'rematched', 'detour', 'rerouted', 'feed_returned', 'held', 'departed', 'traffic', 'settling'] | None
    warnings: list[Warned]
    calls: list[RunCall]


class RunCall(TypedDict):
    """The run's visit to one stop. Calls behind it are `departed` and foretell nothing."""

    aimed_at: str | None
    expected_at: str | None
    expected_early_at: str | None
    expected_late_at: str | None
    aimed_departure_at: str | None
    expected_departure_at: str | None
    expected_departure_early_at: str | None
    expected_departure_late_at: str | None
    delay_s: int | None
    stop: StopName
    stop_sequence: int
    progress_m: int
    boardable: bool
    alightable: bool
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'held', 'departed']


class SectionNow(TypedDict):
    """The way from one stop to the next, where vehicles are that report how full they are."""

    crowding_level: int
    name: Literal['comfortable', 'moderate', 'crowded', 'severe']
    color: str
    to: StopName
    vehicles: int
    load_percentage: int
    basis: Literal['observed', 'estimated']


class SentArea(TypedDict):
    """A part of the network; what is left out does not limit."""

    timetables: NotRequired[list[str]]
    lines: NotRequired[list[str]]
    modes: NotRequired[list[str]]
    box: NotRequired[list[float] | None]


class ServiceLevel(TypedDict):
    """Runs that are due now, and those of them whose vehicle is heard."""

    due: int
    tracked: int
    ratio: float | None
    level: Literal['normal', 'reduced', 'poor', 'none', 'not_due', 'unknown']


class SiriAnswer(TypedDict):
    """SIRI 2.0: elements by their names, lists where an element may be repeated."""

    Siri: dict[str, Any]


class Stop(TypedDict):
    """A stop or station: what it is called and where it is (WGS-84)."""

    id: str
    name: str
    platform_code: str | None
    code: str | None
    kind: Literal['stop', 'station', 'entrance', 'node', 'boarding_area']
    latitude: float
    longitude: float
    parent_id: str | None


class StopDetail(TypedDict):
    """A stop or station with its platforms and the lines that call there."""

    id: str
    name: str
    platform_code: str | None
    code: str | None
    kind: Literal['stop', 'station', 'entrance', 'node', 'boarding_area']
    latitude: float
    longitude: float
    parent_id: str | None
    platforms: list[Stop]
    lines: list[Line]
    warnings: list[Warned]


class StopName(TypedDict):
    """A stop by id and name."""

    id: str
    name: str
    platform_code: str | None


class StopsAnswer(TypedDict):
    """Stops near a place, nearest first, or by name, best first."""

    stops: list[FoundStop]
    warnings: list[Warned]


class Term(TypedDict):
    """One part of the time told."""

    name: Literal['timetable', 'delay', 'position', 'hold', 'layover', 'hops', 'dwell', 'correction']
    seconds: int
    meaning: str


class TicketAnswer(TypedDict):
    """A ticket for `?ticket=`."""

    ticket: str
    expires_at: str


class TimetableState(TypedDict):
    """One timetable: which version is in force, and until when it is good."""

    name: str
    hash: str
    source: str
    timezone: str
    first_service_date: str
    last_service_date: str
    expired: bool
    lines: int
    stops: int
    trips: int
    faults: int


class Vehicle(TypedDict):
    """A vehicle and the run it is on."""

    id: str
    label: str | None
    line: Line | None
    direction_id: Literal[0, 1] | None
    headsign: str | None
    run_id: str
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    speed_mps: float | None
    pattern_id: str | None
    progress_m: int
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'off_route', 'finished']
    next_stop: StopName | None
    delay_s: int | None
    occupancy: Occupancy | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    observed_at: str
    computed_at: str
    valid_until: str
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming'] | None
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None


class VehicleAnswer(TypedDict):
    """One vehicle."""

    id: str
    label: str | None
    line: Line | None
    direction_id: Literal[0, 1] | None
    headsign: str | None
    run_id: str
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    speed_mps: float | None
    pattern_id: str | None
    progress_m: int
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'off_route', 'finished']
    next_stop: StopName | None
    delay_s: int | None
    occupancy: Occupancy | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    observed_at: str
    computed_at: str
    valid_until: str
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming'] | None
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    warnings: list[Warned]


class VehiclesAnswer(TypedDict):
    """A line's vehicles that are heard at present."""

    line: Line
    computed_at: str | None
    warnings: list[Warned]
    vehicles: list[Vehicle]


class Warned(TypedDict):
    """Something to know before trusting the answer."""

    code: Literal['view_loading', 'view_old', 'view_incomplete', 'timetable_expired', 'service_alert', 'feed_down', 'feed_stale', 'tracking_behind']
    since: str | None
    detail: str
    alert_id: NotRequired[str | None]
    effect: NotRequired[str | None]


class WhyAnswer(TypedDict):
    """Why a run is told to make a call when it is: `expected_at` is `from_at` and the terms' seconds, exactly."""

    run_id: str
    line: Line
    stop: StopName
    stop_sequence: int
    event: Literal['arrival', 'departure']
    expected_at: str
    aimed_at: str | None
    from_at: str
    terms: list[Term]
    legs: list[WhyLeg]
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    warnings: list[Warned]
    revision: Literal['progress', 'passage', 'rematched', 'detour', 'rerouted', 'feed_returned', 'held', 'departed', 'traffic', 'settling'] | None


class WhyLeg(TypedDict):
    """One hop on the way, and the dwell before it."""

    to: StopName
    stop_sequence: int
    hop_s: int
    dwell_before_s: int


class StreamedCall(TypedDict):
    """One call whose times changed; replaces what was known of it."""

    stop_id: str
    stop_sequence: int
    progress_m: int
    expected_early_at: str | None
    expected_at: str | None
    expected_late_at: str | None
    expected_departure_early_at: str | None
    expected_departure_at: str | None
    expected_departure_late_at: str | None
    skipped: bool


class StreamedLine(TypedDict):
    """What one poll changed on a line group."""

    line_group: str
    sequence: int
    previous: int | None
    full: bool
    timetable: str
    computed_at: str
    feed_down: bool
    runs: list[StreamedRun]
    gone: list[str]


class StreamedRun(TypedDict):
    """A run of which something changed: all about it, and those of its calls that changed."""

    run_id: str
    new: bool
    line_id: str
    direction_id: Literal[0, 1] | None
    headsign: str | None
    trip_id: str
    service_date: str
    vehicle_id: str
    vehicle_label: str | None
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    progress_m: int
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'off_route', 'finished']
    next_stop_sequence: int | None
    delay_s: int | None
    occupancy: Occupancy | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    observed_at: str
    valid_until: str
    calls: list[StreamedCall]
