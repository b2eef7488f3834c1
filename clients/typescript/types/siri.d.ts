// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** SIRI 2.0: elements by their names, lists where an element may be repeated. */
export interface SiriAnswer {
  /** One ServiceDelivery with one delivery of the service */
  Siri: Record<string, unknown>;
}
