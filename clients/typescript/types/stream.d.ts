// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Occupancy } from "./shared";

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
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
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

/** The data of `snapshot` and `delta` events. `static` has a `StaticEvent`; `ready`, `beat`, `end` their own. */
export interface StreamEvent {
  lines: Array<StreamedLine>;
}

/** The data of a `static` event: from here on lines speak another version of their timetable. */
export interface StaticEvent {
  timetable: string;
  /** The new version, as `/v1/static` and a line's `timetable` name it */
  version: string;
  /** The version before it */
  previous: string;
  /** The service date it holds from; null: at once */
  from_service_date: string | null;
  /** Where the new version is */
  file: string;
  /** Where it is told what changed between the two */
  changes: string;
}
