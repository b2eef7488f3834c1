// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** Errors by horizon, and what was left out. */
export interface Accuracy {
  /** By actual horizon: arrival less the moment of asking */
  by_horizon: Array<HorizonAccuracy>;
  /** By the horizon foretold: p50 less the moment of asking */
  by_expected_horizon: Array<HorizonAccuracy>;
  censoring: Censoring;
}

/** How right the times were that were served, by horizon, hour and line. */
export interface AccuracyAnswer {
  /** The first hour that counts */
  since: string | null;
  overall: Accuracy;
  hours: Array<HourAccuracy>;
  lines: Array<LineAccuracy>;
  warnings: Array<Warned>;
}

/** From `starts_at` on, before `ends_at`; null where that side is open. */
export interface ActivePeriod {
  starts_at: string | null;
  ends_at: string | null;
}

/** One alert in force. */
export interface AlertTold {
  /** Stays the same for as long as the same thing is said */
  id: string;
  /** Who says so: the agency's feed, the operator's override, or what Headway itself sees */
  source: "agency" | "operator" | "headway";
  /** GTFS-realtime's cause in small letters */
  cause: string;
  /** GTFS-realtime's effect in small letters */
  effect: string;
  /** GTFS-realtime's severity in small letters */
  severity: string;
  active_periods: Array<ActivePeriod>;
  informed: Array<Informed>;
  /** By language; `und` where the agency named none */
  header: Record<string, unknown>;
  description: Record<string, unknown>;
  url: Record<string, unknown>;
}

/** Every alert in force that was asked for. */
export interface AlertsAnswer {
  alerts: Array<AlertTold>;
}

/** One vehicle's visit to the stop; without `run_id`, a line that comes every `every_s` at no times of its own. */
export interface Arrival {
  /** Arrival by the timetable; null at a first stop */
  aimed_at: string | null;
  /** Arrival, as likely earlier as later (p50); null while it is held */
  expected_at: string | null;
  /** p10: nine in ten come later */
  expected_early_at: string | null;
  /** p90: nine in ten come earlier */
  expected_late_at: string | null;
  /** Departure by the timetable; null at a last stop */
  aimed_departure_at: string | null;
  expected_departure_at: string | null;
  expected_departure_early_at: string | null;
  expected_departure_late_at: string | null;
  /** Seconds expected after aimed; early is negative */
  delay_s: number | null;
  line: Line;
  direction_id: 0 | 1 | null;
  headsign: string;
  /** The platform, where a station was asked for */
  stop: StopName;
  /** GTFS stop_sequence; tells two visits of one run apart */
  stop_sequence: number;
  /** `<timetable>:<trip>:<yyyymmdd>`; see /v1/runs/{run_id} */
  run_id: string | null;
  trip_id: string | null;
  /** The day of service: 00:20 belongs to yesterday's */
  service_date: string | null;
  boardable: boolean;
  alightable: boolean;
  /** Seconds between vehicles, where no clock time is promised */
  every_s: number | null;
  state: "not_departed" | "en_route" | "approaching" | "at_stop" | "held" | "departed";
  /** Metres still to go along the line's way */
  distance_m: number | null;
  /** Stops before this one; 0: this is the next */
  stops_away: number | null;
  /** `<feed>:<vehicle>`; see /v1/vehicles/{vehicle_id} */
  vehicle_id: string | null;
  /** What is painted on it */
  vehicle_label: string | null;
  /** As the vehicle last reported */
  occupancy: Occupancy | null;
  /** When it reaches this stop */
  crowding: Crowding | null;
  /** What the times rest on, best first; a step down is always said */
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  /** When the vehicle was last heard */
  observed_at: string | null;
  /** The poll this rests on */
  computed_at: string | null;
  /** Do not show it after this moment */
  valid_until: string | null;
  /** Will it come? */
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming";
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
  /** Why the run's times moved at the last poll */
  revision: "progress" | "passage" | "rematched" | "detour" | "rerouted" | "feed_returned" | "held" | "departed" | "traffic" | "settling" | null;
  /** The service day's last, by the timetable, from here to where it ends */
  last: boolean;
}

/** The next vehicles at a stop or station, in the order in which they come. */
export interface ArrivalsAnswer {
  stop: Stop;
  /** Hash of the timetable in force */
  timetable: string;
  /** The latest poll that any of it rests on */
  computed_at: string | null;
  warnings: Array<Warned>;
  headways: Array<Headway>;
  /** Why the list is empty */
  reason: "not_started" | "none_within_horizon" | "last_gone" | "ended" | "no_service_today" | "nothing_matches" | null;
  /** Where the list is empty: when the timetable goes on */
  next_at: string | null;
  arrivals: Array<Arrival>;
}

