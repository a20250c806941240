import type { Kind } from '../event/kinds.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { ProcessLimits, ProcessPoint } from '../stats/limits.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import { isLonger, judgeTimes, lineOf } from '../stats/times-between.ts';
import { formatDay } from '../time/day.ts';
import type { Day, Instant, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { Process } from './process.ts';
import type { Step } from './series.ts';

/** Seconds. What comes within a minute is one occasion: a limit below that would tell of bursts only. */
const LEAST = 60;

/** Events that hardly happen, and the times between them. */
export interface Between {
  readonly of: Kind;
  /** All events up to the end of the week, ascending; point i of the process is the time from event i to event i + 1. */
  readonly events: readonly Instant[];
  /** Seconds from the last event to the end of the week, the last point; null where there is none, or the week is not known to its end. */
  readonly running: number | null;
  /** When a signal completed (at its event, or as a time grew beyond the limit), and whether it stands at the end of the week. */
  readonly told: ReadonlyMap<ProcessSignal, Told>;
}

interface Told {
  readonly at: Instant;
  /** The local day of that instant. */
  readonly day: Day;
  readonly stands: boolean;
}

/**
 * A KPI judged by the times between its events (DESIGN.md section 7), in seconds, on their 3.6th root.
 * `events` are ascending and known up to the end of the week; of a week that still runs nothing is judged.
 *
 * A time that grows beyond its limit is news in the week in which it does, whether its event has come
 * by then or not, and never again; everything else is news in the week of the event that completes it.
 */
export function processOfTimes(
  kpi: Kpi,
  of: Kind,
  events: readonly Instant[],
  weeks: readonly Step[],
  week: Period,
  zone: Zone,
): Process {
  const row = weeks.at(-1)?.row;
  const isRunning = row === undefined || row.flags.includes('running');
  const end = isRunning ? week.start : week.end;
  const known = events.filter((at) => at < end);
  const last = known.at(-1);
  const isKnownToEnd = !isRunning && (row.value !== null || row.emptiness === 'none to measure') && !row.flags.includes('stale');
  const running = last === undefined || !isKnownToEnd ? null : (end - last) / 1_000;
  const points = pointsOf(kpi, known, weeks, zone);
  const judged = judgeTimes(points, LEAST);
  const stretch = judged.stretches.at(-1);
  const limits = stretch?.limits ?? null;
  const now = runningPoint(running, week);

  const told = new Map<ProcessSignal, Told>();
  for (const signal of withRunning(judged.signals, points, running, now.period, limits)) {
    const first = points.findIndex(({ period }) => period === signal.period);
    const since = known[first === -1 ? known.length - 1 : first] ?? 0;
    const own = judged.stretches.find(({ start, end: stop }) => start <= first && first < stop)?.limits ?? limits;
    const isGrown = signal.rule === 'beyond a limit' && signal.side === 'above';
    const at = isGrown ? since + (own?.upper ?? 0) * 1_000 : (known[first + 1] ?? 0);
    const isNews = !isRunning && week.start <= at && at < week.end;
    const until = known[points.findIndex(({ period }) => period === signal.until) + 1] ?? 0;
    told.set({ ...signal, isNews }, { at, day: zone.dayOf(at), stands: standsNow(signal, until) });
  }
  return {
    grain: 'week',
    basis: 'time between',
    state: 'judged',
    steps: weeks,
    points: running === null ? points : [...points, now],
    stretches: judged.stretches,
    signals: [...told.keys()],
    limits,
    base: stretch?.count ?? 0,
    coarserBecause: null,
    reviewed: null,
    between: { of, events: known, running, told },
  };

  /** One long or short time stands in the week of its event; a run as long as the time since does not end it. */
  function standsNow(signal: ProcessSignal, until: Instant): boolean {
    if (signal.until === now.period) return true;
    if (signal.until !== points.at(-1)?.period) return false;
    if (signal.rule === 'beyond a limit') return until >= week.start;
    const line = limits === null ? null : lineOf(limits, signal);
    return signal.side === 'above' || running === null || line === null || limits === null || !isLonger(running, line, limits);
  }
}

/** A time belongs to the stretch, and is settled, as the event that ends it. `limits_from` goes by the event that begins it. */
function pointsOf(kpi: Kpi, events: readonly Instant[], weeks: readonly Step[], zone: Zone): ProcessPoint[] {
  const days = events.map((at) => zone.dayOf(at));
  const seen = new Map<number, number>();
  let week = 0;
  return events.slice(1).map((at, index): ProcessPoint => {
    const before = days[index] ?? 0;
    const day = days[index + 1] ?? 0;
    const again = (seen.get(day) ?? 0) + 1;
    seen.set(day, again);
    while ((weeks[week]?.period.end ?? Infinity) <= at) week += 1;
    return {
      period: again === 1 ? formatDay(day) : `${formatDay(day)}-${again}`,
      value: (at - (events[index] ?? at)) / 1_000,
      isJudged: kpi.limitsFrom === null || before >= kpi.limitsFrom,
      isUnsettled: weeks[week]?.row.flags.includes('unsettled') ?? false,
      startsStretch: kpi.dividers.some(({ on }) => before < on && on <= day),
    };
  });
}

/** The time that still runs enters neither limits nor rules, until it is too long. */
function runningPoint(running: number | null, week: Period): ProcessPoint {
  const period = `${formatDay(week.endDay - 1)}-running`;
  return { period, value: running, isJudged: false, isUnsettled: false, startsStretch: false };
}

/** A time that is too long already is a signal before its event has come; after another such time it goes on with that signal. */
function withRunning(
  signals: readonly ProcessSignal[],
  points: readonly ProcessPoint[],
  running: number | null,
  id: string,
  limits: ProcessLimits | null,
): ProcessSignal[] {
  if (limits === null || limits.upper === null || running === null || !isLonger(running, limits.upper, limits))
    return [...signals];
  const isLong = ({ rule, side, until }: ProcessSignal): boolean =>
    rule === 'beyond a limit' && side === 'above' && until === points.at(-1)?.period;
  const before = signals.find(isLong);
  const others = signals.filter((signal) => signal !== before);
  const own = before ?? { rule: 'beyond a limit', side: 'above', since: id, period: id, length: 0, isNews: false };
  return [...others, { ...own, until: id, length: own.length + 1 }];
}
