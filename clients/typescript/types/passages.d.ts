// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** An arrival or departure that Headway observed. */
export interface PassageMade {
  run_id: string;
  line_id: string;
  service_date: string;
  stop_id: string;
  stop_sequence: number;
  kind: "arrival" | "departure";
  /** When, as best known */
  at: string;
  /** The true moment lies between this */
  earliest_at: string;
  /** and this: the reports on either side of the stop */
  latest_at: string;
  vehicle_id: string | null;
}

/** Passages in the order in which they were made. */
export interface PassagesAnswer {
  passages: Array<PassageMade>;
  /** Where there are more: the moment of the first of them */
  next_from: string | null;
  /** Send it as `cursor` with all else as before for the next page */
  next_cursor: string | null;
}
