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
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  stop: Stop;
  /** The day of service: 00:20 belongs to yesterday's */
  service_date: string;
  destinations: Array<DestinationDay>;
  warnings: Array<Warned>;
}

/** A stop that a search found. */
export interface FoundStop extends Stop {
  /** From the place asked about, as the crow flies */
  distance_m: number | null;
}

/** One platform of it. */
export interface PlatformCrowding {
  stop: StopName;
  crowding: StationCrowding | null;
}

/** How many wait, and how crowded that makes it. */
export interface StationCrowding {
  crowding_level: number;
  name: "comfortable" | "moderate" | "crowded" | "severe";
  /** Six hexadecimal digits, without # */
  color: string;
  /** Who waits there; counted: who is there */
  riders: number;
  /** `observed`: of the riders it is built for; `estimated`: of those who usually stand there right before vehicles come in its busiest hour. May pass 100 */
  percentage: number;
  /** `observed`: counted within five minutes; `estimated`: from who usually boards at this hour, and how long ago each line's last vehicle left */
  basis: "observed" | "estimated";
  /** When it was counted; null where it is estimated */
  observed_at: string | null;
}

/** How crowded a stop or station is now, and each of its platforms. `crowding` is null where nothing was counted and nothing is known of who usually boards, which never means empty. */
export interface StationCrowdingAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  stop: StopName;
  crowding: StationCrowding | null;
  platforms: Array<PlatformCrowding>;
  computed_at: string;
  warnings: Array<Warned>;
}

/** A stop or station with its platforms and the lines that call there. */
export interface StopDetail extends Stop {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  platforms: Array<Stop>;
  lines: Array<Line>;
  warnings: Array<Warned>;
}

/** Stops near a place, nearest first, or by name, best first. */
export interface StopsAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  stops: Array<FoundStop>;
  warnings: Array<Warned>;
}
