// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** The process lives. */
export interface Liveness {
  status: "live";
}

/** Whether the process can answer, and from how good a view. */
export interface Readiness {
  /** degraded: it answers, from a view that is old or incomplete */
  status: "ready" | "degraded" | "starting" | "draining";
  view: "loading" | "whole" | "store_lost" | "store_incomplete";
  /** Since when the view is so */
  since: string | null;
  detail: string | null;
  /** Line groups with a value */
  lines: number;
  timetables: Array<string>;
  /** The newest poll any line rests on */
  newest_computed_at: string | null;
}
