// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

import type { Partner, PlanTerms } from "./shared";

/** What a partner says an entry is. */
export interface CrosswalkDecision {
  /** Yours */
  id: string;
  /** The public id that it is; null: none of them */
  ours: string | null;
}

/** Decisions about entries, all of them or none. */
export interface CrosswalkDecisions {
  decisions: Array<CrosswalkDecision>;
}

/** What an entry is taken for; only what is `matched` can be asked for as `own:<id>`. */
export interface CrosswalkMatch {
  /** Yours */
  id: string;
  /** As you gave it */
  name: string;
  verdict: "matched" | "doubtful" | "missing";
  /** What the verdict rests on */
  reason: "code" | "name_and_place" | "name_and_termini" | "name" | "place" | "termini" | "code_elsewhere" | "code_named_otherwise" | "termini_differ" | "several" | "nothing_like_it" | "confirmed" | "rejected" | "confirmed_gone";
  confidence: number;
  /** The likeliest public id */
  ours: string | null;
  /** Public ids, the likeliest first, five at most */
  candidates: Array<string>;
  /** Ours from the place that you gave */
  distance_m: number | null;
}

/** A crosswalk with its entries, in the order uploaded. */
export interface CrosswalkReport extends CrosswalkState {
  report: Array<CrosswalkMatch>;
  /** The last id of this page, where there are more */
  next_after: string | null;
  /** Send it as `cursor` for the next page */
  next_cursor: string | null;
}

/** One crosswalk: how many of its entries are matched, doubtful and missing. */
export interface CrosswalkState {
  timetable: string;
  kind: "stops" | "lines";
  entries: number;
  matched: number;
  doubtful: number;
  missing: number;
  /** Entries that you decided about */
  decided: number;
  /** The timetable's version that it is matched with */
  version: string;
  uploaded_at: string;
}

/** A partner's crosswalks. */
export interface CrosswalksAnswer {
  crosswalks: Array<CrosswalkState>;
}

/** A grant of one version of a product; what is null or empty is as the product has it. */
export interface Grant {
  id: string;
  partner_id: string;
  product_id: string;
  product_version: number;
  purpose: string;
  plan: string | null;
  fields: Array<string> | null;
  area: GrantedArea | null;
  delay_s: number;
  rate_per_s: number | null;
  networks: Array<string>;
  starts_at: string;
  expires_at: string | null;
  trial: boolean;
  suspended_at: string | null;
  revoked_at: string | null;
  /** What approved it: a rule's name, or who of the staff */
  rule: string;
  state: "live" | "suspended" | "expired" | "revoked";
}

/** A request for a grant. */
export interface GrantAsked {
  /** A product's id; see /v1/products */
  product: string;
  /** What for; owners' terms may depend on it */
  purpose: string;
  days?: number;
  /** A quota of the grant's own */
  plan?: string | null;
  /** Fewer than the product holds */
  fields?: Array<string> | null;
  /** Less than the product holds */
  area?: SentArea | null;
  /** Two weeks on real output, or as long on a simulated city */
  trial?: boolean;
  /** Only from these: 192.0.2.0/24 */
  networks?: Array<string>;
}

/** A request for a grant, and how it was decided. */
export interface GrantRequest {
  id: string;
  partner_id: string;
  product_id: string;
  /** As it was sent */
  asked: Record<string, unknown>;
  state: string;
  /** Why it waits or was refused */
  reason: string | null;
  /** What approved it */
  rule: string | null;
  grant_id: string | null;
  asked_at: string;
  decided_at: string | null;
  /** The rule in a sentence */
  rule_says: string | null;
}

/** A part of the network; empty lists do not limit. */
export interface GrantedArea {
  timetables: Array<string>;
  lines: Array<string>;
  modes: Array<string>;
  /** south, west, north, east (degrees) */
  box: Array<number> | null;
}

/** Every grant the partner was given, oldest first. */
export interface GrantsAnswer {
  grants: Array<Grant>;
}

/** A key by its id; its text is kept nowhere. */
export interface Key {
  id: string;
  partner_id: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
  networks: Array<string>;
  signed: boolean;
}

/** How a key may be used; what is left out stays. */
export interface KeyRestricted {
  networks?: Array<string> | null;
  signed?: boolean | null;
}

/** How long the older key goes on. */
export interface KeyRotated {
  overlap_hours?: number;
}

/** The partner's keys, dead ones too, and the one that asks. */
export interface KeysAnswer {
  keys: Array<Key>;
  this_key: string;
}

/** Who asks, under which plan, and what is open, what is asked first first. */
export interface MeAnswer {
  partner: Partner;
  key_id: string;
  plan: PlanTerms;
  open: Array<Opening>;
}

/** What is missed on the shelf, and what came of it. */
export interface Need {
  id: string;
  partner_id: string;
  text: string;
  posted_at: string;
  answered_at: string | null;
  product_id: string | null;
  answer: string;
}

/** What is missed on the shelf. */
export interface NeedPosted {
  text: string;
}

/** Needs, newest first. */
export interface NeedsAnswer {
  needs: Array<Need>;
}

/** A second key; `key` is its text, shown this once. */
export interface NewKey {
  id: string;
  key: string;
  older_lapses_in_s: number;
}

/** What one grant, or an open product, reaches at this moment. */
export interface Opening {
  /** Null: an open product */
  grant: string | null;
  product: string;
  kinds: Array<string>;
  fields: Array<string>;
  /** By feed */
  withheld_by_owners: Record<string, unknown>;
  /** Timetables of which nothing is told */
  closed_by_owners: Array<string>;
  delay_s: number;
  count_classes: Array<number>;
  networks: Array<string>;
  expires_at: string | null;
  /** A plan of the grant's own */
  own_quota: string | null;
  rate_per_s: number | null;
}

/** Requests for grants, newest first. */
export interface RequestsAnswer {
  requests: Array<GrantRequest>;
}

/** A key, and the secret that signs its requests where they must be signed from now on. */
export interface RestrictedKey extends Key {
  /** Base64 */
  signing_secret?: string | null;
}

/** A part of the network; what is left out does not limit. */
export interface SentArea {
  timetables?: Array<string>;
  /** Public ids */
  lines?: Array<string>;
  modes?: Array<string>;
  /** south, west, north, east (degrees) */
  box?: Array<number> | null;
}
