// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Partner, PlanTerms } from "./shared";

/** What to change. */
export interface Advice {
  advice: string;
  says: string;
}

/** How the quota of a grant that has its own stands. */
export interface GrantUsage {
  plan: PlanTerms;
  day: UsageWindow;
  month: UsageWindow;
  to_change: Array<Advice>;
  grant: string;
  product: string;
  state: "live" | "suspended";
}

/** A month's statement (`.json`). */
export interface StatementAnswer {
  partner: Partner;
  month: string;
  is_over: boolean;
  sums: UsageSums;
  lines: Array<StatementLine>;
}

/** A day (UTC), kind of request, grant (empty: an open product) and product. */
export interface StatementLine {
  day: string;
  kind: string;
  grant: string;
  product: string;
  requests: number;
  tokens: number;
  refused: number;
}

/** What was used; what is spent under a grant with a quota of its own is in `grants` alone. */
export interface UsageAnswer {
  plan: PlanTerms;
  day: UsageWindow;
  month: UsageWindow;
  to_change: Array<Advice>;
  now: UsageNow;
  grants: Array<GrantUsage>;
  /** This month's, by reason */
  refusals: Record<string, unknown>;
}

/** The last minutes. */
export interface UsageNow extends UsageSums {
  span_s: number;
}

/** What one kind of request, or one product, came to. */
export interface UsageOf {
  requests: number;
  tokens: number;
  refused: number;
}

/** What requests come to. */
export interface UsageSums {
  /** Answered */
  requests: number;
  tokens: number;
  /** Refused for want of quota */
  over_quota: number;
  /** Refused for another reason */
  turned_away: number;
}

/** A day or month: its quota, what is spent, and when it ends at the present rate. */
export interface UsageWindow {
  limit: number;
  tokens: number;
  /** Spent, or held ready by API processes */
  leased: number;
  starts_at: string;
  ends_at: string;
  /** Null: not before the window ends */
  used_up_at: string | null;
  tokens_per_day: number;
  by_kind: Record<string, unknown>;
  by_product: Record<string, unknown>;
}
