// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { RestsOn, Vehicle, Warned } from "./shared";

/** One vehicle. */
export interface VehicleAnswer extends Vehicle {
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
  warnings: Array<Warned>;
}
