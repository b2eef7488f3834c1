// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** A FeedMessage of GTFS-realtime 2.0. 64-bit numbers are strings, as protobuf's JSON mapping has them. */
export interface FeedAnswer {
  /** Version, incrementality and when it was made (POSIX s) */
  header: Record<string, unknown>;
  /** The entities; absent where there are none */
  entity?: Array<Record<string, unknown>>;
}

/** Which entities a feed holds. */
export type FeedKind = "trip-updates" | "vehicle-positions" | "alerts";
