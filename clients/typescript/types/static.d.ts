// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** What a version changed, by id. */
export interface StaticChanges {
  from: string;
  to: string;
  lines: Record<string, unknown>;
  stops: Record<string, unknown>;
  patterns: Record<string, unknown>;
  /** Lines whose first or last departures differ */
  first_last_changed: Array<string>;
}

/** A timetable whole. Calls of patterns are `[stop_id, stop_sequence, progress_m, boardable, alightable]`. */
export interface StaticFile {
  timetable: string;
  version: string;
  /** Of its coordinates: one file for all */
  datum: "wgs84";
  timezone: string;
  first_service_date: string;
  last_service_date: string;
  lines: Array<Record<string, unknown>>;
  stops: Array<Record<string, unknown>>;
  /** With calls and shape (latitude, longitude) */
  patterns: Array<Record<string, unknown>>;
  /** First and last departure by line, direction and service */
  first_last: Array<Record<string, unknown>>;
  /** The dates of each service */
  services: Array<Record<string, unknown>>;
}

/** One version of a timetable. */
export interface StaticVersion {
  timetable: string;
  /** Its hash: equal hashes are equal timetables */
  version: string;
  in_force: boolean;
  /** The service date with which it takes over */
  from_service_date: string | null;
  /** The path of its file */
  file: string;
}

/** The versions there are, of each timetable the oldest first. */
export interface StaticVersions {
  versions: Array<StaticVersion>;
}
