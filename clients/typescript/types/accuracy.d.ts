// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Line, Warned } from "./shared";

/** Errors by horizon, and what was left out. */
export interface Accuracy {
  /** By actual horizon: arrival less the moment of asking */
  by_horizon: Array<HorizonAccuracy>;
  /** By the horizon foretold: p50 less the moment of asking */
  by_expected_horizon: Array<HorizonAccuracy>;
  censoring: Censoring;
}

/** How right the times were that were served, by horizon, hour and line. */
export interface AccuracyAnswer {
  /** The first hour that counts */
  since: string | null;
  overall: Accuracy;
  hours: Array<HourAccuracy>;
  lines: Array<LineAccuracy>;
  warnings: Array<Warned>;
}

/** What the figures leave out. */
export interface Censoring {
  /** Arrivals observed */
  arrivals: number;
  /** of these, those that forecasts were held against */
  scored: number;
  /** of these, those between two reports over 65 s apart: not scored */
  unsure: number;
  /** of these, those without a forecast in the half hour before */
  unforetold: number;
  /** Calls foretold that no vehicle was seen to make */
  unanswered: number;
}

/** The errors of one horizon bin. Error = actual - expected: negative where the vehicle came before its time. */
export interface HorizonAccuracy {
  /** Horizons from this one on */
  from_s: number;
  /** and below this one */
  to_s: number;
  /** Forecasts scored; of none the figures are null */
  forecasts: number;
  mean_absolute_error_s: number | null;
  mean_error_s: number | null;
  /** Share that came between p10 and p90; 0.8 is right */
  inside_ratio: number | null;
  /** Share that came more than 60 s before the time promised: riders missed it */
  early_ratio: number | null;
}

/** One hour: the arrivals that were made in it. */
export interface HourAccuracy {
  /** By actual horizon: arrival less the moment of asking */
  by_horizon: Array<HorizonAccuracy>;
  /** By the horizon foretold: p50 less the moment of asking */
  by_expected_horizon: Array<HorizonAccuracy>;
  censoring: Censoring;
  starts_at: string;
}

/** One line, or the lines that share vehicles and directions. */
export interface LineAccuracy {
  /** By actual horizon: arrival less the moment of asking */
  by_horizon: Array<HorizonAccuracy>;
  /** By the horizon foretold: p50 less the moment of asking */
  by_expected_horizon: Array<HorizonAccuracy>;
  censoring: Censoring;
  lines: Array<Line>;
}
