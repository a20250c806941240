import type { Kpi } from '../kpi/kpi.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import type { Period } from '../time/period.ts';
import { signalJudgement } from './findings.ts';
import type { Frame } from './frame.ts';
import { formatValue, plural, sentenceNumbers } from './format.ts';
import type { Process } from './process.ts';
import type { KpiCard, Point, Signal } from './schema.ts';
import { periodName, pointOf, yearOf } from './series.ts';
import { signedShort } from './verdict-change.ts';

/** Two years of weeks. */
const LENGTH = 104;

/**
 * The points of the process behaviour chart: what the rules look at. For a level that carries over
 * that is its change, with the level beside it in words.
 */
export function drawnHistory(kpi: Kpi, { steps, points, basis }: Process, frame: Frame): Point[] {
  return steps.slice(-LENGTH).map((step, index) => {
    const level = pointOf(kpi.unit, step, frame);
    if (basis === 'value') return { ...level, drawn: level.value };
    const change = points[Math.max(0, steps.length - LENGTH) + index]?.value ?? null;
    if (change === null)
      return { ...level, value: null, drawn: null, text: `no change known (${level.text})`, emptiness: 'no data' };
    const size = formatValue(kpi.unit, change);
    return { ...level, value: change, drawn: change, text: `${change > 0 ? '+' : ''}${size}, to ${level.text}` };
  });
}

/** One line a stretch, from where it is drawn to where it ends. */
export function drawnLimits(kpi: Kpi, process: Process): KpiCard['limits'] {
  const { steps, stretches, grain, basis } = process;
  const first = Math.max(0, steps.length - LENGTH);
  return stretches.flatMap(({ start, end, limits }) => {
    const from = steps[Math.max(start, first)]?.period;
    const to = steps[end - 1]?.period;
    const made = steps.find(({ period }) => period.id === limits?.to)?.period;
    if (limits === null || end <= first || from === undefined || to === undefined || made === undefined) return [];
    const { mean, lower, upper, isProvisional, count } = limits;
    const write =
      basis === 'change' ? (value: number) => signedShort(kpi.unit, value) : sentenceNumbers(kpi.unit, [mean, lower, upper]);
    const range =
      lower !== null && upper !== null
        ? `routine between ${write(lower)} and ${write(upper)}`
        : upper !== null
          ? `routine up to ${write(upper)}`
          : lower !== null
            ? `routine from ${write(lower)}`
            : 'limits beyond what is possible';
    const text = `mean${basis === 'change' ? ' change' : ''} ${write(mean)}, ${range}, from ${plural(count, grain)} to ${periodName(made, 0)}`;
    return [{ mean, lower, upper, isProvisional, from: from.id, to: to.id, text: isProvisional ? `${text}, provisional` : text }];
  });
}

/** All signals within the drawn history, in words. */
export function drawnSignals(kpi: Kpi, process: Process, week: Period): Signal[] {
  const { steps, signals, points } = process;
  const first = steps[Math.max(0, steps.length - LENGTH)]?.period;
  const order = new Map(points.map(({ period }, index) => [period, index]));
  const start = order.get(first?.id ?? '') ?? 0;
  return signals
    .filter(({ until }) => (order.get(until) ?? -1) >= start)
    .map((signal) => ({
      period: signal.period,
      since: signal.since,
      rule: signal.rule,
      side: signal.side,
      judgement: signalJudgement(kpi, signal),
      isNews: signal.isNews,
      text: signalText(kpi, process, signal, week),
    }));
}

function signalText(kpi: Kpi, { steps, points, stretches, grain, basis }: Process, signal: ProcessSignal, week: Period): string {
  const name = (id: string) => {
    const period = steps.find((step) => step.period.id === id)?.period;
    return period === undefined ? id : periodName(period, yearOf(week));
  };
  const index = points.findIndex(({ period }) => period === signal.period);
  const limits = stretches.find(({ start, end }) => start <= index && index < end)?.limits;
  const when = signal.since === signal.until ? name(signal.since) : `${name(signal.since)} to ${name(signal.until)}`;
  if (limits === null || limits === undefined) return when;
  const limit = signal.side === 'above' ? limits.upper : limits.lower;
  const write =
    basis === 'change'
      ? (value: number) => signedShort(kpi.unit, value)
      : sentenceNumbers(kpi.unit, [points[index]?.value ?? null, limits.mean, limit]);
  const subject = basis === 'change' ? 'its change ' : '';
  switch (signal.rule) {
    case 'beyond a limit':
      return `${subject}${signal.side} the limit of ${write(limit ?? limits.mean)}: ${when}`;
    case '8 in a row':
      return `${subject}${signal.length} ${grain}s in a row ${signal.side} the mean of ${write(limits.mean)}: ${when}`;
    case '3 of 4':
      return `${subject}3 of 4 ${grain}s nearer the limit of ${write(limit ?? limits.mean)} than the mean: ${when}`;
  }
}