/** Items in the order asked for: stops, lines, vehicles. */
export interface BatchAnswer {
  /** Items of all pages */
  asked: number;
  /** Items of this page that have a problem in place of an answer */
  failed: number;
  /** Send it with the same items for the next page */
  next_cursor: string | null;
  items: Array<BatchItem>;
}

/** One of the things asked for, with its answer or its problem. */
export interface BatchItem {
  kind: "stop" | "line" | "vehicle";
  id: string;
  /** What a request for it alone would have been answered with */
  status: number;
  /** A stop's arrivals, a line's runs, a vehicle's run; with `fields` trimmed */
  answer: ArrivalsAnswer | LineRuns | RunAnswer | null;
  problem: Problem | null;
}

/** What to answer: stops, lines and vehicles, 1,000 in all at most. */
export interface BatchRequest {
  stops?: Array<string>;
  lines?: Array<string>;
  vehicles?: Array<string>;
  /** Arrivals of each stop, at most */
  limit?: number;
  /** Of each line, direction and destination */
  per_line?: number;
  /** How far ahead, in seconds */
  horizon_s?: number;
  /** Only these members of each arrival */
  fields?: Array<string>;
  /** Items in one answer, at most */
  page_size?: number;
  /** The `next_cursor` of the page before */
  cursor?: string;
}

/** One carriage when it reaches this stop. */
export interface CarriageCrowding {
  crowding_level: number;
  name: "comfortable" | "moderate" | "crowded" | "severe";
  /** Six hexadecimal digits, without # */
  color: string;
  /** Place in the train, 1 is the first in its direction */
  sequence: number;
}

/** How full one carriage is. */
export interface CarriageOccupancy {
  /** Place in the train, 1 is the first in its direction */
  sequence: number;
  id: string | null;
  label: string | null;
  status: "empty" | "many_seats_available" | "few_seats_available" | "standing_room_only" | "crushed_standing_room_only" | "full" | "not_accepting_passengers" | "not_boardable" | null;
  /** Percent of capacity; may pass 100 */
  percentage: number | null;
}

/** What the figures leave out. */
export interface Censoring {
  /** Arrivals observed */
  arrivals: number;
  /** of these, those that forecasts were held against */
  scored: number;
  /** of these, those between two reports over 65 s apart: not scored */
  unsure: number;
  /** of these, those without a forecast in the half hour before */
  unforetold: number;
  /** Calls foretold that no vehicle was seen to make */
  unanswered: number;
}

/** Every tracked run of a timetable. */
export interface CityAnswer {
  timetable: string;
  /** What stands in each call, in this order */
  columns: Array<string>;
  /** The newest poll it rests on, POSIX seconds */
  computed_at: number;
  runs: Array<CityRun>;
}

/** A run with a vehicle that is heard. Moments are POSIX seconds. */
export interface CityRun {
  run_id: string;
  line_id: string;
  direction_id: 0 | 1 | null;
  vehicle_id: string;
  observed_at: number;
  computed_at: number;
  /** Do not show it after this moment */
  valid_until: number;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming";
  delay_s: number | null;
  occupancy_status: "empty" | "many_seats_available" | "few_seats_available" | "standing_room_only" | "crushed_standing_room_only" | "full" | "not_accepting_passengers" | "not_boardable" | null;
  occupancy_percentage: number | null;
  /** Each as `columns` says; POSIX seconds */
  calls: Array<Array<string | number | null>>;
}

/** How likely each of GTFS-realtime's classes is when the vehicle reaches this stop; they sum to 1. */
export interface ClassProbabilities {
  empty: number;
  many_seats_available: number;
  few_seats_available: number;
  standing_room_only: number;
  crushed_standing_room_only: number;
  full: number;
}

/** How a line runs now. */
export interface ConditionsAnswer {
  line: Line;
  computed_at: string | null;
  /** Metres a second that vehicles get on, stops included */
  speed_mps: number | null;
  service: ServiceLevel;
  directions: Array<DirectionConditions>;
  crowding: Array<CrowdingNow>;
  warnings: Array<Warned>;
}

/** Every line with service today or vehicles now. */
export interface CoverageAnswer {
  lines: Array<LineCoverage>;
  warnings: Array<Warned>;
}

/** How full the vehicle will be when it reaches this stop. Null where nothing reported bears on it. */
export interface Crowding {
  crowding_level: number;
  name: "comfortable" | "moderate" | "crowded" | "severe";
  /** Six hexadecimal digits, without # */
  color: string;
  probabilities: ClassProbabilities;
  /** Expected riders in percent of the capacity */
  load_percentage: number;
  /** `observed`: reported within two minutes, with no stop in between */
  basis: "observed" | "estimated";
  /** Seconds since the report */
  age_s: number;
  carriages: Array<CarriageCrowding>;
  /** Carriages with most room; empty where it makes no difference */
  board_at: Array<number>;
}

