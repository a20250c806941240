import type { Zone } from './zone.ts';

/** An instant: milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/** A local calendar day: days since 1970-01-01, zone-free. */
export type Day = number;

/** The grains at which snapshots are kept. */
export type Grain = 'week' | 'month' | 'quarter' | 'year';

/** ISO weekday, 1 = Monday … 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** How an organisation cuts time. */
export interface Calendar {
  readonly zone: Zone;
  /** The day a week starts on; Monday (1) unless the organisation says otherwise. */
  readonly weekStart: Weekday;
  /** The month a fiscal year ends with, 1 to 12; 12 is the calendar year. */
  readonly fiscalYearEndMonth: number;
}

/**
 * A stretch of local days in the calendar's zone. `firstDay` and `start` are inside, `endDay` and
 * `end` are not. `id` is unique among all periods of a calendar: `2026-W46`, `2026-10`, `2026-Q3`,
 * `2026`, and for to-date ranges `2026-W46-MTD` (`-QTD`, `-YTD`), their prior year `2026-W46-MTD-PY`,
 * and a prior-year week `2026-W46-PY` (364 days back).
 */
export interface Period {
  readonly grain: Grain | 'to-date';
  readonly id: string;
  readonly firstDay: Day;
  readonly endDay: Day;
  readonly start: Instant;
  readonly end: Instant;
}
