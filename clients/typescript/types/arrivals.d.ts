// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { ArrivalsAnswer, Line, Problem, RestsOn, RunAnswer, Warned } from "./shared";

/** Items in the order asked for: stops, lines, vehicles. */
export interface BatchAnswer {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
  /** Items of all pages */
  asked: number;
  /** Items of this page that have a problem in place of an answer */
  failed: number;
  /** Send it with the same items for the next page */
  next_cursor: string | null;
  items: Array<BatchItem>;
}

/** One of the things asked for, with its answer or its problem. */
export interface BatchItem {
  kind: "stop" | "line" | "vehicle";
  id: string;
  /** What a request for it alone would have been answered with */
  status: number;
  /** A stop's arrivals, a line's runs, a vehicle's run; with `fields` trimmed */
  answer: ArrivalsAnswer | LineRuns | RunAnswer | null;
  problem: Problem | null;
}

/** What to answer: stops, lines and vehicles, 1,000 in all at most. */
export interface BatchRequest {
  stops?: Array<string>;
  lines?: Array<string>;
  vehicles?: Array<string>;
  /** Arrivals of each stop, at most */
  limit?: number;
  /** Of each line, direction and destination */
  per_line?: number;
  /** How far ahead, in seconds */
  horizon_s?: number;
  /** Only these members of each arrival */
  fields?: Array<string>;
  /** Items in one answer, at most */
  page_size?: number;
  /** The `next_cursor` of the page before */
  cursor?: string;
}

/** A line's runs that a vehicle is on. */
export interface LineRuns {
  line: Line;
  runs: Array<RunAnswer>;
  warnings: Array<Warned>;
}
