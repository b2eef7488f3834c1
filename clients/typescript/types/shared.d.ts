// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

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
  /** Names this answer: see /v1/answers/{answer_id} */
  answer_id: string | null;
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
  /** Whose times: Headway's, its agency's, or both, weighed as measured */
  predicted_by: "headway" | "agency" | "both" | null;
  /** The service day's last, by the timetable, from here to where it ends */
  last: boolean;
}

/** The next vehicles at a stop or station, in the order in which they come. */
export interface ArrivalsAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
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

/** How likely each of GTFS-realtime's classes is when the vehicle reaches this stop; they sum to 1. */
export interface ClassProbabilities {
  empty: number;
  many_seats_available: number;
  few_seats_available: number;
  standing_room_only: number;
  crushed_standing_room_only: number;
  full: number;
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

/** The name a partner asks by. */
export type Datum = "wgs84" | "gcj02" | "bd09";

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

/** A line: a GTFS route. */
export interface Line {
  /** `<timetable>:<GTFS route_id>` */
  id: string;
  /** Yours, with `ids=own` or where you ask by it */
  own_id?: string | null;
  short_name: string | null;
  long_name: string | null;
  /** GTFS route type, basic or extended */
  route_type: number;
  /** Six hexadecimal digits, without # */
  color: string | null;
  /** Six hexadecimal digits, without # */
  text_color: string | null;
}

/** A line in an answer of the past. */
export interface LineOfPast {
  line_id: string;
  /** The poll that its value answers */
  computed_at: string;
}

/** How full a vehicle was when it last reported. Absent where it never did: no report never reads as empty. */
export interface Occupancy {
  status: "empty" | "many_seats_available" | "few_seats_available" | "standing_room_only" | "crushed_standing_room_only" | "full" | "not_accepting_passengers" | "not_boardable" | null;
  /** Percent of capacity; may pass 100 */
  percentage: number | null;
  observed_at: string | null;
  carriages: Array<CarriageOccupancy>;
}

/** Who asks. */
export interface Partner {
  id: string;
  name: string;
}

/** A quota: `burst_per_s` tokens a second refill a bucket of `burst_size`; days and months are UTC. */
export interface PlanTerms {
  name: string;
  burst_per_s: number;
  burst_size: number;
  per_day: number;
  per_month: number;
  /** Tokens a request, by kind; one where none is said */
  weights: Record<string, unknown>;
  /** Open at once */
  streams: number;
}

/** A problem (RFC 9457, `application/problem+json`); `type` is stable and explained in the documentation. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What was wrong, and how to mend it */
  detail: string;
}

/** What an answer of the past rests on. */
export interface RestsOn {
  /** The moment that was asked for */
  at: string;
  /** Those whose value was kept; all others: the timetable */
  lines: Array<LineOfPast>;
}

/** One trip on one service date, with all its calls. */
export interface RunAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
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
  /** Whose times: Headway's, its agency's, or both, weighed as measured */
  predicted_by: "headway" | "agency" | "both" | null;
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

/** A stop or station: what it is called and where it is (WGS-84). */
export interface Stop extends StopName {
  /** The code riders see on the sign */
  code: string | null;
  kind: "stop" | "station" | "entrance" | "node" | "boarding_area";
  latitude: number;
  longitude: number;
  /** The station it belongs to */
  parent_id: string | null;
}

/** A stop by id and name. */
export interface StopName {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  /** Yours, with `ids=own` or where you ask by it */
  own_id?: string | null;
  name: string;
  platform_code: string | null;
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