/** How full one direction is now; absent where no vehicle reports, which never means empty. */
export interface CrowdingNow {
  crowding_level: number;
  name: "comfortable" | "moderate" | "crowded" | "severe";
  /** Six hexadecimal digits, without # */
  color: string;
  direction_id: 0 | 1 | null;
  /** Vehicles under way that are heard */
  vehicles: number;
  /** Those of them that report how full they are */
  reporting: number;
  /** Mean of the reporting vehicles */
  load_percentage: number;
  /** In the direction of travel */
  sections: Array<SectionNow>;
}

/** The name a partner asks by. */
export type Datum = "wgs84" | "gcj02" | "bd09";

/** From this stop to one place where runs end: also through runs that go on from there count. */
export interface DestinationDay {
  line: Line;
  direction_id: 0 | 1 | null;
  destination: StopName;
  first: EndDeparture;
  last: EndDeparture;
}

/** One direction of a line and where its vehicles go, the busiest destination first. */
export interface Direction {
  direction_id: 0 | 1 | null;
  headsigns: Array<string>;
}

/** One direction of a line. */
export interface DirectionConditions {
  direction_id: 0 | 1 | null;
  /** Vehicles on their way that are heard */
  vehicles: number;
  now: HeadwaysNow;
  /** Between departures from first stops, half an hour either way */
  planned: Headways;
}

/** The first or last departure of the day. */
export interface EndDeparture {
  /** By the timetable */
  departs_at: string;
  /** Null for a line that runs by headway */
  run_id: string | null;
  headsign: string;
}

/** How one feed fares. Counts are since `since`. */
export interface Feed {
  id: string;
  timetable: string;
  timetable_hash: string;
  /** stale: it is fetched, but has said nothing new for five minutes by its own time; down: it cannot be fetched; silent: its door has not spoken for a minute */
  state: "up" | "stale" | "down" | "silent";
  since: string;
  polled_at: string;
  /** The feed's own time */
  header_at: string | null;
  down_since: string | null;
  last_error: string | null;
  /** Median age of its vehicles' reports at the poll, in seconds */
  lag_s: number | null;
  /** A recording is replayed; times are the recording's */
  recorded: boolean;
  vehicles: number;
  lines: number;
  polls: number;
  failed_polls: number;
  unchanged_polls: number;
  accepted: number;
  repeated: number;
  /** Reports refused, by reason */
  refused: Record<string, unknown>;
  /** Last service date of its timetable */
  timetable_expires_on: string | null;
  timetable_expired: boolean;
}

/** A FeedMessage of GTFS-realtime 2.0. 64-bit numbers are strings, as protobuf's JSON mapping has them. */
export interface FeedAnswer {
  /** Version, incrementality and when it was made (POSIX s) */
  header: Record<string, unknown>;
  /** The entities; absent where there are none */
  entity?: Array<Record<string, unknown>>;
}

/** Which entities a feed holds. */
export type FeedKind = "trip-updates" | "vehicle-positions" | "alerts";

/** All feeds and the timetables they speak. */
export interface FeedsAnswer {
  feeds: Array<Feed>;
  timetables: Array<TimetableState>;
  warnings: Array<Warned>;
}

/** A service day at a stop: first and last departure by line, direction and destination. */
export interface FirstLastAnswer {
  stop: Stop;
  /** The day of service: 00:20 belongs to yesterday's */
  service_date: string;
  destinations: Array<DestinationDay>;
  warnings: Array<Warned>;
}

/** A stop that a search found. */
export interface FoundStop {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  name: string;
  platform_code: string | null;
  /** The code riders see on the sign */
  code: string | null;
  kind: "stop" | "station" | "entrance" | "node" | "boarding_area";
  latitude: number;
  longitude: number;
  /** The station it belongs to */
  parent_id: string | null;
  /** From the place asked about, as the crow flies */
  distance_m: number | null;
}

/** A request for a grant. */
export interface GrantAsked {
  /** A product's id; see /v1/products */
  product: string;
  /** What for; owners' terms may depend on it */
  purpose: string;
  days?: number;
  /** A quota of the grant's own */
  plan?: string | null;
  /** Fewer than the product holds */
  fields?: Array<string> | null;
  /** Less than the product holds */
  area?: SentArea | null;
  /** Two weeks on real output, or as long on a simulated city */
  trial?: boolean;
  /** Only from these: 192.0.2.0/24 */
  networks?: Array<string>;
}

/** What the vehicles of the line's group reported; lines that share vehicles share these figures. */
export interface GroupCoverage {
  /** Vehicles that reported in the last poll */
  vehicles: number;
  /** Of these, vehicles on a run */
  matched: number;
  /** Runs on which any vehicle was said to be, since the service day began */
  runs_today: number;
  /** Of these, runs that were placed on their pattern */
  matched_today: number;
  /** Vehicles without a run now, by reason */
  unmatched: Record<string, unknown>;
}

