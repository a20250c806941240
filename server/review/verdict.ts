import type { Emptiness } from '../kpi/measurement.ts';
import type { ProcessLimits } from '../stats/limits.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import type { Findings } from './findings.ts';
import { STALE_FINDING_WEEKS, signalJudgement } from './findings.ts';
import { formatNumber, formatShort, ordinal, plural, sentence, sentenceNumbers } from './format.ts';
import type { Step } from './series.ts';
import { hasEnough, periodName, shortDate, yearOf } from './series.ts';
import { directionWords } from './targets.ts';
import { changeWords, routineChange } from './verdict-change.ts';
import { comparisonOf, measuredWords, nothingHappened } from './words.ts';

/** The numbers of one verdict, written alike: in one unit, and with digits enough to tell them apart. */
export type Write = (value: number) => string;

/**
 * The verdict: one to three sentences from numbers only. What, how much, against what, since when,
 * how sure. It says `after`, never `because`.
 */
export function verdictOf(findings: Findings, doubts: string): string {
  return [mainSentences(findings), doubts].filter((part) => part !== '').join(' ');
}

const MISSED = 'Target missed';

function mainSentences(findings: Findings): string {
  const { current, process, kpi } = findings;
  if (current.row.value === null) return emptySentence(findings);
  if (current.row.flags.includes('running')) {
    return `Still running until ${shortDate(findings.week.endDay - 1)}: ${measured(findings, current, writeFor(findings))} so far.`;
  }
  if (process.state !== 'judged') return unjudgedSentence(findings);
  if (process.grain === 'month') return monthSentences(findings);
  if (!hasEnough(kpi, current.row)) return smallSentence(findings);
  if (process.limits === null) return earlySentence(findings);
  return judgedSentences(findings, current);
}

const EMPTY: Readonly<Record<Exclude<Emptiness, 'none to measure' | 'no denominator'>, string>> = {
  'no data': 'No data: no complete pass of its sources covers the week',
  'before history': 'Before history: its sources know nothing this early',
  hidden: 'Hidden: fewer than five people stand behind it, so it is theirs alone',
};

function emptySentence(findings: Findings): string {
  const { kpi, current, process, week } = findings;
  const emptiness = current.row.emptiness ?? 'no data';
  if (emptiness === 'hidden' || emptiness === 'before history') return `${EMPTY[emptiness]}.`;
  const told = process.grain === 'week' ? process.steps.findLast(({ row }) => row.value !== null) : undefined;
  const last =
    told === undefined || told.row.value === null
      ? ''
      : `; the last value was ${formatShort(kpi.unit, told.row.value)}, in ${periodName(told.period, yearOf(week))}`;
  if (emptiness === 'no data') return `${EMPTY[emptiness]}${last}.`;
  const nothing = nothingHappened(kpi);
  return emptiness === 'no denominator'
    ? `No share to tell: ${nothing} in the week${last}.`
    : `Nothing to measure: ${nothing} in the week${last}.`;
}

/** All numbers that may stand in the sentence decide together how each is written; the mean stands only beside runs. */
function writeFor(findings: Findings, step = findings.current): Write {
  const { kpi, process, target, news, standing } = findings;
  const { limits } = process;
  const rule = (news ?? standing)?.rule;
  const mean = rule === '8 in a row' || rule === '3 of 4' ? (limits?.mean ?? null) : null;
  const lines = process.basis === 'value' && limits !== null ? [limits.upper, limits.lower, mean] : [];
  return sentenceNumbers(kpi.unit, [step.row.value, ...lines, target?.target.value ?? null]);
}

function measured(findings: Findings, { row, period }: Step, write: Write): string {
  const { kpi, previous } = findings;
  const value = row.value ?? 0;
  const words = measuredWords(kpi, write(value), row.count, value);
  // Small counts are told beside the last one; a percentage of them would say nothing.
  const before = previous.row.value;
  const isSmallCount =
    kpi.measure.type === 'count' && kpi.measure.per === null && before !== null && Math.min(value, before) < 10;
  // The month that is judged is named; the week is the one the page is about.
  if (row.period !== findings.current.row.period) return `${words} in ${periodName(period, yearOf(findings.week))}`;
  return isSmallCount && !row.flags.includes('running') ? `${words}, was ${formatNumber(before, 3)}` : words;
}

function unjudgedSentence(findings: Findings): string {
  const { process, current, kpi } = findings;
  const words = sentence(measured(findings, current, writeFor(findings)));
  if (process.state === 'too rare')
    return `${words}${targetClause(findings)}. Fewer than two a month on average are too rare for limits.`;
  const needed = kpi.minimumCount > 1 ? `, where ${kpi.minimumCount} are needed` : '';
  return hasEnough(kpi, current.row)
    ? `${words}${targetClause(findings)}. Most weeks hold too few to judge it by.`
    : `Too few to judge: ${measured(findings, current, writeFor(findings))}${needed}${targetClause(findings)}.`;
}

function smallSentence(findings: Findings): string {
  return `Too few to judge: ${measured(findings, findings.current, writeFor(findings))}, where ${findings.kpi.minimumCount} are needed.`;
}

