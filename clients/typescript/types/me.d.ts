// Generated from the contract of 2026-11-25 by `headway contract`; do not edit.

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
