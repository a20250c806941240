import type { Kpi } from '../kpi/kpi.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import type { Period } from '../time/period.ts';
import { formatOutcome, shownUnit } from './format.ts';
import type { KpiInput, ReviewRestatement } from './input.ts';
import type { Process } from './process.ts';
import type { Judgement } from './schema.ts';
import type { Step } from './series.ts';
import { hasEnough } from './series.ts';
import type { TargetState } from './targets.ts';

/** After so many weeks an old finding asks to be acted on, or its limits or target to be set anew. */
export const STALE_FINDING_WEEKS = 12;
const WEEK_MS = 7 * 86_400_000;

/** What there is to say about a KPI this week, before it is said. */
export interface Findings {
  readonly kpi: Kpi;
  readonly week: Period;
  readonly current: Step;
  readonly previous: Step;
  readonly process: Process;
  readonly target: TargetState | null;
  /** The signal that completed in the reviewed week; the one against us first, the plainest rule first. */
  readonly news: ProcessSignal | null;
  /** Others that completed with it. */
  readonly alsoNews: readonly ProcessSignal[];
  /** A signal that completed before and still stands. */
  readonly standing: ProcessSignal | null;
  /** Whole weeks since it completed. */
  readonly standingWeeks: number;
  /** Restatements that alter a figure shown here. */
  readonly restated: readonly ReviewRestatement[];
  /** No source gives what it is made from, and none ever did. */
  readonly isWithoutSource: boolean;
}

const PLAINEST = ['beyond a limit', '8 in a row', '3 of 4'] as const;

/** Whether a signal is about more of what the KPI tells: longer times between things that are counted are fewer things. */
export function isOfMore({ measure }: Kpi, { basis }: Pick<Process, 'basis'>, { side }: Pick<ProcessSignal, 'side'>): boolean {
  return (side === 'above') !== (basis === 'time between' && measure.type === 'count');
}

/** What a signal means for us. */
export function signalJudgement(kpi: Kpi, process: Pick<Process, 'basis'>, signal: Pick<ProcessSignal, 'side'>): Judgement {
  if (kpi.better === 'neither') return 'changed';
  return isOfMore(kpi, process, signal) === (kpi.better === 'lower') ? 'against' : 'with';
}

export function findingsOf(
  input: KpiInput,
  week: Period,
  current: Step,
  previous: Step,
  process: Process,
  target: TargetState | null,
  shown: ReadonlySet<string>,
): Findings {
  const { kpi } = input;
  const rank = (signal: ProcessSignal) =>
    (signalJudgement(kpi, process, signal) === 'against' ? 0 : 10) + PLAINEST.indexOf(signal.rule);
  const order = new Map(process.points.map(({ period }, index) => [period, index]));
  const at = (period: string) => order.get(period) ?? -1;
  const byRank = (first: ProcessSignal, second: ProcessSignal) => rank(first) - rank(second);

  const news = process.signals.filter((signal) => signal.isNews && !isEcho(signal, process.signals, at)).sort(byRank);
  const lastJudged = process.points.findLast((point) => point.isJudged && point.value !== null)?.period;
  // What nobody has looked at this week cannot be said to stand still.
  const isSeen = current.row.emptiness !== 'no data' && current.row.emptiness !== 'before history';
  const { between } = process;
  const stands = (signal: ProcessSignal) =>
    between === null ? signal.until === lastJudged : between.told.get(signal)?.stands === true;
  const standing = isSeen ? (process.signals.filter((signal) => !signal.isNews && stands(signal)).sort(byRank)[0] ?? null) : null;
  return {
    kpi,
    week,
    current,
    previous,
    process,
    target,
    news: news[0] ?? null,
    alsoNews: news.slice(1),
    standing,
    standingWeeks: standing === null ? 0 : weeksSince(standing),
    isWithoutSource: input.sources.length === 0 && input.weeks.length === 0 && input.months.length === 0,
    restated: input.restatements.filter(
      ({ period, before, after }) =>
        shown.has(period) && formatOutcome(shownUnit(kpi), before) !== formatOutcome(shownUnit(kpi), after),
    ),
  };

  function weeksSince(signal: ProcessSignal): number {
    const completed = process.between?.told.get(signal)?.at;
    if (completed !== undefined) return Math.floor((week.end - completed) / WEEK_MS);
    const endDay = process.steps[at(signal.period)]?.period.endDay;
    return endDay === undefined ? 0 : Math.floor((week.endDay - endDay) / 7);
  }
}

/** Whether times between events say how the week was: also of one in which nothing happened, or whose days were cut. */
export function isToldByTimes({ kpi, process, current: { row } }: Findings): boolean {
  if (process.between === null || row.flags.includes('running')) return false;
  return row.value !== null || (kpi.measure.type === 'count' && row.emptiness === 'none to measure');
}

/** Three of four that rest on points which another rule has told of already say nothing new. */
function isEcho(signal: ProcessSignal, all: readonly ProcessSignal[], at: (period: string) => number): boolean {
  if (signal.rule !== '3 of 4') return false;
  return all.some(
    (other) =>
      other !== signal &&
      other.side === signal.side &&
      at(other.period) < at(signal.period) &&
      at(other.until) >= at(signal.since),
  );
}

/** The card's judgement: the signal that is new or stands, else the target, else routine or not to be told. */
export function judgementOf(findings: Findings): Judgement {
  const { kpi, news, standing, target, current, process } = findings;
  const { row, period } = current;
  const isWhole = !row.flags.includes('running') && period.cutFrom === undefined;
  const isTold = isToldByTimes(findings) || (row.value !== null && isWhole && hasEnough(kpi, row));
  // Where the month is judged, its signal stands whatever the week looks like.
  if (!isTold && process.grain === 'week') return 'unknown';
  const signal = news ?? standing;
  if (signal !== null) return signalJudgement(kpi, process, signal);
  if (target?.isMet === false && (isTold || target.target.every !== 'week')) return 'against';
  return process.limits === null ? 'unknown' : 'routine';
}
