// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { RestsOn, Vehicle, Warned } from "./shared";

/** One vehicle. */
export interface VehicleAnswer extends Vehicle {
  /** Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent */
  datum?: "wgs84" | "gcj02" | "bd09" | null;
  /** Only where `as_of` was asked for */
  as_of?: RestsOn | null;
  warnings: Array<Warned>;
}
