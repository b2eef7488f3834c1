// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

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
export interface CrosswalkReport {
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
  report: Array<CrosswalkMatch>;
  /** The last id of this page, where there are more */
  next_after: string | null;
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

/** How a key may be used; what is left out stays. */
export interface KeyRestricted {
  networks?: Array<string> | null;
  signed?: boolean | null;
}

/** How long the older key goes on. */
export interface KeyRotated {
  overlap_hours?: number;
}

/** What is missed on the shelf. */
export interface NeedPosted {
  text: string;
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
