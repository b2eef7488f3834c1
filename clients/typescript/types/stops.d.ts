// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Line, Stop, StopName, Warned } from "./shared";

/** From this stop to one place where runs end: also through runs that go on from there count. */
export interface DestinationDay {
  line: Line;
  direction_id: 0 | 1 | null;
  destination: StopName;
  first: EndDeparture;
  last: EndDeparture;
}

/** The first or last departure of the day. */
export interface EndDeparture {
  /** By the timetable */
  departs_at: string;
  /** Null for a line that runs by headway */
  run_id: string | null;
  headsign: string;
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
  /** From the place asked about, as the crow flies */
  distance_m: number | null;
}

/** A stop or station with its platforms and the lines that call there. */
export interface StopDetail {
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
  platforms: Array<Stop>;
  lines: Array<Line>;
  warnings: Array<Warned>;
}

/** Stops near a place, nearest first, or by name, best first. */
export interface StopsAnswer {
  stops: Array<FoundStop>;
  warnings: Array<Warned>;
}
