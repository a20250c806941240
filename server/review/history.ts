import type { Kpi } from '../kpi/kpi.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import { dayTitle, periodOf } from '../time/calendar.ts';
import { civilOf, parseDay } from '../time/day.ts';
import type { Period } from '../time/period.ts';
import { signalJudgement } from './findings.ts';
import type { Frame } from './frame.ts';
import type { Between } from './between.ts';
import { bothOf, formatDistance, formatValue, largestOf, plural, sentenceNumbers, shownUnit } from './format.ts';
import type { Process } from './process.ts';
import type { KpiCard, Point, Signal } from './schema.ts';
import { dayAndMonth, periodName, pointOf, yearOf } from './series.ts';
import { AT_ONCE, TIMES } from './verdict-between.ts';
import { signedShort } from './verdict-change.ts';

/** Two years of weeks: what a card shows. The page of a KPI shows all there is. */
const LENGTH = 104;

/**
 * The points of the process behaviour chart: what the rules look at. For a level that carries over
 * that is its change, with the level beside it in words; for rare events the times between them.
 */
export function drawnHistory(kpi: Kpi, process: Process, frame: Frame, length = LENGTH): Point[] {
  const { steps, points, basis, between } = process;
  if (between !== null) return points.map((_, index) => timePoint(process, between, index, frame)).slice(-length);
  return steps.slice(-length).map((step, index) => {
    const level = pointOf(shownUnit(kpi), step, frame);
    if (basis === 'value') return { ...level, drawn: level.value };
    const change = points[Math.max(0, steps.length - length) + index]?.value ?? null;
    if (change === null)
      return { ...level, value: null, drawn: null, text: `no change known (${level.text})`, emptiness: 'no data' };
    // In full, beside the level; shares in points.
    const size = kpi.unit.type === 'share' ? formatDistance(kpi.unit, change) : formatValue(kpi.unit, Math.abs(change));
    const sign = change > 0 ? '+' : change < 0 ? '−' : '';
    return { ...level, value: change, drawn: change, text: `${sign}${size}, to ${level.text}` };
  });
}

/** One time between two events; the last one may still run. It opens the week in which it ended. */
function timePoint({ points, steps }: Process, { events, running }: Between, index: number, frame: Frame): Point {
  const { week, calendar } = frame;
  const isRunning = running !== null && index === points.length - 1;
  const at = isRunning ? week.end - 1 : (events[index + 1] ?? week.start);
  const day = calendar.zone.dayOf(at);
  const value = points[index]?.value ?? null;
  const size = formatValue(TIMES, value ?? 0);
  const flags = isRunning ? ['running'] : points[index]?.isUnsettled === true ? ['unsettled'] : [];
  return {
    period: points[index]?.period ?? '',
    evidence: steps.find(({ period }) => period.start <= at && at < period.end)?.period.id ?? periodOf(calendar, 'week', day).id,
    label: dayAndMonth(day),
    title: isRunning ? `Up to ${dayTitle(day)}` : dayTitle(day),
    value,
    drawn: value,
    text: isRunning ? `${size} since the last one` : value === 0 ? AT_ONCE : `${size} after the one before`,
    count: isRunning ? 0 : 1,
    emptiness: null,
    flags,
    revision: null,
  };
}

/** One line a stretch, from where it is drawn to where it ends. */
export function drawnLimits(kpi: Kpi, process: Process, length = LENGTH): KpiCard['limits'] {
  const { points, stretches, grain, basis } = process;
  const first = Math.max(0, points.length - length);
  return stretches.flatMap(({ start, end, limits }) => {
    const from = points[Math.max(start, first)]?.period;
    const to = points[end - 1]?.period;
    if (limits === null || end <= first || from === undefined || to === undefined) return [];
    const { mean, lower, upper, isProvisional, count } = limits;
    const write = writeFor(kpi, process, [mean, lower, upper]);
    const range =
      lower !== null && upper !== null
        ? `routine between ${bothOf(write(lower), write(upper))}`
        : upper !== null
          ? `routine up to ${write(upper)}`
          : lower !== null
            ? `routine from ${write(lower)}`
            : 'limits beyond what is possible';
    const made = basis === 'time between' ? plural(count, 'time') : plural(count, grain);
    const text = `mean${basis === 'change' ? ' change' : ''} ${write(mean)}, ${range}, from ${made} to ${nameIn(process, limits.to, 0)}`;
    return [{ mean, lower, upper, isProvisional, from, to, text: isProvisional ? `${text}, provisional` : text }];
  });
}

/** All signals within the drawn history, in words. */
export function drawnSignals(kpi: Kpi, process: Process, week: Period, length = LENGTH): Signal[] {
  const { signals, points } = process;
  const order = new Map(points.map(({ period }, index) => [period, index]));
  const start = Math.max(0, points.length - length);
  return signals
    .filter(({ until }) => (order.get(until) ?? -1) >= start)
    .map((signal) => ({
      period: signal.period,
      since: signal.since,
      rule: signal.rule,
      side: signal.side,
      judgement: signalJudgement(kpi, process, signal),
      isNews: signal.isNews,
      text: signalText(kpi, process, signal, week),
    }));
}

function signalText(kpi: Kpi, process: Process, signal: ProcessSignal, week: Period): string {
  const { points, stretches, grain, basis } = process;
  const name = (id: string) => nameIn(process, id, yearOf(week));
  const found = points.findIndex(({ period }) => period === signal.period);
  // A time that still runs stands behind the last stretch.
  const index = Math.min(found, (stretches.at(-1)?.end ?? points.length) - 1);
  const limits = stretches.find(({ start, end }) => start <= index && index < end)?.limits;
  const when = signal.since === signal.until ? name(signal.since) : `${name(signal.since)} to ${name(signal.until)}`;
  if (limits === null || limits === undefined) return when;
  const limit = signal.side === 'above' ? limits.upper : limits.lower;
  // The value is not said here, so it asks for no digits.
  const write = writeFor(kpi, process, [signal.rule === '8 in a row' ? limits.mean : limit], [limits.upper, limits.lower]);
  const subject = basis === 'change' ? 'its change ' : '';
  const side = basis !== 'time between' ? signal.side : signal.side === 'above' ? 'longer than' : 'shorter than';
  const each = basis === 'time between' ? 'times' : `${grain}s`;
  switch (signal.rule) {
    case 'beyond a limit':
      return `${subject}${side} the limit of ${write(limit ?? limits.mean)}: ${when}`;
    case '8 in a row':
      return `${subject}${signal.length} ${each} in a row ${side} the mean of ${write(limits.mean)}: ${when}`;
    case '3 of 4':
      return `${subject}3 of 4 ${each} nearer the limit of ${write(limit ?? limits.mean)} than the mean: ${when}`;
  }
}

/** A point inside a sentence: `week 44`; of times between events the day, `3 Nov` or, in another year, `3 Nov 2025`. */
function nameIn({ steps, between }: Process, id: string, year: number): string {
  if (between === null) {
    const period = steps.find((step) => step.period.id === id)?.period;
    return period === undefined ? id : periodName(period, year);
  }
  const day = parseDay(id.slice(0, 10));
  if (day === null) return id;
  return civilOf(day).year === year ? dayAndMonth(day) : dayTitle(day);
}

function writeFor(
  kpi: Kpi,
  { basis }: Process,
  values: readonly (number | null)[],
  beside: readonly (number | null)[] = [],
): (value: number) => string {
  if (basis === 'change') return (value) => signedShort(kpi.unit, value, largestOf([...values, ...beside]));
  return sentenceNumbers(basis === 'time between' ? TIMES : shownUnit(kpi), values, beside);
}
