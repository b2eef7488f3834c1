// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Line, Warned } from "./shared";

/** Every line with service today or vehicles now. */
export interface CoverageAnswer {
  lines: Array<LineCoverage>;
  warnings: Array<Warned>;
}

/** What the vehicles of the line's group reported; lines that share vehicles share these figures. */
export interface GroupCoverage {
  /** Vehicles that reported in the last poll */
  vehicles: number;
  /** Of these, vehicles on a run */
  matched: number;
  /** Runs on which any vehicle was said to be, since the service day began */
  runs_today: number;
  /** Of these, runs that were placed on their pattern */
  matched_today: number;
  /** Vehicles without a run now, by reason */
  unmatched: Record<string, unknown>;
}

/** One line: which runs are due, which are tracked. */
export interface LineCoverage {
  line: Line;
  /** Runs that should be under way by the timetable */
  due_now: number;
  /** Runs with a vehicle that is heard */
  tracked_now: number;
  /** Runs that are both */
  due_tracked_now: number;
  /** Runs of the service day */
  due_today: number;
  /** Of these, runs that should have started by now */
  started_today: number;
  /** Due runs without a vehicle, by what is known of them */
  why_not: Record<string, unknown>;
  computed_at: string | null;
  group: GroupCoverage | null;
}
