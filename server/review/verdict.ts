import type { ProcessLimits } from '../stats/limits.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import type { Findings } from './findings.ts';
import { STALE_FINDING_WEEKS, isToldByTimes, signalJudgement } from './findings.ts';
import { bothOf, justWhere, lowerFirst, ordinal, plural, sentence } from './format.ts';
import type { Write } from './measured.ts';
import { measured, writeFor } from './measured.ts';
import type { Step } from './series.ts';
import { hasEnough, shortDate } from './series.ts';
import { betweenSentences } from './verdict-between.ts';
import { changeWords, routineChange } from './verdict-change.ts';
import { MISSED, missedLead, missedUrge, otherTarget, targetClause } from './verdict-target.ts';
import { cutSentence, earlySentence, emptySentence, smallSentence, soFar, unjudgedSentence } from './verdict-unjudged.ts';
import { comparisonOf } from './words.ts';

/**
 * The verdict: one to three sentences from numbers only. What, how much, against what, since when,
 * how sure. It says `after`, never `because`.
 */
export function verdictOf(findings: Findings, doubts: string): string {
  return [mainSentences(findings), doubts].filter((part) => part !== '').join(' ');
}

function mainSentences(findings: Findings): string {
  const { current, process, kpi } = findings;
  if (process.between !== null && isToldByTimes(findings)) return betweenSentences(findings, process.between, urge(findings));
  const isCoarser = process.state === 'judged' && process.grain !== 'week';
  const coarser = isCoarser ? coarserSentences(findings) : '';
  if (current.row.value === null) return `${emptySentence(findings)}${coarser}`;
  if (current.row.flags.includes('running')) {
    return `Still running until ${shortDate(findings.week.endDay - 1)}: ${measured(findings, current, writeFor(findings))} so far.`;
  }
  if (current.period.cutFrom !== undefined) return `${cutSentence(findings)}${coarser}`;
  if (process.state !== 'judged') return unjudgedSentence(findings);
  if (isCoarser) return `${toldSentence(findings)}${coarser}`;
  if (!hasEnough(kpi, current.row)) return smallSentence(findings);
  if (process.limits === null) return earlySentence(findings);
  return judgedSentences(findings, current);
}

/** Where weeks hold too few, the week is only told. */
function toldSentence(findings: Findings): string {
  const { current, kpi, process, target } = findings;
  const grain = process.grain === 'quarter' ? 'month' : 'week';
  const rare = kpi.measure.type === 'count' ? `too rare to judge by the ${grain}` : `too few a ${grain} to judge`;
  const clause = target?.target.every === 'week' ? targetClause(findings) : '';
  return `${sentence(measured(findings, current, writeFor(findings)))}, ${rare}${clause}.`;
}

/** And the last complete month or quarter is judged in its place. */
function coarserSentences(findings: Findings): string {
  const { process, news, standing, target, kpi } = findings;
  const { grain } = process;
  const last = process.steps.at(-1);
  if (process.limits === null) {
    const other = target?.target.every === 'week' ? '' : otherTarget(findings, writeFor(findings));
    return ` Limits take 12 settled ${grain}s; ${soFar(process)}.${other}`;
  }
  if (last === undefined || last.row.value === null || !hasEnough(kpi, last.row)) return '';
  const judged = judgedSentences(findings, last);
  if (judged.startsWith(MISSED)) return ` By the ${grain} its target is missed${judged.slice(MISSED.length)}`;
  const isVerb = process.basis === 'change' && (news ?? standing)?.rule === 'beyond a limit';
  return ` By the ${grain} it ${isVerb ? '' : 'is '}${lowerFirst(judged)}`;
}

/** What is said of the last period of the grain that is judged, by itself; empty where there is nothing to judge it by. */
export function judgedVerdict(findings: Findings): string {
  const { process, kpi } = findings;
  const last = process.steps.at(-1);
  if (process.state !== 'judged' || process.limits === null || process.between !== null) return '';
  return last === undefined || last.row.value === null || !hasEnough(kpi, last.row) ? '' : judgedSentences(findings, last);
}

