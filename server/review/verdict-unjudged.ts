import type { Emptiness } from '../kpi/measurement.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { dayTitle } from '../time/calendar.ts';
import type { Findings } from './findings.ts';
import { formatShort, plural, sentence, shownUnit } from './format.ts';
import type { ReviewRow } from './input.ts';
import { measured, writeFor } from './measured.ts';
import { hasEnough, periodName, yearOf } from './series.ts';
import type { Process } from './process.ts';
import { missedLead, targetClause } from './verdict-target.ts';
import { madeFrom, nothingHappened } from './words.ts';

const EMPTY: Readonly<Record<Exclude<Emptiness, 'none to measure' | 'no denominator' | 'hidden'>, string>> = {
  'no data': 'No data: no complete pass of its sources covers the week',
  'before history': 'Before history: its sources know nothing this early',
};

/** Answers and spreads have a span of their own, whoever stands behind them. */
function hiddenSentence({ measure }: Kpi): string {
  if (measure.type === 'score') return 'Hidden by the week: what people answered is shown by the month, of five people or more.';
  if (measure.type === 'spread')
    return 'Hidden by the week: how a load was spread is shown by the quarter, of five people or more.';
  return 'Hidden: fewer than five people stand behind it, so it is theirs alone.';
}

/** Why there is no number, and what the last one was. */
export function emptySentence(findings: Findings): string {
  const { kpi, current, process, week } = findings;
  if (findings.isWithoutSource) return `No source yet: nothing in sources.yaml gives ${madeFrom(kpi)}.`;
  const emptiness = current.row.emptiness ?? 'no data';
  if (emptiness === 'hidden') return hiddenSentence(kpi);
  if (emptiness === 'before history') return `${EMPTY[emptiness]}.`;
  const told = process.grain === 'week' ? process.steps.findLast(({ row }) => row.value !== null) : undefined;
  const last =
    told === undefined || told.row.value === null
      ? ''
      : `; the last value was ${formatShort(shownUnit(kpi), told.row.value)}, in ${periodName(told.period, yearOf(week))}`;
  if (emptiness === 'no data')
    return `${kpi.measure.type === 'level' || kpi.measure.type === 'budget' ? noPoints(kpi, current.row) : EMPTY[emptiness]}${last}.`;
  const nothing = nothingHappened(kpi);
  const isLevel = kpi.measure.type === 'age' || (kpi.measure.type === 'depth' && !kpi.measure.growth);
  if (kpi.measure.type === 'since') return `Nothing to measure: ${nothing} so far.`;
  return emptiness === 'no denominator'
    ? `No share to tell: ${nothing} in the week${last}.`
    : `Nothing to measure: ${nothing} ${isLevel ? 'at the end of the week' : 'in the week'}${last}.`;
}

/** A metric shows its own gaps: why there is no value though its source may well have been read. */
function noPoints(kpi: Kpi, { also }: ReviewRow): string {
  const coverage = also['coverage'] ?? null;
  const { measure } = kpi;
  const [metric, span] = measure.type === 'budget' ? ['its metrics', `the ${measure.overDays} days`] : ['the metric', 'the week'];
  if (coverage === null) return `No data: ${metric} ${measure.type === 'budget' ? 'have' : 'has'} no points in ${span}`;
  const share = (value: number): string => formatShort({ type: 'share', label: '', isTotal: false }, value);
  const needed = kpi.minimumCoverage >= 1 ? 'all of it is needed' : `${share(kpi.minimumCoverage)} is needed`;
  return `No data: the points of ${metric} cover ${share(coverage)} of ${span}, and ${needed} (\`coverage\` in its file)`;
}

/** No grain holds enough to judge by. */
export function unjudgedSentence(findings: Findings): string {
  const { process, current, kpi } = findings;
  const words = sentence(measured(findings, current, writeFor(findings)));
  if (process.state === 'too rare')
    return `${words}${targetClause(findings)}. Fewer than two a week on average are too rare for limits.`;
  if (process.state === 'no times')
    return `${words}${targetClause(findings)}. It is not judged: the times between one and the next are not known here.`;
  const needed = kpi.minimumCount > 1 ? `, where ${kpi.minimumCount} are needed` : '';
  return hasEnough(kpi, current.row)
    ? `${words}${targetClause(findings)}. Most weeks hold too few to judge it by.`
    : `Too few to judge: ${measured(findings, current, writeFor(findings))}${needed}${targetClause(findings)}.`;
}

/** A change of calendar left only some days of the week. */
export function cutSentence(findings: Findings): string {
  const { period } = findings.current;
  const days = plural(period.endDay - period.firstDay, 'day');
  return `Not judged: a change of calendar cut the week to ${days}, with ${measured(findings, findings.current, writeFor(findings))}.`;
}

/** This week holds too few; others do not. */
export function smallSentence(findings: Findings): string {
  return `Too few to judge: ${measured(findings, findings.current, writeFor(findings))}, where ${findings.kpi.measure.type === 'spread' ? 'five a head' : findings.kpi.minimumCount} are needed.`;
}

/** Limits are still to come. */
export function earlySentence(findings: Findings): string {
  const { kpi, process, current, week } = findings;
  if (kpi.limitsFrom !== null && kpi.limitsFrom >= week.endDay) {
    const from = dayTitle(kpi.limitsFrom);
    return `Not judged: ${measured(findings, current, writeFor(findings))}${targetClause(findings)}. Its limits begin with ${from}.`;
  }
  const lead =
    findings.target?.isNewlyMissed === true
      ? missedLead(findings, writeFor(findings))
      : `Too early to judge: ${measured(findings, current, writeFor(findings))}${targetClause(findings)}`;
  return `${lead}. Limits take 12 settled weeks; ${soFar(process)}.`;
}

/** How many points there are to make limits from. */
export function soFar({ base }: Process): string {
  return base === 0 ? 'so far there are none' : base === 1 ? 'so far there is one' : `so far there are ${base}`;
}
