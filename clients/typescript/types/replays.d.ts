// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** One replay of a recording beside the live service. Times are recorded ones. */
export interface Replay {
  /** It answers below `/v1/replays/{id}/` */
  id: string;
  stage: "starting" | "running" | "paused" | "finished" | "failed";
  timetable: string;
  feed: string;
  /** Times real time; 0: as fast as it goes */
  speed: number;
  loop: boolean;
  /** Its times are moved so that its first is the present */
  shift_to_now: boolean;
  /** What its times are moved by, in seconds */
  shift_s: number;
  /** Counts its loops and seeks */
  round: number;
  /** Its first recorded second */
  from: string | null;
  /** Its last recorded second */
  to: string | null;
  /** How far it has come */
  position: string | null;
  /** The same in POSIX seconds */
  position_s: number;
  progress: number;
  updated_at: string | null;
  /** Why it failed */
  error: string | null;
}

/** The replays that run, by id. */
export interface ReplaysAnswer {
  replays: Array<Replay>;
}
