// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Arrival, Headway, Line, RestsOn, Stop, StopName, Warned } from "./shared";

/** Stops by how far one walks to them; a station once, for all its platforms. */
export interface NearbyAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
  stops: Array<NearbyStop>;
  /** Nearest first, of the shares of this deployment */
  bike_stations: Array<NearbyBikes>;
  warnings: Array<Warned>;
}

/** An arrival, and whether one who walks from the place asked about catches it. */
export interface NearbyArrival extends Arrival {
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
export interface NearbyStop extends Stop {
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
