import type { Zone } from './zone.ts';

/** An instant: milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/** A local calendar day: days since 1970-01-01, zone-free. */
export type Day = number;

/** The grains at which snapshots are kept. */
export type Grain = 'week' | 'month' | 'quarter' | 'year';

/** ISO weekday, 1 = Monday … 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A fiscal year of 52 or 53 whole weeks: four quarters of 13, the 53rd week in the last period. */
export interface FiscalWeeks {
  /** Weeks in the three periods of a quarter. */
  readonly pattern: '4-4-5' | '4-5-4' | '5-4-4';
  /** It ends with the last week that ends in the end month, or with the one that ends nearest to that month's last day. */
  readonly ends: 'last' | 'nearest';
}

/** Rules by which time is cut. */
export interface CalendarRules {
  /** The day a week starts on; Monday (1) unless the organisation says otherwise. */
  readonly weekStart: Weekday;
  /** The month a fiscal year ends with, 1 to 12; 12 is the calendar year. */
  readonly fiscalYearEndMonth: number;
  /** The calendar year a fiscal year is named after, by the month it ends with (default) or the month it starts with. */
  readonly fiscalYearNamedBy?: 'end' | 'start';
  /** Without them months are those of the Gregorian calendar, and a fiscal year is twelve of them. */
  readonly fiscalWeeks?: FiscalWeeks;
}

/** Rules in force from a day on. */
export interface DatedRules extends CalendarRules {
  readonly since: Day;
}

/** How an organisation cuts time: its own rules before the first change, those of the latest change from its day on. */
export interface Calendar extends CalendarRules {
  readonly zone: Zone;
  /** In order of their day. */
  readonly changes?: readonly DatedRules[];
}

/**
 * A stretch of local days in the calendar's zone. `firstDay` and `start` are inside, `endDay` and
 * `end` are not. `id` is unique among all periods of a calendar: `2026-W46`, `2026-10` (`2026-P09`
 * where years are made of weeks), `2026-Q3`, `2026`, and for to-date ranges `2026-W46-MTD` (`-QTD`,
 * `-YTD`), their prior year `2026-W46-MTD-PY`, and a prior-year week `2026-W46-PY` (364 days back).
 * A change of calendar adds letters: `2026-W46a` is what it left of a week, `2026-Q3b` the second quarter of that name.
 */
export interface Period {
  readonly grain: Grain | 'to-date';
  readonly id: string;
  readonly firstDay: Day;
  readonly endDay: Day;
  readonly start: Instant;
  readonly end: Instant;
  /** Only where a change of calendar cut it short: the days it would have had by its own rules. It is shown, never judged. */
  readonly cutFrom?: { readonly firstDay: Day; readonly endDay: Day };
}
