// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Vehicle, Warned } from "./shared";

/** One vehicle. */
export interface VehicleAnswer extends Vehicle {
  warnings: Array<Warned>;
}
