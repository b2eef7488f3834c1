// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

/** A ticket for `?ticket=`. */
export interface TicketAnswer {
  ticket: string;
  expires_at: string;
}
