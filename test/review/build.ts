import type { Organisation } from '../../server/event/organisation.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Emptiness, Flag } from '../../server/kpi/measurement.ts';
import {
  NOTHING_TOLD,
  type KpiInput,
  type ReviewInput,
  type ReviewRestatement,
  type ReviewRow,
} from '../../server/review/input.ts';
import { buildReview } from '../../server/review/review.ts';
import { NO_TALK } from '../../server/review/talk.ts';
import type { KpiCard, Review } from '../../server/review/schema.ts';
import { parsePeriod, shiftPeriod, toDate } from '../../server/time/calendar.ts';
import { parseDay } from '../../server/time/day.ts';
import { parseInstant } from '../../server/time/instant.ts';
import type { Calendar, Instant, Period } from '../../server/time/period.ts';
import { findZone } from '../../server/time/zone.ts';

/** Builds reviews for tests: a KPI, its values, and the week they end in. */
const zone = findZone('Europe/Berlin');
if (zone === null) throw new Error('Europe/Berlin should be known');
export const calendar: Calendar = { zone, weekStart: 1, fiscalYearEndMonth: 12 };

export const organisation: Organisation = {
  name: 'Northwind Cloud',
  calendar,
  hours: { night: { from: 1320, to: 420 }, evenings: [], weekend: [6, 7] },
  holidays: {},
  teams: [],
  services: [],
};

export function day(text: string): number {
  const parsed = parseDay(text);
  if (parsed === null) throw new Error(`${text} should be a day`);
  return parsed;
}

export function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === null) throw new Error(`${text} should be an instant`);
  return parsed;
}

export function period(id: string): Period {
  const parsed = parsePeriod(calendar, id);
  if (parsed === null) throw new Error(`${id} should be a period`);
  return parsed;
}

export const hours = (count: number): number => count * 3_600;
export const days = (count: number): number => count * 86_400;

/** Time to restore, as the standard pack has it, unless told otherwise. */
export function kpi(rest: Partial<Kpi> = {}): Kpi {
  return {
    id: 'time-to-restore',
    name: 'Time to restore service',
    alsoCalled: 'MTTR',
    question: 'When customers are hurt, how long until they are well again?',
    section: 'Incidents',
    role: 'outcome',
    owner: 'Service Operations',
    better: 'lower',
    measure: {
      type: 'duration',
      of: 'incident',
      from: 'opened',
      to: 'restored',
      excluding: [],
      clock: 'wall',
      summarise: 'median',
    },
    where: [],
    countedIn: 'restored',
    alsoShow: [],
    sliceBy: [],
    targets: [],
    baseline: null,
    whenEmpty: 'none to measure',
    minimumCount: 5,
    settlesAfterMs: 3 * 86_400_000,
    limitsFrom: null,
    dividers: [],
    atRisk: null,
    unit: { type: 'duration', label: '', isTotal: false },
    isPersonal: false,
    minimumCoverage: 0,
    definition: 'd1',
    file: 'kpis/incidents/time-to-restore.yaml',
    ...rest,
  };
}

export const incidents = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    id: 'incidents',
    name: 'Incidents',
    measure: { type: 'count', of: 'incident', per: null },
    unit: { type: 'count', label: 'incidents', isTotal: true },
    countedIn: 'opened',
    minimumCount: 1,
    ...rest,
  });

export const failures = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    id: 'change-failure-rate',
    name: 'Change failure rate',
    section: 'Delivery',
    measure: { type: 'ratio', of: 'deployment', outOf: [] },
    unit: { type: 'share', label: '', isTotal: false },
    countedIn: 'finished',
    ...rest,
  });

export const queue = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    id: 'queue-depth',
    name: 'Queue depth',
    section: 'Queues',
    measure: { type: 'depth', of: 'ticket', growth: false },
    unit: { type: 'count', label: 'tickets', isTotal: false },
    countedIn: null,
    minimumCount: 1,
    ...rest,
  });

export const atMost = (value: number, text: string, every: 'week' | 'month' | 'quarter' = 'week') => ({
  direction: 'at_most' as const,
  value,
  text,
  every,
  since: day('2024-01-01'),
  because: 'agreed with product leads',
});

