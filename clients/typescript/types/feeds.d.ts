// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Warned } from "./shared";

/** How one feed fares. Counts are since `since`. */
export interface Feed {
  id: string;
  timetable: string;
  timetable_hash: string;
  /** stale: it is fetched, but has said nothing new for five minutes by its own time; down: it cannot be fetched; silent: its door has not spoken for a minute */
  state: "up" | "stale" | "down" | "silent";
  since: string;
  polled_at: string;
  /** The feed's own time */
  header_at: string | null;
  down_since: string | null;
  /** Of the last poll that failed, also when the feed is up again */
  last_error: string | null;
  /** When that was */
  last_error_at: string | null;
  /** Median age of its vehicles' reports at the poll, in seconds */
  lag_s: number | null;
  /** A recording is replayed; times are the recording's */
  recorded: boolean;
  vehicles: number;
  lines: number;
  polls: number;
  failed_polls: number;
  unchanged_polls: number;
  accepted: number;
  repeated: number;
  /** Reports refused, by reason */
  refused: Record<string, unknown>;
  /** Last service date of its timetable */
  timetable_expires_on: string | null;
  timetable_expired: boolean;
}

/** All feeds and the timetables they speak. */
export interface FeedsAnswer {
  feeds: Array<Feed>;
  timetables: Array<TimetableState>;
  warnings: Array<Warned>;
}

/** One timetable: which version is in force, and until when it is good. */
export interface TimetableState {
  name: string;
  hash: string;
  source: string;
  timezone: string;
  first_service_date: string;
  last_service_date: string;
  expired: boolean;
  lines: number;
  stops: number;
  trips: number;
  /** Small faults that were survived when it was compiled */
  faults: number;
}