/** A line that is planned every ten minutes or more often, as riders speak of it: every 4-6 min, next in 3. */
export interface Headway {
  line_id: string;
  direction_id: 0 | 1 | null;
  /** The shortest headway among the next five vehicles */
  min_s: number;
  /** The longest */
  max_s: number;
  /** Until the next one */
  next_s: number;
}

/** Headways between vehicles: how long after the one before each comes to the same stop. */
export interface Headways {
  /** How many there are; none: the figures are null */
  headways: number;
  min_s: number | null;
  mean_s: number | null;
  max_s: number | null;
  /** Mean wait of riders who turn up at any time: sum of h^2 / (2 sum of h) */
  expected_wait_s: number | null;
}

/** Headways as foretold of the vehicles that are heard. */
export interface HeadwaysNow {
  /** How many there are; none: the figures are null */
  headways: number;
  min_s: number | null;
  mean_s: number | null;
  max_s: number | null;
  /** Mean wait of riders who turn up at any time: sum of h^2 / (2 sum of h) */
  expected_wait_s: number | null;
  /** Headways of a quarter of the planned mean or less */
  bunched: number;
  /** Headways of twice the planned mean or more */
  gaps: number;
}

/** The errors of one horizon bin. Error = actual - expected: negative where the vehicle came before its time. */
export interface HorizonAccuracy {
  /** Horizons from this one on */
  from_s: number;
  /** and below this one */
  to_s: number;
  /** Forecasts scored; of none the figures are null */
  forecasts: number;
  mean_absolute_error_s: number | null;
  mean_error_s: number | null;
  /** Share that came between p10 and p90; 0.8 is right */
  inside_ratio: number | null;
  /** Share that came more than 60 s before the time promised: riders missed it */
  early_ratio: number | null;
}

/** One hour: the arrivals that were made in it. */
export interface HourAccuracy {
  /** By actual horizon: arrival less the moment of asking */
  by_horizon: Array<HorizonAccuracy>;
  /** By the horizon foretold: p50 less the moment of asking */
  by_expected_horizon: Array<HorizonAccuracy>;
  censoring: Censoring;
  starts_at: string;
}

/** What an alert is about; every member that is not null must hold. */
export interface Informed {
  /** `<timetable>:<GTFS route_id>` */
  line_id: string | null;
  direction_id: number | null;
  /** `<timetable>:<GTFS trip_id>` */
  trip_id: string | null;
  /** Of the trip; null where it is said of each day */
  service_date: string | null;
  /** `<timetable>:<GTFS stop_id>` */
  stop_id: string | null;
  /** A whole mode: GTFS route type */
  route_type: number | null;
}

/** How a key may be used; what is left out stays. */
export interface KeyRestricted {
  networks?: Array<string> | null;
  signed?: boolean | null;
}

/** How long the older key goes on. */
export interface KeyRotated {
  overlap_hours?: number;
}

/** A line: a GTFS route. */
export interface Line {
  /** `<timetable>:<GTFS route_id>` */
  id: string;
  short_name: string | null;
  long_name: string | null;
  /** GTFS route type, basic or extended */
  route_type: number;
  /** Six hexadecimal digits, without # */
  color: string | null;
  /** Six hexadecimal digits, without # */
  text_color: string | null;
}

/** One line, or the lines that share vehicles and directions. */
export interface LineAccuracy {
  /** By actual horizon: arrival less the moment of asking */
  by_horizon: Array<HorizonAccuracy>;
  /** By the horizon foretold: p50 less the moment of asking */
  by_expected_horizon: Array<HorizonAccuracy>;
  censoring: Censoring;
  lines: Array<Line>;
}

/** One line: which runs are due, which are tracked. */
export interface LineCoverage {
  line: Line;
  /** Runs that should be under way by the timetable */
  due_now: number;
  /** Runs with a vehicle that is heard */
  tracked_now: number;
  /** Runs that are both */
  due_tracked_now: number;
  /** Runs of the service day */
  due_today: number;
  /** Of these, runs that should have started by now */
  started_today: number;
  /** Due runs without a vehicle, by what is known of them */
  why_not: Record<string, unknown>;
  computed_at: string | null;
  group: GroupCoverage | null;
}

/** A line with its patterns and stops. */
export interface LineDetail {
  /** `<timetable>:<GTFS route_id>` */
  id: string;
  short_name: string | null;
  long_name: string | null;
  /** GTFS route type, basic or extended */
  route_type: number;
  /** Six hexadecimal digits, without # */
  color: string | null;
  /** Six hexadecimal digits, without # */
  text_color: string | null;
  agency: string | null;
  directions: Array<Direction>;
  /** The lines that share its vehicles and directions, itself too */
  line_group: Array<string>;
  patterns: Array<Pattern>;
  stops: Array<Stop>;
  warnings: Array<Warned>;
}

/** A line's runs that a vehicle is on. */
export interface LineRuns {
  line: Line;
  runs: Array<RunAnswer>;
  warnings: Array<Warned>;
}