export const atLeast = (value: number, text: string) => ({ ...atMost(value, text), direction: 'at_least' as const });

/** A number with its count, an emptiness, or a whole row without its period. */
export type Value = number | Emptiness | { value?: number; emptiness?: Emptiness; count?: number; flags?: Flag[] };

export function row(id: string, value: Value, count: number): ReviewRow {
  const given = typeof value === 'number' ? { value } : typeof value === 'string' ? { emptiness: value } : value;
  const number = given.value ?? null;
  return {
    period: id,
    value: number,
    emptiness: number === null ? (given.emptiness ?? 'no data') : null,
    count: given.count ?? (number === null ? 0 : count),
    exclusions: [],
    also: {},
    flags: given.flags ?? [],
    revision: null,
    limits: null,
  };
}

/** Rows for consecutive periods, the last of which is `last`. */
export function rows(last: string, values: readonly Value[], count = 9): ReviewRow[] {
  const end = period(last);
  return values.map((value, index) => row(shiftPeriod(calendar, end, index - values.length + 1).id, value, count));
}

/** `count` values that swing around `mean` by `swing`, ending low: limits of mean ± 2.66 × 2 × swing. */
export function waves(count: number, mean: number, swing: number): number[] {
  return Array.from({ length: count }, (_, index) => ((count - index) % 2 === 0 ? mean + swing : mean - swing));
}

export interface Given {
  readonly kpi: Kpi;
  readonly weeks: readonly ReviewRow[];
  readonly months?: readonly ReviewRow[];
  readonly quarters?: readonly ReviewRow[];
  readonly toDate?: readonly ReviewRow[];
  readonly events?: readonly Instant[];
  readonly restatements?: readonly ReviewRestatement[];
  readonly sources?: readonly string[];
}

export function kpiInput(given: Given): KpiInput {
  return {
    words: 'The definition read aloud.',
    sources: [],
    months: [],
    quarters: [],
    toDate: [],
    events: null,
    restatements: [],
    ...given,
  };
}

export function reviewInput(given: readonly Given[], rest: Partial<ReviewInput> = {}): ReviewInput {
  return {
    organisation,
    scope: 'organisation',
    scopes: [{ id: 'organisation', label: 'All teams', group: 'Organisation', parent: null }],
    week: period('2026-W46'),
    firstDay: day('2024-01-01'),
    now: instant('2026-11-21T09:00Z'),
    kpis: given.map(kpiInput),
    sources: [],
    broken: [],
    talk: NO_TALK,
    told: NOTHING_TOLD,
    publishedAt: null,
    watermark: 7,
    measuredAt: null,
    ...rest,
  };
}

export function review(given: readonly Given[], rest: Partial<ReviewInput> = {}): Review {
  return buildReview(reviewInput(given, rest));
}

/** The card of one KPI reviewed alone in week 46 of 2026. */
export function card(given: Given, rest: Partial<ReviewInput> = {}): KpiCard {
  const found = review([given], rest).cards[0];
  if (found === undefined) throw new Error('a review has a card for each KPI');
  return found;
}

/** A card from weekly values that end in the reviewed week. */
/** Rows of a spread over so many people that there is enough a head to judge it. */
export const borne = (of: Kpi, given: readonly ReviewRow[]): readonly ReviewRow[] =>
  of.measure.type === 'spread' ? given.map((each) => ({ ...each, also: { ...each.also, 'per head': 7.5 } })) : given;

export function cardOf(of: Kpi, values: readonly Value[], count = 9, rest: Partial<Given> = {}): KpiCard {
  return card({ kpi: of, weeks: borne(of, rows('2026-W46', values, count)), ...rest });
}

const ranges = toDate(calendar, period('2026-W46'));
/** Ids of the to-date ranges of week 46, in order MTD, QTD, YTD, each followed by its prior year. */
export const toDateIds = [ranges.month, ranges.quarter, ranges.year].flatMap(({ current, prior }) => [current.id, prior.id]);
