// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Line, StopName, Warned } from "./shared";

/** One part of the time told. */
export interface Term {
  name: "timetable" | "delay" | "position" | "hold" | "layover" | "hops" | "dwell" | "correction";
  seconds: number;
  meaning: string;
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
