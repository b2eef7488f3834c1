// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** From `starts_at` on, before `ends_at`; null where that side is open. */
export interface ActivePeriod {
  starts_at: string | null;
  ends_at: string | null;
}

/** One alert in force. */
export interface AlertTold {
  /** Stays the same for as long as the same thing is said */
  id: string;
  /** Who says so: the agency's feed, the operator's override, or what Headway itself sees */
  source: "agency" | "operator" | "headway";
  /** GTFS-realtime's cause in small letters */
  cause: string;
  /** GTFS-realtime's effect in small letters */
  effect: string;
  /** GTFS-realtime's severity in small letters */
  severity: string;
  active_periods: Array<ActivePeriod>;
  informed: Array<Informed>;
  /** By language; `und` where the agency named none */
  header: Record<string, unknown>;
  description: Record<string, unknown>;
  url: Record<string, unknown>;
}

/** Every alert in force that was asked for. */
export interface AlertsAnswer {
  alerts: Array<AlertTold>;
}

/** What an alert is about; every member that is not null must hold. */
export interface Informed {
  /** `<timetable>:<GTFS route_id>` */
  line_id: string | null;
  direction_id: number | null;
  /** `<timetable>:<GTFS trip_id>` */
  trip_id: string | null;
  /** Of the trip; null where it is said of each day */
  service_date: string | null;
  /** `<timetable>:<GTFS stop_id>` */
  stop_id: string | null;
  /** A whole mode: GTFS route type */
  route_type: number | null;
}
