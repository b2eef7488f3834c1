// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Line, Occupancy, StopName, Warned } from "./shared";

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
