import type { Calendar, Instant } from '../time/period.ts';

/** Local minutes since midnight; a band may wrap past midnight (22:00 to 07:00). */
export interface HourBand {
  readonly from: number;
  readonly to: number;
}

/** Every minute is in exactly one class: night before weekend and holiday before evening before business. */
export type HourClass = 'night' | 'weekend' | 'holiday' | 'evening' | 'business';

export interface HourRules {
  readonly night: HourBand;
  readonly evenings: readonly HourBand[];
  /** ISO weekdays that count as weekend. */
  readonly weekend: readonly number[];
}

export interface Team {
  readonly id: string;
  readonly name: string;
  /** IANA zone the team mostly works in. */
  readonly zone: string;
  readonly hours: HourRules;
  /** Names of holiday lists that count for it besides `all` and that of the zone. */
  readonly holidays?: readonly string[];
}

export interface Ownership {
  readonly team: string;
  readonly since: Instant;
}

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly tier: string | null;
  /** Ascending by `since`; the first entry also covers all time before it. */
  readonly owners: readonly Ownership[];
}

/** organisation.yaml, exact. */
export interface Organisation {
  readonly name: string;
  readonly calendar: Calendar;
  /** Named once, e.g. `Service Operations`; used where a team has no rules of its own. */
  readonly hours: HourRules;
  /** Local days (ISO dates) that count as holiday: by `all` everywhere, by a zone for people in it, by another name for teams that chose it. */
  readonly holidays: Readonly<Record<string, readonly string[]>>;
  readonly teams: readonly Team[];
  readonly services: readonly Service[];
}

/** `organisation`, `team:payments`, `service:checkout`. */
export type Scope = 'organisation' | `team:${string}` | `service:${string}`;