function earlySentence(findings: Findings): string {
  const { process, current } = findings;
  const weeks =
    process.base === 0
      ? 'so far there are none'
      : process.base === 1
        ? 'so far there is one'
        : `so far there are ${process.base}`;
  const lead =
    findings.target?.isNewlyMissed === true
      ? missedLead(findings, writeFor(findings))
      : `Too early to judge: ${measured(findings, current, writeFor(findings))}${targetClause(findings)}`;
  return `${lead}. Limits take 12 settled weeks; ${weeks}.`;
}

/** Where weeks hold too few, the month is judged, and the week is only told. */
function monthSentences(findings: Findings): string {
  const { current, process } = findings;
  const rare = findings.kpi.measure.type === 'count' ? 'too rare to judge by the week' : 'too few a week to judge';
  const told = `${sentence(measured(findings, current, writeFor(findings)))}, ${rare}`;
  const month = process.steps.at(-1);
  if (month === undefined || month.row.value === null) return `${told}${targetClause(findings)}.`;
  if (process.limits === null)
    return `${told}${targetClause(findings)}. Limits take 12 settled months; so far there are ${process.base}.`;
  const week = findings.target?.target.every === 'week' ? targetClause(findings) : '';
  const judged = judgedSentences(findings, month);
  const lead = process.basis === 'change' && (findings.news ?? findings.standing)?.rule === 'beyond a limit' ? 'it' : 'it is';
  return judged.startsWith(MISSED)
    ? `${told}${week}. By the month its target is missed${judged.slice(MISSED.length)}`
    : `${told}${week}. By the month ${lead} ${lowerFirst(judged)}`;
}

function judgedSentences(findings: Findings, step: Step): string {
  const { news, standing, target, process } = findings;
  const write = writeFor(findings, step);
  const isOwnGrain = target?.target.every === process.grain;
  const clause = isOwnGrain ? targetClause(findings, write) : '';
  const other = isOwnGrain || process.grain === 'month' ? '' : otherTarget(findings, write);
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
  const compared = comparisonOf(kpi)[signal.side];
  const word = kpi.better === 'neither' ? `Changed, ${lowerFirst(compared)}` : compared;
  const what = measured(findings, step, write);
  const limit = signal.side === 'above' ? limits.upper : limits.lower;
  const grain = process.grain;
  switch (signal.rule) {
    case 'beyond a limit':
      return `${word} than usual: ${what}, ${signal.side} its limit of ${write(limit ?? limits.mean)} ${howOften(findings, signal)}`;
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
  if (lower !== null && upper !== null) return `between its limits of ${write(lower)} and ${write(upper)}`;
  if (upper !== null) return `below its limit of ${write(upper)}`;
  if (lower !== null) return `above its limit of ${write(lower)}`;
  return 'with limits beyond what is possible, so only a run of eight would tell';
}

function missedLead(findings: Findings, write: Write, step = findings.current): string {
  const { target } = findings;
  if (target === null) return '';
  const { every } = target.target;
  const before = target.runBefore === 0 ? '' : `, after ${plural(target.runBefore, every)} that met it`;
  return `${MISSED}: ${measured(findings, step, write)} against a target of ${bound(target.target.direction)} ${write(target.target.value)}${before}`;
}

function bound(direction: 'at_most' | 'at_least'): string {
  return direction === 'at_most' ? 'at most' : 'at least';
}

/** `; the target of at most 4 h is missed for the third week running`: only for targets of the week, or of the judged grain. */
function targetClause(findings: Findings, write = writeFor(findings)): string {
  const { target, process } = findings;
  if (target === null) return '';
  if (target.target.every !== 'week' && target.target.every !== process.grain) return '';
  const words = `${directionWords(target.target)} ${write(target.target.value)}`;
  if (target.isMet === null || !hasEnough(findings.kpi, findings.current.row)) return `; the target is ${words}`;
  if (target.isMet) return `; the target of ${words} is met`;
  if (target.missedRun < 2) return `; the target is ${words}`;
  return `; the target of ${words} is missed for the ${ordinal(target.missedRun)} ${target.target.every} running`;
}

/** A monthly or quarterly target beside a week's verdict is a sentence of its own. */
function otherTarget(findings: Findings, write: Write): string {
  const { target, week } = findings;
  if (target === null || target.isMet === null || target.period === null) return '';
  const name = periodName(target.period, yearOf(week));
  const words = `target of ${directionWords(target.target)} ${write(target.target.value)}`;
  if (target.isMet) return ` ${sentence(name)} met its ${words}.`;
  const run = target.missedRun < 2 ? '' : `, the ${ordinal(target.missedRun)} ${target.target.every} running`;
  return ` ${sentence(name)} missed its ${words}${run}.`;
}

/** A signal that has stood for twelve weeks is no news and no noise: it asks for a decision. */
function urge({ kpi, standing, standingWeeks }: Findings): string {
  if (standing === null || standingWeeks < STALE_FINDING_WEEKS) return '';
  const since = `After ${plural(standingWeeks, 'week')}`;
  return signalJudgement(kpi, standing) === 'against'
    ? ` ${since}, act on it or re-base its limits.`
    : ` ${since}, this may be its new routine: re-base its limits.`;
}

function missedUrge({ target }: Findings): string {
  if (target === null || target.target.every !== 'week' || target.missedRun < STALE_FINDING_WEEKS) return '';
  return ' Act on it, or agree a target that can be met.';
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