function judgedSentences(findings: Findings, step: Step): string {
  const { news, standing, target, process } = findings;
  const write = writeFor(findings, step);
  const isOwnGrain = target?.target.every === process.grain;
  const clause = isOwnGrain ? targetClause(findings, write) : '';
  // A weekly target is told with the week, where that is not what is judged.
  const other = isOwnGrain || target?.target.every === 'week' ? '' : otherTarget(findings, write);
  if (news !== null) {
    const more = findings.alsoNews.filter(({ side, rule }) => side === news.side && rule === '8 in a row');
    const also = more.length === 0 ? '' : ` It is also the eighth ${process.grain} in a row ${news.side} the mean.`;
    return `${signalSentence(findings, news, step, write)}${clause}.${also}${other}`;
  }
  if (isOwnGrain && target?.isNewlyMissed === true && standing === null) {
    const lead = process.basis === 'change' ? 'Its change is routine:' : 'The value is routine,';
    return `${missedLead(findings, write, step)}. ${routineWords(findings, write, lead)}.`;
  }
  if (standing !== null) {
    const lead = process.basis === 'change' && standing.rule === 'beyond a limit' ? 'Again' : 'Still';
    return `${lead} ${lowerFirst(signalSentence(findings, standing, step, write))}${clause}.${urge(findings)}${other}`;
  }
  const regained =
    isOwnGrain && target?.isRegained === true ? `On target again after ${plural(target.runBefore, process.grain)}` : 'Routine';
  return `${routineWords(findings, write, `${regained}: ${measured(findings, step, write)},`)}${clause}.${missedUrge(findings)}${other}`;
}

/** A signal in words, without its full stop: `Slower than usual: median 6.4 h over 9 incidents, above its limit of 6.1 h for the first time in 14 weeks`. */
function signalSentence(findings: Findings, signal: ProcessSignal, step: Step, write: Write): string {
  const { kpi, process } = findings;
  const limits = process.limits;
  if (limits === null) return measured(findings, step, write);
  if (process.basis === 'change')
    return changeWords(findings, signal, limits, measured(findings, step, write), howOften(findings, signal));
  const compared = comparisonOf(kpi, step.row.value ?? 0)[signal.side];
  const word = kpi.better === 'neither' ? `Changed, ${lowerFirst(compared)}` : compared;
  const what = measured(findings, step, write);
  const limit = signal.side === 'above' ? limits.upper : limits.lower;
  const grain = process.grain;
  switch (signal.rule) {
    case 'beyond a limit':
      return `${word} than usual: ${what}, ${justWhere(write, step.row.value, limit ?? limits.mean)}${signal.side} its limit of ${write(limit ?? limits.mean)} ${howOften(findings, signal)}`;
    case '8 in a row':
      return signal.isNews
        ? `${word} than usual for 8 ${grain}s: ${what}, the eighth ${grain} in a row ${signal.side} the mean of ${write(limits.mean)}`
        : `${word} than usual: ${what}, the ${ordinal(signal.length)} ${grain} in a row ${signal.side} the mean of ${write(limits.mean)}`;
    case '3 of 4':
      return `${word} of late: ${what}; three of the last four ${grain}s lie nearer its limit of ${write(limit ?? limits.mean)} than its mean of ${write(limits.mean)}`;
  }
}

/** `for the first time in 14 weeks`, `for the third week running`. */
export function howOften({ process }: Findings, signal: ProcessSignal): string {
  const { grain, points, signals } = process;
  if (signal.length > 1) return `for the ${ordinal(signal.length)} ${grain} running`;
  const order = new Map(points.map(({ period }, index) => [period, index]));
  const at = (period: string) => order.get(period) ?? 0;
  const earlier = signals.filter(
    (other) => other.rule === signal.rule && other.side === signal.side && at(other.until) < at(signal.since),
  );
  const last = Math.max(-1, ...earlier.map(({ until }) => at(until)));
  if (last === -1) {
    const judged = points.slice(0, at(signal.period) + 1).filter((point) => point.isJudged).length;
    return `for the first time on record (${plural(judged, grain)})`;
  }
  const gap = at(signal.since) - last;
  return gap === 2 ? `for the second time in three ${grain}s` : `for the first time in ${gap} ${grain}s`;
}

function routineWords(findings: Findings, write: Write, lead: string): string {
  const { limits, basis } = findings.process;
  if (limits === null) return lead.replace(/[,:]$/, '');
  return `${lead} ${basis === 'change' ? routineChange(findings, limits) : within(limits, write)}`;
}

/** `between its limits of 2.2 h and 6.1 h`. */
export function within({ lower, upper }: Pick<ProcessLimits, 'lower' | 'upper'>, write: Write): string {
  if (lower !== null && upper !== null) return `between its limits of ${bothOf(write(lower), write(upper))}`;
  if (upper !== null) return `below its limit of ${write(upper)}`;
  if (lower !== null) return `above its lower limit of ${write(lower)}`;
  return 'with limits beyond what is possible, so only a run of eight would tell';
}

/** A signal that has stood for twelve weeks is no news and no noise: it asks for a decision. */
function urge({ kpi, process, standing, standingWeeks }: Findings): string {
  if (standing === null || standingWeeks < STALE_FINDING_WEEKS) return '';
  const since = `After ${plural(standingWeeks, 'week')}`;
  return signalJudgement(kpi, process, standing) === 'against'
    ? ` ${since}, act on it or re-base its limits.`
    : ` ${since}, this may be its new routine: re-base its limits.`;
}
