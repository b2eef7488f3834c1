// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Line, RestsOn, Stop, StopName, Vehicle, Warned } from "./shared";

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
export interface HeadwaysNow extends Headways {
  /** Headways of a quarter of the planned mean or less */
  bunched: number;
  /** Headways of twice the planned mean or more */
  gaps: number;
}

/** A line with its patterns and stops. */
export interface LineDetail extends LineSummary {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** The lines that share its vehicles and directions, itself too */
  line_group: Array<string>;
  patterns: Array<Pattern>;
  stops: Array<Stop>;
  warnings: Array<Warned>;
}

/** A line among others. */
export interface LineSummary extends Line {
  agency: string | null;
  directions: Array<Direction>;
}

/** All lines, in the order their agency gives them. */
export interface LinesAnswer {
  lines: Array<LineSummary>;
  warnings: Array<Warned>;
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

/** Runs that are due now, and those of them whose vehicle is heard. */
export interface ServiceLevel {
  due: number;
  tracked: number;
  /** Tracked of due; null where none is due */
  ratio: number | null;
  /** From 0.9 normal, from 0.5 reduced, below poor; `unknown` while the feed is down */
  level: "normal" | "reduced" | "poor" | "none" | "not_due" | "unknown";
}

/** A line's vehicles that are heard at present. */
export interface VehiclesAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
  line: Line;
  computed_at: string | null;
  warnings: Array<Warned>;
  vehicles: Array<Vehicle>;
}
