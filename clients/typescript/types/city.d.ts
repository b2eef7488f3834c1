// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** Every tracked run of a timetable. */
export interface CityAnswer {
  timetable: string;
  /** What stands in each call, in this order */
  columns: Array<string>;
  /** The newest poll it rests on, POSIX seconds */
  computed_at: number;
  runs: Array<CityRun>;
}

/** A run with a vehicle that is heard. Moments are POSIX seconds. */
export interface CityRun {
  run_id: string;
  line_id: string;
  direction_id: 0 | 1 | null;
  vehicle_id: string;
  observed_at: number;
  computed_at: number;
  /** Do not show it after this moment */
  valid_until: number;
  basis: "live" | "extrapolated" | "historical" | "schedule" | "withheld";
  verdict: "expected" | "at_risk" | "not_tracked" | "not_coming";
  delay_s: number | null;
  occupancy_status: "empty" | "many_seats_available" | "few_seats_available" | "standing_room_only" | "crushed_standing_room_only" | "full" | "not_accepting_passengers" | "not_boardable" | null;
  occupancy_percentage: number | null;
  /** Each as `columns` says; POSIX seconds */
  calls: Array<Array<string | number | null>>;
}
