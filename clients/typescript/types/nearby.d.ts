// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Crowding, Headway, Line, Occupancy, StopName, Warned } from "./shared";

/** Stops by how far one walks to them; a station once, for all its platforms. */
export interface NearbyAnswer {
  stops: Array<NearbyStop>;
  /** Nearest first, of the shares of this deployment */
  bike_stations: Array<NearbyBikes>;
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
  /** The service day's last, by the timetable, from here to where it ends */
  last: boolean;
  /** Who leaves now: by p10 and p90. `maybe`: only if it is later than nine in ten are */
  catch: "can_wait" | "leave_now" | "maybe" | "missed" | null;
  /** The last moment to leave and still be there at p10 */
  leave_at: string | null;
}

/** A bike station (GBFS) with what it has. */
export interface NearbyBikes {
  /** `<share>:<station_id>` */
  id: string;
  name: string;
  latitude: number;
  longitude: number;
  /** As the crow flies */
  distance_m: number;
  /** On foot, estimated */
  walk_m: number;
  walk_s: number;
  bikes_available: number | null;
  docks_available: number | null;
  is_renting: boolean;
  is_returning: boolean;
  /** `extrapolated`: its system was last heard over five minutes ago; `withheld`: half an hour */
  basis: "live" | "extrapolated" | "withheld";
  /** When the station reported */
  observed_at: string | null;
  fetched_at: string | null;
}

/** A stop or station with what comes next. */
export interface NearbyStop {
  /** `<timetable>:<GTFS stop_id>` */
  id: string;
  /** Yours, with `ids=own` or where you ask by it */
  own_id?: string | null;
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
