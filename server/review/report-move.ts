import type { Kpi } from '../kpi/kpi.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import { parseDay } from '../time/day.ts';
import type { Period } from '../time/period.ts';
import { signalJudgement } from './findings.ts';
import { plural } from './format.ts';
import { drawnSignals } from './history.ts';
import { judgedAs, type Process } from './process.ts';
import type { Figure } from './report-schema.ts';

const RANK = ['8 in a row', '3 of 4', 'beyond a limit'] as const;

/**
 * Whether a KPI moved beyond noise in a quarter: by the signals that the weekly reviews of its weeks told of, with the
 * same limits. A run says more than a single point; the latest of its kind decides.
 */
export function moveOf(kpi: Kpi, process: Process, quarter: Period, week: Period): Figure['move'] {
  const signals = process.signals.filter((signal) => touches(process, signal, quarter));
  const lead = [...signals].sort(
    (one, other) => RANK.indexOf(one.rule) - RANK.indexOf(other.rule) || endOf(process, other) - endOf(process, one),
  )[0];
  if (lead === undefined) {
    const isJudged = process.state === 'judged' && process.limits !== null;
    return isJudged || (process.between !== null && process.limits !== null)
      ? { judgement: 'routine', word: 'routine', isLasting: false, text: 'Routine: nothing beyond noise.' }
      : { judgement: 'unknown', word: 'not judged', isLasting: false, text: `${capital(judgedAs(process))}.` };
  }
  const judgement = signalJudgement(kpi, process, lead);
  const same = signals.filter(({ side }) => side === lead.side);
  const points = lead.rule === 'beyond a limit' ? same.reduce((sum, { length }) => sum + length, 0) : lead.length;
  const isLasting = lead.rule !== 'beyond a limit' || points > 1;
  const word = judgement === 'against' ? 'worse' : judgement === 'with' ? 'better' : 'changed';
  const other = signals.length - same.length;
  const also = other === 0 ? '' : `, and ${plural(other, 'signal')} the other way`;
  const unit = process.basis === 'time between' ? 'time' : process.grain;
  return {
    judgement,
    word: isLasting ? word : `one ${unit} ${word}`,
    isLasting,
    text: `${capital(textOf(kpi, process, lead, week))}${also}.`,
  };
}

function textOf(kpi: Kpi, process: Process, lead: ProcessSignal, week: Period): string {
  const drawn = drawnSignals(kpi, process, week);
  const found = drawn.find(
    ({ period, since, rule, side }) => period === lead.period && since === lead.since && rule === lead.rule && side === lead.side,
  );
  return found?.text ?? `${lead.rule}, ${lead.side}`;
}

/** Periods whose points any signal of the quarter rests on, with what that means. */
export function tonesIn(kpi: Kpi, process: Process): ReadonlyMap<string, Figure['move']['judgement']> {
  const order = new Map(process.points.map(({ period }, index) => [period, index]));
  const tones = new Map<string, Figure['move']['judgement']>();
  for (const signal of process.signals) {
    if (signal.rule !== 'beyond a limit') continue;
    const [from, to] = [order.get(signal.since) ?? 0, order.get(signal.until) ?? -1];
    for (const { period } of process.points.slice(from, to + 1)) tones.set(period, signalJudgement(kpi, process, signal));
  }
  return tones;
}

/** A signal stands in the quarter if it completed before its end and still stood after it began; a run, if most of it lies there. */
function touches(process: Process, signal: ProcessSignal, quarter: Period): boolean {
  const completed = lastDayOf(process, signal.period);
  const stood = lastDayOf(process, signal.until);
  if (completed === null || stood === null || completed >= quarter.endDay || stood < quarter.firstDay) return false;
  if (signal.rule === 'beyond a limit') return true;
  const from = process.points.findIndex(({ period }) => period === signal.since);
  const to = process.points.findIndex(({ period }) => period === signal.until);
  const run = process.points.slice(from, to + 1).filter(({ isJudged }) => isJudged);
  const within = run.filter(({ period }) => (lastDayOf(process, period) ?? 0) >= quarter.firstDay).length;
  return within * 2 >= run.length;
}

const endOf = (process: Process, { until }: ProcessSignal): number => lastDayOf(process, until) ?? 0;

/** The last day of a point; of a time between events the day of the later one. */
function lastDayOf({ steps, between }: Process, id: string): number | null {
  if (between !== null) return parseDay(id.slice(0, 10));
  const period = steps.find((step) => step.period.id === id)?.period;
  return period === undefined ? null : period.endDay - 1;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
