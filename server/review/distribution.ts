import type { Kpi } from '../kpi/kpi.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import { periodTitle } from '../time/calendar.ts';
import type { Instant, Period } from '../time/period.ts';
import { formatValue, plural, shownUnit } from './format.ts';
import type { Distribution } from './kpi-page-schema.ts';
import type { KpiCard } from './schema.ts';

/** An item with what it contributed, and when. */
export interface Measured {
  readonly title: string;
  readonly at: Instant;
  /** As told: of some kinds the day alone. */
  readonly atText: string;
  readonly value: number;
}

export interface DistributionInput {
  readonly kpi: Kpi;
  readonly scope: string;
  readonly unit: KpiCard['unit'];
  /** Oldest first, without gaps. */
  readonly months: readonly { readonly period: Period; readonly label: string }[];
  /** In any order; all within the months. */
  readonly items: readonly Measured[];
}

/** More dots cannot be told apart on a screen; they are thinned evenly, and lines are drawn from all. */
const DRAWN = 1500;
/** A tail of fewer items is one item. */
const LEAST_FOR_P90 = 10;

/** Why every item of a KPI counts the same, so that there is nothing to spread out; null where there is. */
export function refusedSpread(kpi: Kpi): string | null {
  if (kpi.isPersonal) return 'What people bore or answered is shown for groups of five or more only, and never item by item.';
  switch (kpi.measure.type) {
    case 'duration':
    case 'overlap':
    case 'score':
      return null;
    case 'count':
    case 'depth':
    case 'ratio':
      return 'Each item counts once, so there is no spread between items to draw; the evidence below lists them.';
    case 'age':
      return 'Ages are told as of a moment, and each item has another at each; the evidence below lists those of one period.';
    case 'since':
      return 'It is one time, from the last one to the end of the period.';
    case 'spread':
      return 'It says how evenly things fell as one number; its items have no size of their own.';
    case 'combine':
      return 'It is made of other KPIs; look at the spread of those.';
    case 'level':
    case 'budget':
      return 'It is made from readings of a metric, which are no items; the evidence below lists them.';
  }
}

/** Every item a dot, with the median and the ninth decile of each month and of all. */
export function buildDistribution({ kpi, scope, unit, months, items }: DistributionInput): Distribution {
  const write = (value: number | null): string => (value === null ? 'none' : formatValue(shownUnit(kpi), value));
  const sorted = [...items].sort((one, other) => one.at - other.at || one.value - other.value);
  const all = summary(sorted);
  const first = months[0]?.period;
  const last = months.at(-1)?.period;
  const every = Math.max(1, Math.ceil(sorted.length / DRAWN));
  return {
    kpi: kpi.id,
    scope,
    refused: null,
    unit,
    from: first?.start ?? 0,
    to: last?.end ?? 1,
    span: last === undefined ? '' : `${plural(months.length, 'month')} to ${periodTitle(last)}`,
    text: words(sorted.length, all, write, every),
    total: sorted.length,
    median: all.median,
    medianText: write(all.median),
    p90: all.p90,
    p90Text: write(all.p90),
    months: months.map(({ period, label }) => {
      const own = summary(sorted.filter(({ at }) => at >= period.start && at < period.end));
      return {
        period: period.id,
        label,
        title: periodTitle(period),
        from: period.start,
        to: period.end,
        count: own.count,
        median: own.median,
        medianText: write(own.median),
        p90: own.p90,
        p90Text: write(own.p90),
      };
    }),
    dots: sorted
      .filter((_, index) => index % every === 0)
      .map(({ title, at, atText, value }) => ({ title, at, atText, value, text: write(value) })),
  };
}

interface Summary {
  readonly count: number;
  readonly median: number | null;
  readonly p90: number | null;
}

function summary(items: readonly Measured[]): Summary {
  const values = items.map(({ value }) => value).sort((one, other) => one - other);
  return {
    count: values.length,
    median: quantileOfSorted(values, 0.5),
    p90: values.length < LEAST_FOR_P90 ? null : quantileOfSorted(values, 0.9),
  };
}

function words(count: number, { median, p90 }: Summary, write: (value: number | null) => string, every: number): string {
  if (count === 0) return 'Nothing was measured in these months.';
  const half = count === 1 ? `One item: ${write(median)}` : `Half of ${plural(count, 'item')} at most ${write(median)}`;
  const tail = p90 === null ? '' : `, one in ten more than ${write(p90)}`;
  const thinned = every === 1 ? '' : ` One dot in ${every} is drawn; lines are made from all.`;
  return `${half}${tail}.${thinned}`;
}