/** A line among others. */
export interface LineSummary {
  /** `<timetable>:<GTFS route_id>` */
  id: string;
  short_name: string | null;
  long_name: string | null;
  /** GTFS route type, basic or extended */
  route_type: number;
  /** Six hexadecimal digits, without # */
  color: string | null;
  /** Six hexadecimal digits, without # */
  text_color: string | null;
  agency: string | null;
  directions: Array<Direction>;
}

/** All lines, in the order their agency gives them. */
export interface LinesAnswer {
  lines: Array<LineSummary>;
  warnings: Array<Warned>;
}

/** The process lives. */
export interface Liveness {
  status: "live";
}

/** Stops by how far one walks to them; a station once, for all its platforms. */
export interface NearbyAnswer {
  stops: Array<NearbyStop>;
  warnings: Array<Warned>;
}

/** An arrival, and whether one who walks from the place asked about catches it. */
export interface NearbyArrival {
  /** Arrival by the timetable; null at a first stop */
  aimed_at: string | null;
  /** Arrival, as likely earlier as later (p50); null while it is held */
  expected_at: string | null;
  /** p10: nine in ten come later */
  expected_early_at: string | null;
  /** p90: nine in ten come earlier */
  expected_late_at: string | null;
  /** Departure by the timetable; null at a last stop */
  aimed_departure_at: string | null;
  expected_departure_at: string | null;
  expected_departure_early_at: string | null;
  expected_departure_late_at: string | null;
  /** Seconds expected after aimed; early is negative */
  delay_s: number | null;
  line: Line;
  direction_id: 0 | 1 | null;
  headsign: string;
  /** The platform, where a station was asked for */
  stop: StopName;
  /** GTFS stop_sequence; tells two visits of one run apart */
  stop_sequence: number;
  /** `<timetable>:<trip>:<yyyymmdd>`; see /v1/runs/{run_id} */
  run_id: string | null;
  trip_id: string | null;
  /** The day of service: 00:20 belongs to yesterday's */
  service_date: string | null;
  boardable: boolean;
  alightable: boolean;
  /** Seconds between vehicles, where no clock time is promised */
  every_s: number | null;
  state: "not_departed" | "en_route" | "approaching" | "at_stop" | "held" | "departed";
  /** Metres still to go along the line's way */
  distance_m: number | null;
  /** Stops before this one; 0: this is the next */
  stops_away: number | null;
  /** `<feed>:<vehicle>`; see /v1/vehicles/{vehicle_id} */
  vehicle_id: string | null;
  /** What is painted on it */
  vehicle_label: string | null;
  /** As the vehicle last reported */
  occupancy: Occupancy | null;
  /** When it reaches this stop */
  crowding: Crowding | null;
  /** What the times rest on, best first; a step down is always said */
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  /** When the vehicle was last heard */
  observed_at: string | null;
  /** The poll this rests on */
  computed_at: string | null;
  /** Do not show it after this moment */
  valid_until: string | null;
  /** Will it come? */
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming";
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
  /** Why the run's times moved at the last poll */
  revision: "progress" | "passage" | "rematched" | "detour" | "rerouted" | "feed_returned" | "held" | "departed" | "traffic" | "settling" | null;
  /** The service day's last, by the timetable, from here to where it ends */
  last: boolean;
  /** Who leaves now: by p10 and p90. `maybe`: only if it is later than nine in ten are */
  catch: "can_wait" | "leave_now" | "maybe" | "missed" | null;
  /** The last moment to leave and still be there at p10 */
  leave_at: string | null;
}

/** A stop or station with what comes next. */
export interface NearbyStop {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  name: string;
  platform_code: string | null;
  /** The code riders see on the sign */
  code: string | null;
  kind: "stop" | "station" | "entrance" | "node" | "boarding_area";
  latitude: number;
  longitude: number;
  /** The station it belongs to */
  parent_id: string | null;
  /** As the crow flies */
  distance_m: number;
  /** On foot, estimated */
  walk_m: number;
  walk_s: number;
  lines: Array<Line>;
  opposite: Array<OppositeStop>;
  headways: Array<Headway>;
  arrivals: Array<NearbyArrival>;
}

/** What is missed on the shelf. */
export interface NeedPosted {
  text: string;
}

/** How full a vehicle was when it last reported. Absent where it never did: no report never reads as empty. */
export interface Occupancy {
  status: "empty" | "many_seats_available" | "few_seats_available" | "standing_room_only" | "crushed_standing_room_only" | "full" | "not_accepting_passengers" | "not_boardable" | null;
  /** Percent of capacity; may pass 100 */
  percentage: number | null;
  observed_at: string | null;
  carriages: Array<CarriageOccupancy>;
}

/** Where a line is boarded to go back. */
export interface OppositeStop {
  line_id: string;
  /** The direction that calls at the stop above */
  direction_id: 0 | 1;
  stop: StopName;
  /** From the stop above, on foot */
  walk_m: number;
  /** 0.95: same name and reverse order; 0.6: nearest in reverse order */
  confidence: number;
}

