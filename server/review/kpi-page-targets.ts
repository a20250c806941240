import type { Kpi, Target } from '../kpi/kpi.ts';
import { dayTitle } from '../time/calendar.ts';
import { formatShort, shownUnit } from './format.ts';
import type { KpiPage } from './kpi-page-schema.ts';
import type { Step } from './series.ts';
import { directionWords, inForce } from './targets.ts';

type Grain = Target['every'];
type TargetLine = KpiPage['views'][number]['targets'][number];

const GRAINS = ['week', 'month', 'quarter'] as const;
/** Mean lengths of the Gregorian calendar: a total that is agreed for a month is drawn among weeks as their share of it. */
const MEAN_DAYS = { week: 7, month: 365.2425 / 12, quarter: 365.2425 / 4 } as const;

/**
 * Targets as steps along a series of one grain, each over the periods that it judged. Where nothing was agreed
 * for that grain, what was agreed for another is drawn: the same value, or a total for as long as these periods are.
 */
export function targetLines(kpi: Kpi, grain: Grain, steps: readonly Step[]): TargetLine[] {
  const every = GRAINS.some((one) => one === grain && kpi.targets.some((target) => target.every === one))
    ? grain
    : GRAINS.find((one) => kpi.targets.some((target) => target.every === one));
  if (every === undefined) return [];
  const lines: (TargetLine & { readonly target: Target })[] = [];
  for (const { period } of steps) {
    const target = inForce(kpi, every, period.endDay - 1);
    const last = lines.at(-1);
    if (target === null) continue;
    if (last?.target === target) last.to = period.id;
    else lines.push({ target, from: period.id, to: period.id, ...said(kpi, target, grain) });
  }
  return lines.map(({ target: _, ...line }) => line);
}

function said(kpi: Kpi, target: Target, grain: Grain): Omit<TargetLine, 'from' | 'to'> {
  const sign = target.direction === 'at_most' ? '≤' : '≥';
  const isScaled = kpi.unit.isTotal && target.every !== grain;
  return {
    drawn: isScaled ? (target.value * MEAN_DAYS[grain]) / MEAN_DAYS[target.every] : target.value,
    short: `${sign} ${formatShort(shownUnit(kpi), target.value)}${target.every === grain ? '' : ` ${kpi.unit.isTotal ? 'a' : 'each'} ${target.every}`}`,
    text: `${wordsOf(kpi, target)}, since ${dayTitle(target.since)}`,
  };
}

/** All that were ever agreed, newest first, with how long each was in force. */
export function datedTargets(kpi: Kpi, today: number): KpiPage['targets'] {
  const sorted = [...kpi.targets].sort((one, other) => other.since - one.since);
  return sorted.map((target) => {
    const next = sorted.filter(({ every, since }) => every === target.every && since > target.since).at(-1);
    return {
      text: wordsOf(kpi, target),
      span: next === undefined ? `since ${dayTitle(target.since)}` : `${dayTitle(target.since)} to ${dayTitle(next.since - 1)}`,
      because: target.because,
      isInForce: inForce(kpi, target.every, today) === target,
    };
  });
}

function wordsOf({ unit }: Kpi, target: Target): string {
  const isBare = /^-?[0-9.]+$/.test(target.text) && unit.label !== '';
  return `${directionWords(target)} ${isBare ? `${target.text} ${unit.label}` : target.text} ${unit.isTotal ? 'a' : 'each'} ${target.every}`;
}
