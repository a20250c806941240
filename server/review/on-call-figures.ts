import type { Kpi } from '../kpi/kpi.ts';
import type { ReviewedKpi } from './card.ts';
import { formatChange, formatNumber, formatOutcome, formatShort, plural, shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import type { Figure, OnCallMeasure } from './on-call-schema.ts';
import { spansWords, type Told } from './on-call-spans.ts';
import { yearOf } from './series.ts';
import { items } from './words.ts';

const DAYS_OF_WEEK = 7;
const SHARE = { type: 'share', label: '', isTotal: false } as const;
/** Shares of fewer are told as what they are. */
const SMALL = 10;

/** A number as it is shown: a total also by the week, because the days it is of differ. */
export function figureOf(kpi: Kpi, told: Told, frame: Frame): Figure {
  const { value, emptiness, count, spans } = told;
  return {
    text: value === null ? formatOutcome(shownUnit(kpi), { value, emptiness }) : valueText(kpi, value, count),
    value,
    rate: value === null ? null : rateOf(kpi, told),
    count,
    span: spansWords(spans, yearOf(frame.week), frame.calendar),
    emptiness: value === null ? emptiness : null,
  };
}

/** What a total comes to a week, or in how many weeks the few there are came; what a share is of; how many answered. */
function rateOf(kpi: Kpi, told: Told): string | null {
  if (kpi.unit.isTotal) return weeklyOf(told) < 1 ? `in ${weeksOf(told)}` : `${weeklyText(weeklyOf(told))} a week`;
  const answered = told.also['response rate'] ?? null;
  if (kpi.measure.type === 'score') return answered === null ? null : `${formatShort(SHARE, answered)} answered`;
  if (kpi.measure.type !== 'ratio' || told.count < SMALL) return null;
  return `of ${items(kpi.measure.of, told.count)}`;
}

const weeksOf = ({ days }: Told): string => plural(Math.round(days / DAYS_OF_WEEK), 'week');

/** Short; a share of few items as what it is: `5 of 6`. */
function valueText(kpi: Kpi, value: number, count: number): string {
  if (kpi.measure.type === 'ratio' && count < SMALL) return `${Math.round(value * count)} of ${count}`;
  if (kpi.unit.label === 'per 12 h on call') return formatNumber(value, 2);
  return formatShort(shownUnit(kpi), value);
}

/** What a total comes to a week. */
export const weeklyOf = ({ value, days }: Told): number => ((value ?? 0) / days) * DAYS_OF_WEEK;

export const weeklyText = (value: number): string => formatNumber(Number(value.toPrecision(2)), 2);

/** How a number compares: totals by the week. */
export function changeOf(kpi: Kpi, now: Told, before: Told): string {
  if (now.value === null || before.value === null) return '';
  if (kpi.unit.isTotal) {
    if (Math.max(weeklyOf(now), weeklyOf(before)) < 1)
      return `${now.value} in ${weeksOf(now)}, was ${before.value} in ${weeksOf(before)}`;
    const [one, other] = [weeklyText(weeklyOf(now)), weeklyText(weeklyOf(before))];
    return one === other ? `${one} a week, as before` : `${one} a week, was ${other}`;
  }
  if (kpi.measure.type === 'ratio' && Math.min(now.count, before.count) < SMALL)
    return `was ${valueText(kpi, before.value, before.count)}`;
  return formatChange(shownUnit(kpi), { value: now.value, count: now.count }, { value: before.value, count: before.count }).text;
}

/** A line of the table: now, before, how it changed, and what the review judges of it. */
export function measureOf({ card, findings }: ReviewedKpi, now: Told, before: Told, frame: Frame): OnCallMeasure {
  const { kpi } = findings;
  return {
    kpi: card.id,
    name: card.name,
    question: card.question,
    now: figureOf(kpi, now, frame),
    before: figureOf(kpi, before, frame),
    change: changeOf(kpi, now, before),
    target:
      card.target === null ? null : `${card.target.short}${kpi.unit.isTotal && card.target.every === 'week' ? ' a week' : ''}`,
    // A judgement of weeks before would stand beside a number that nobody sees.
    judgement: now.value === null ? 'unknown' : card.judgement,
  };
}