/** An arrival or departure that Headway observed. */
export interface PassageMade {
  run_id: string;
  line_id: string;
  service_date: string;
  stop_id: string;
  stop_sequence: number;
  kind: "arrival" | "departure";
  /** When, as best known */
  at: string;
  /** The true moment lies between this */
  earliest_at: string;
  /** and this: the reports on either side of the stop */
  latest_at: string;
  vehicle_id: string | null;
}

/** Passages in the order in which they were made. */
export interface PassagesAnswer {
  passages: Array<PassageMade>;
  /** Where there are more: ask again from this moment */
  next_from: string | null;
}

/** One distinct sequence of calls of the line, along one shape. */
export interface Pattern {
  id: string;
  direction_id: 0 | 1 | null;
  headsign: string;
  length_m: number;
  /** Trips of the whole timetable that follow it */
  trips: number;
  /** False: straight lines between stops */
  has_shape: boolean;
  calls: Array<PatternCall>;
  /** Latitude and longitude (WGS-84), within 1 m of the feed's; `shapes=false`: none */
  shape?: Array<[number, number]>;
}

/** A pattern's visit to a stop. */
export interface PatternCall {
  stop_id: string;
  stop_sequence: number;
  /** Metres along the pattern */
  progress_m: number;
  boardable: boolean;
  alightable: boolean;
  /** Vehicles that are early wait here */
  timing_point: boolean;
}

/** A problem (RFC 9457, `application/problem+json`); `type` is stable and explained in the documentation. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What was wrong, and how to mend it */
  detail: string;
}

/** Whether the process can answer, and from how good a view. */
export interface Readiness {
  /** degraded: it answers, from a view that is old or incomplete */
  status: "ready" | "degraded" | "starting" | "draining";
  view: "loading" | "whole" | "store_lost" | "store_incomplete";
  /** Since when the view is so */
  since: string | null;
  detail: string | null;
  /** Line groups with a value */
  lines: number;
  timetables: Array<string>;
  /** The newest poll any line rests on */
  newest_computed_at: string | null;
}

/** One trip on one service date, with all its calls. */
export interface RunAnswer {
  run_id: string;
  trip_id: string;
  service_date: string;
  line: Line;
  direction_id: 0 | 1 | null;
  headsign: string | null;
  /** The day's last, by the timetable, from its first stop to its last */
  last: boolean;
  /** The vehicle on it, while it is heard */
  vehicle: Vehicle | null;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  computed_at: string | null;
  /** Null once the run is over: it comes nowhere any more */
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming" | null;
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
  /** Why the run's times moved at the last poll */
  revision: "progress" | "passage" | "rematched" | "detour" | "rerouted" | "feed_returned" | "held" | "departed" | "traffic" | "settling" | null;
  warnings: Array<Warned>;
  calls: Array<RunCall>;
}

/** The run's visit to one stop. Calls behind it are `departed` and foretell nothing. */
export interface RunCall {
  /** Arrival by the timetable; null at a first stop */
  aimed_at: string | null;
  /** Arrival, as likely earlier as later (p50); null while it is held */
  expected_at: string | null;
  /** p10: nine in ten come later */
  expected_early_at: string | null;
  /** p90: nine in ten come earlier */
  expected_late_at: string | null;
  /** Departure by the timetable; null at a last stop */
  aimed_departure_at: string | null;
  expected_departure_at: string | null;
  expected_departure_early_at: string | null;
  expected_departure_late_at: string | null;
  /** Seconds expected after aimed; early is negative */
  delay_s: number | null;
  stop: StopName;
  stop_sequence: number;
  /** Metres along the pattern */
  progress_m: number;
  boardable: boolean;
  alightable: boolean;
  state: "not_departed" | "en_route" | "approaching" | "at_stop" | "held" | "departed";
}

/** The way from one stop to the next, where vehicles are that report how full they are. */
export interface SectionNow {
  crowding_level: number;
  name: "comfortable" | "moderate" | "crowded" | "severe";
  /** Six hexadecimal digits, without # */
  color: string;
  from: StopName;
  to: StopName;
  vehicles: number;
  /** Mean of these vehicles, in percent of the capacity */
  load_percentage: number;
  basis: "observed" | "estimated";
}

/** A part of the network; what is left out does not limit. */
export interface SentArea {
  timetables?: Array<string>;
  /** Public ids */
  lines?: Array<string>;
  modes?: Array<string>;
  /** south, west, north, east (degrees) */
  box?: Array<number> | null;
}

/** Runs that are due now, and those of them whose vehicle is heard. */
export interface ServiceLevel {
  due: number;
  tracked: number;
  /** Tracked of due; null where none is due */
  ratio: number | null;
  /** From 0.9 normal, from 0.5 reduced, below poor; `unknown` while the feed is down */
  level: "normal" | "reduced" | "poor" | "none" | "not_due" | "unknown";
}

