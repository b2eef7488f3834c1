"""What answers about `shared` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


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
    answer_id: str | None
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
    predicted_by: Literal['headway', 'agency', 'both'] | None
    last: bool


class ArrivalsAnswer(TypedDict):
    """The next vehicles at a stop or station, in the order in which they come."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    as_of: NotRequired[RestsOn | None]
    stop: Stop
    timetable: str
    computed_at: str | None
    warnings: list[Warned]
    headways: list[Headway]
    reason: Literal['not_started', 'none_within_horizon', 'last_gone', 'ended', 'no_service_today', 'nothing_matches'] | None
    next_at: str | None
    arrivals: list[Arrival]


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


class ClassProbabilities(TypedDict):
    """How likely each of GTFS-realtime's classes is when the vehicle reaches this stop; they sum to 1."""

    empty: float
    many_seats_available: float
    few_seats_available: float
    standing_room_only: float
    crushed_standing_room_only: float
    full: float


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


Datum = Literal['wgs84', 'gcj02', 'bd09']


class Headway(TypedDict):
    """A line that is planned every ten minutes or more often, as riders speak of it: every 4-6 min, next in 3."""

    line_id: str
    direction_id: Literal[0, 1] | None
    min_s: int
    max_s: int
    next_s: int


class Line(TypedDict):
    """A line: a GTFS route."""

    id: str
    own_id: NotRequired[str | None]
    short_name: str | None
    long_name: str | None
    route_type: int
    color: str | None
    text_color: str | None


class LineOfPast(TypedDict):
    """A line in an answer of the past."""

    line_id: str
    computed_at: str


class Occupancy(TypedDict):
    """How full a vehicle was when it last reported. Absent where it never did: no report never reads as empty."""

    status: Literal['empty', 'many_seats_available', 'few_seats_available', 'standing_room_only', 'crushed_standing_room_only', 'full', 'not_accepting_passengers', 'not_boardable'] | None
    percentage: int | None
    observed_at: str | None
    carriages: list[CarriageOccupancy]


class Partner(TypedDict):
    """Who asks."""

    id: str
    name: str


class PlanTerms(TypedDict):
    """A quota: `burst_per_s` tokens a second refill a bucket of `burst_size`; days and months are UTC."""

    name: str
    burst_per_s: float
    burst_size: int
    per_day: int
    per_month: int
    weights: dict[str, Any]
    streams: int


class Problem(TypedDict):
    """A problem (RFC 9457, `application/problem+json`); `type` is stable and explained in the documentation."""

    type: str
    title: str
    status: int
    detail: str


class RestsOn(TypedDict):
    """What an answer of the past rests on."""

    at: str
    lines: list[LineOfPast]


class RunAnswer(TypedDict):
    """One trip on one service date, with all its calls."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    as_of: NotRequired[RestsOn | None]
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
    predicted_by: Literal['headway', 'agency', 'both'] | None
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


class StopName(TypedDict):
    """A stop by id and name."""

    id: str
    own_id: NotRequired[str | None]
    name: str
    platform_code: str | None


class Stop(StopName):
    """A stop or station: what it is called and where it is (WGS-84)."""

    code: str | None
    kind: Literal['stop', 'station', 'entrance', 'node', 'boarding_area']
    latitude: float
    longitude: float
    parent_id: str | None


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


class Warned(TypedDict):
    """Something to know before trusting the answer."""

    code: Literal['view_loading', 'view_old', 'view_incomplete', 'timetable_expired', 'service_alert', 'feed_down', 'feed_stale', 'tracking_behind']
    since: str | None
    detail: str
    alert_id: NotRequired[str | None]
    effect: NotRequired[str | None]
