// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** An answer of the past taken apart. What the archive does not hold is null or empty. */
export interface AnswerExplained {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  run_id: string;
  line_id: string;
  stop: StopThere;
  stop_sequence: number;
  computed_at: string | null;
  served: ServedThen | null;
  reports: Array<ReportSeen>;
  match: Matched | null;
  rerun: ToldAgain | null;
  happened: Array<Happened>;
}

/** What was seen to happen at the stop. */
export interface Happened {
  kind: string;
  at: string;
  earliest_at: string;
  latest_at: string;
}

/** Where the reports were taken to be. */
export interface Matched {
  feed: string;
  vehicle_id: string | null;
  pattern_id: string;
  progress_m: number;
  next_stop_id: string | null;
  state: string;
  observed_at: string;
  verdict: string;
  verdict_reason: string | null;
}

/** One report of the vehicle as its feed had it. */
export interface ReportSeen {
  polled_at: string;
  reported_at: string | null;
  vehicle_id: string;
  trip_id: string;
  latitude: number | null;
  longitude: number | null;
  stop_id: string | null;
  status: number | null;
}

/** What was served: the forecast that the archive keeps of that half minute. */
export interface ServedThen {
  computed_at: string | null;
  expected_early_at: string | null;
  expected_at: string | null;
  expected_late_at: string | null;
  expected_departure_early_at: string | null;
  expected_departure_at: string | null;
  expected_departure_late_at: string | null;
  basis: string;
  verdict: string;
  vehicle_id: string | null;
}

/** The stop. */
export interface StopThere {
  id: string;
  name: string;
}

/** The same out of the recorded reports, by today's rules, which know nothing of what was learned before them. */
export interface ToldAgain {
  computed_at: string | null;
  expected_early_at: string | null;
  expected_at: string | null;
  expected_late_at: string | null;
  expected_departure_early_at: string | null;
  expected_departure_at: string | null;
  expected_departure_late_at: string | null;
  /** Seconds that sum to it from `computed_at` on */
  terms: Record<string, unknown> | null;
  later_than_served_s: number | null;
}