/** SIRI 2.0: elements by their names, lists where an element may be repeated. */
export interface SiriAnswer {
  /** One ServiceDelivery with one delivery of the service */
  Siri: Record<string, unknown>;
}

/** A stop or station: what it is called and where it is (WGS-84). */
export interface Stop {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  name: string;
  platform_code: string | null;
  /** The code riders see on the sign */
  code: string | null;
  kind: "stop" | "station" | "entrance" | "node" | "boarding_area";
  latitude: number;
  longitude: number;
  /** The station it belongs to */
  parent_id: string | null;
}

/** A stop or station with its platforms and the lines that call there. */
export interface StopDetail {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  name: string;
  platform_code: string | null;
  /** The code riders see on the sign */
  code: string | null;
  kind: "stop" | "station" | "entrance" | "node" | "boarding_area";
  latitude: number;
  longitude: number;
  /** The station it belongs to */
  parent_id: string | null;
  platforms: Array<Stop>;
  lines: Array<Line>;
  warnings: Array<Warned>;
}

/** A stop by id and name. */
export interface StopName {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  name: string;
  platform_code: string | null;
}

/** Stops near a place, nearest first, or by name, best first. */
export interface StopsAnswer {
  stops: Array<FoundStop>;
  warnings: Array<Warned>;
}

/** One part of the time told. */
export interface Term {
  name: "timetable" | "delay" | "position" | "hold" | "layover" | "hops" | "dwell" | "correction";
  seconds: number;
  meaning: string;
}

/** A ticket for `?ticket=`. */
export interface TicketAnswer {
  ticket: string;
  expires_at: string;
}

/** One timetable: which version is in force, and until when it is good. */
export interface TimetableState {
  name: string;
  hash: string;
  source: string;
  timezone: string;
  first_service_date: string;
  last_service_date: string;
  expired: boolean;
  lines: number;
  stops: number;
  trips: number;
  /** Small faults that were survived when it was compiled */
  faults: number;
}

/** A vehicle and the run it is on. */
export interface Vehicle {
  /** `<feed>:<vehicle>` */
  id: string;
  label: string | null;
  line: Line | null;
  direction_id: 0 | 1 | null;
  headsign: string | null;
  run_id: string;
  /** WGS-84, as reported; null for trains placed by stop */
  latitude: number | null;
  longitude: number | null;
  /** Degrees clockwise from north */
  bearing_deg: number | null;
  /** Metres a second */
  speed_mps: number | null;
  pattern_id: string | null;
  /** Metres along the pattern */
  progress_m: number;
  /** How it stands to its next stop */
  state: "not_departed" | "en_route" | "approaching" | "at_stop" | "off_route" | "finished";
  next_stop: StopName | null;
  /** Seconds late against the timetable; early is negative */
  delay_s: number | null;
  occupancy: Occupancy | null;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  observed_at: string;
  computed_at: string;
  valid_until: string;
  /** Null once the run is over: it comes nowhere any more */
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming" | null;
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
}

/** One vehicle. */
export interface VehicleAnswer {
  /** `<feed>:<vehicle>` */
  id: string;
  label: string | null;
  line: Line | null;
  direction_id: 0 | 1 | null;
  headsign: string | null;
  run_id: string;
  /** WGS-84, as reported; null for trains placed by stop */
  latitude: number | null;
  longitude: number | null;
  /** Degrees clockwise from north */
  bearing_deg: number | null;
  /** Metres a second */
  speed_mps: number | null;
  pattern_id: string | null;
  /** Metres along the pattern */
  progress_m: number;
  /** How it stands to its next stop */
  state: "not_departed" | "en_route" | "approaching" | "at_stop" | "off_route" | "finished";
  next_stop: StopName | null;
  /** Seconds late against the timetable; early is negative */
  delay_s: number | null;
  occupancy: Occupancy | null;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  observed_at: string;
  computed_at: string;
  valid_until: string;
  /** Null once the run is over: it comes nowhere any more */
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming" | null;
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
  warnings: Array<Warned>;
}

/** A line's vehicles that are heard at present. */
export interface VehiclesAnswer {
  line: Line;
  computed_at: string | null;
  warnings: Array<Warned>;
  vehicles: Array<Vehicle>;
}

/** Something to know before trusting the answer. */
export interface Warned {
  /** What kind of warning it is */
  code: "view_loading" | "view_old" | "view_incomplete" | "timetable_expired" | "service_alert" | "feed_down" | "feed_stale" | "tracking_behind";
  /** Since when: a moment, or for an expired timetable its last date */
  since: string | null;
  /** The same in a sentence */
  detail: string;
  /** Of an agency's alert: its id in the agency's feed */
  alert_id?: string | null;
  /** Of an agency's alert: GTFS-realtime's effect */
  effect?: string | null;
}

