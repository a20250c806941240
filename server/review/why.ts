import { parsePeriod } from '../time/calendar.ts';
import type { Calendar } from '../time/period.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import type { Findings } from './findings.ts';
import { formatOutcome, formatShort, justWhere, listed, plural, sentence, sentenceNumbers, shownUnit } from './format.ts';
import { dayAndMonth, periodName, yearOf } from './series.ts';
import { directionWords } from './targets.ts';
import { betweenWhy } from './verdict-between.ts';
import { howOften } from './verdict.ts';

/** Why a signal stands on the agenda, in one sentence. */
export function whySignal(findings: Findings, signal: ProcessSignal): string {
  const also = findings.target?.isNewlyMissed === true ? ', and its target is missed' : '';
  return `${sentence(signalWords(findings, signal))}${also}.`;
}

function signalWords(findings: Findings, signal: ProcessSignal): string {
  const { kpi, process } = findings;
  const { limits, grain } = process;
  if (process.between !== null) return betweenWhy(findings, process.between, signal);
  const of = process.basis === 'change' ? 'its change is ' : '';
  const limit = signal.side === 'above' ? limits?.upper : limits?.lower;
  const said = signal.rule === '8 in a row' ? limits?.mean : limit;
  const write = sentenceNumbers(shownUnit(kpi), [said ?? null], [limits?.upper ?? null, limits?.lower ?? null]);
  switch (signal.rule) {
    case 'beyond a limit':
      return `${of}${signal.side} its limit${limit === null || limit === undefined ? '' : ` of ${write(limit)}`} ${howOften(findings, signal)}`;
    case '8 in a row':
      return `the ${signal.isNews ? 'eighth' : 'latest'} ${grain} in a row ${process.basis === 'change' ? 'with a change ' : ''}${signal.side} its mean${limits === null ? '' : ` of ${write(limits.mean)}`}`;
    case '3 of 4':
      return `three of the last four ${grain}s ${process.basis === 'change' ? 'changed by nearer its limit than its mean' : 'lie nearer its limit than its mean'}`;
  }
}

/** `Missed its target of at most 4 h with 4.4 h, after 6 weeks that met it.` */
export function whyMissed({ kpi, target, process }: Findings): string {
  if (target === null) return '';
  const steps = target.target.every === process.grain ? process.steps : [];
  const value = steps.find(({ period }) => period.id === target.period?.id)?.row.value ?? null;
  const write = sentenceNumbers(shownUnit(kpi), [value, target.target.value]);
  const after = target.runBefore === 0 ? '' : `, after ${plural(target.runBefore, target.target.every)} that met it`;
  const bound = `${directionWords(target.target)} ${write(target.target.value)}`;
  if (justWhere(write, value, target.target.value) !== '') return `Just missed its target of ${bound}${after}.`;
  return `Missed its target of ${bound}${value === null ? '' : ` with ${write(value)}`}${after}.`;
}

/** `Meets its target of at most 4 h again, after 6 weeks that missed it.` */
export function whyRegained({ kpi, target }: Findings): string {
  if (target === null) return '';
  const bound = `${directionWords(target.target)} ${formatShort(shownUnit(kpi), target.target.value)}`;
  return `Meets its target of ${bound} again, after ${plural(target.runBefore, target.target.every)} that missed it.`;
}

/** `October now reads 4.9 h, was 4.1 h (late, 3 items); 2 more figures changed.` A redefinition is one entry. */
export function whyRestated({ kpi, restated, week }: Findings, calendar: Calendar): string {
  const redefined = restated.find(({ causes }) => causes.includes('redefined'));
  if (redefined !== undefined) {
    const day = dayAndMonth(calendar.zone.dayOf(redefined.at));
    return `Redefined on ${day}: ${plural(restated.length, 'figure')} shown here ${restated.length === 1 ? 'changed' : 'changed with it'}.`;
  }
  const latest = restated.at(-1);
  if (latest === undefined) return '';
  const period = parsePeriod(calendar, latest.period);
  const name = period === null ? latest.period : sentence(periodName(period, yearOf(week)));
  const values = [latest.after.value, latest.before.value];
  const write = sentenceNumbers(shownUnit(kpi), values);
  const say = (outcome: typeof latest.after) =>
    outcome.value === null ? formatOutcome(shownUnit(kpi), outcome) : write(outcome.value);
  const causes = [listed(latest.causes), latest.moved === 0 ? '' : plural(latest.moved, 'item')]
    .filter((part) => part !== '')
    .join(', ');
  const more = restated.length === 1 ? '' : `; ${plural(restated.length - 1, 'more figure', 'more figures')} changed`;
  const [now, before] = [say(latest.after), say(latest.before)];
  const reads = now === before ? `still reads ${now}` : `now reads ${now}, was ${before}`;
  return `${name} ${reads}${causes === '' ? '' : ` (${causes})`}${more}.`;
}
