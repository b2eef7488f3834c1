// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** What is to be sent again. */
export interface ReplayWanted {
  /** One delivery; else all that failed */
  delivery?: string;
  /** All that failed in so many hours */
  since_hours?: number;
}

/** A webhook as it is asked for. */
export interface WebhookWanted {
  /** An https address in the open internet */
  url: string;
  event: "run.approaching" | "line.disrupted";
  /** `<timetable>:<route_id>` */
  line?: string;
  /** `<timetable>:<trip>:<yyyymmdd>`, of run.approaching */
  run?: string;
  /** `<timetable>:<stop_id>`, of run.approaching */
  stop?: string;
  /** How near, of run.approaching: 1 to 60 */
  minutes?: number;
}