/** Why a run is told to make a call when it is: `expected_at` is `from_at` and the terms' seconds, exactly. */
export interface WhyAnswer {
  run_id: string;
  line: Line;
  stop: StopName;
  stop_sequence: number;
  event: "arrival" | "departure";
  expected_at: string;
  aimed_at: string | null;
  /** The poll from which the terms count, or the run's aimed start */
  from_at: string;
  /** They sum to `expected_at` less `from_at` */
  terms: Array<Term>;
  /** What `hops` and `dwell` consist of, stop by stop */
  legs: Array<WhyLeg>;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming";
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
  warnings: Array<Warned>;
  /** Why the run's times moved at that poll */
  revision: "progress" | "passage" | "rematched" | "detour" | "rerouted" | "feed_returned" | "held" | "departed" | "traffic" | "settling" | null;
}

/** One hop on the way, and the dwell before it. */
export interface WhyLeg {
  to: StopName;
  stop_sequence: number;
  hop_s: number;
  dwell_before_s: number;
}

/** One call whose times changed; replaces what was known of it. */
export interface StreamedCall {
  stop_id: string;
  stop_sequence: number;
  /** Metres along the way; less the run's own: how far away it is */
  progress_m: number;
  expected_early_at: string | null;
  expected_at: string | null;
  expected_late_at: string | null;
  expected_departure_early_at: string | null;
  expected_departure_at: string | null;
  expected_departure_late_at: string | null;
  /** The run goes by without serving it */
  skipped: boolean;
}

/** What one poll changed on a line group. */
export interface StreamedLine {
  line_group: string;
  /** Rises from value to value of this line group */
  sequence: number;
  /** The sequence this is told against; must be the last one held */
  previous: number | null;
  /** Forget what was known of the group's runs: all of them are here */
  full: boolean;
  timetable: string;
  computed_at: string;
  feed_down: boolean;
  runs: Array<StreamedRun>;
  /** Runs that are told no longer, or have passed what was asked for */
  gone: Array<string>;
}

/** A run of which something changed: all about it, and those of its calls that changed. */
export interface StreamedRun {
  run_id: string;
  /** Forget what was known of this run: all its calls are here */
  new: boolean;
  line_id: string;
  direction_id: 0 | 1 | null;
  headsign: string | null;
  trip_id: string;
  service_date: string;
  vehicle_id: string;
  vehicle_label: string | null;
  latitude: number | null;
  longitude: number | null;
  bearing_deg: number | null;
  progress_m: number;
  state: "not_departed" | "en_route" | "approaching" | "at_stop" | "off_route" | "finished";
  /** Calls before this one are over */
  next_stop_sequence: number | null;
  delay_s: number | null;
  occupancy: Occupancy | null;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming";
  verdict_reason: "cancelled" | "short_turn" | "detour" | "silent" | "stalled" | "feed_down" | "off_route" | "at_terminal" | "held" | "delays" | null;
  observed_at: string;
  /** Do not show it after this moment */
  valid_until: string;
  calls: Array<StreamedCall>;
}

/** What each operation gives, by its path. */
export interface Answers {
  "/v1/stops/{stop_id}/arrivals": ArrivalsAnswer;
  "/v1/lines": LinesAnswer;
  "/v1/lines/{line_id}": LineDetail;
  "/v1/lines/{line_id}/vehicles": VehiclesAnswer;
  "/v1/vehicles/{vehicle_id}": VehicleAnswer;
  "/v1/stops": StopsAnswer;
  "/v1/stops/{stop_id}": StopDetail;
  "/v1/runs/{run_id}": RunAnswer;
  "/v1/runs/{run_id}/why": WhyAnswer;
  "/v1/feeds": FeedsAnswer;
  "/v1/coverage": CoverageAnswer;
  "/v1/lines/{line_id}/conditions": ConditionsAnswer;
  "/v1/stops/{stop_id}/first-last": FirstLastAnswer;
  "/v1/accuracy": AccuracyAnswer;
  "/v1/alerts": AlertsAnswer;
  "/v1/arrivals": BatchAnswer;
  "/v1/nearby": NearbyAnswer;
  "/v1/city/{timetable}/arrivals": CityAnswer;
  "/v1/me": unknown;
  "/v1/me/grants": unknown;
  "/v1/me/requests": unknown;
  "/v1/me/needs": unknown;
  "/v1/me/keys": unknown;
  "/v1/products": unknown;
  "/v1/products/{product_id}": unknown;
  "/v1/usage": unknown;
  "/v1/usage/statements/{name}": unknown;
  "/v1/audit/head": unknown;
  "/v1/audit/extract": unknown;
  "/v1/archive/{product_id}": unknown;
  "/v1/stream-ticket": TicketAnswer;
  "/v1/passages": PassagesAnswer;
}
