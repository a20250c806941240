import type { Findings } from './findings.ts';
import { STALE_FINDING_WEEKS } from './findings.ts';
import { justWhere, ordinal, plural, sentence } from './format.ts';
import type { Write } from './measured.ts';
import { measured, writeFor } from './measured.ts';
import { hasEnough, periodName, yearOf } from './series.ts';
import { directionWords } from './targets.ts';

/** How a verdict on a newly missed target begins. */
export const MISSED = 'Target missed';

/** `Target missed: median 4.7 h over 9 incidents against a target of at most 4 h, after 6 weeks that met it`. */
export function missedLead(findings: Findings, write: Write, step = findings.current): string {
  const { target } = findings;
  if (target === null) return '';
  const { every } = target.target;
  const judgedBy = target.judgedBy ?? target.target;
  const before = target.runBefore === 0 ? '' : `, after ${plural(target.runBefore, every)} that met it`;
  const against = justWhere(write, step.row.value, judgedBy.value) === '' ? 'against' : 'just beyond';
  return `${MISSED}: ${measured(findings, step, write)} ${against} a target of ${directionWords(judgedBy)} ${write(judgedBy.value)}${before}`;
}

/** `; the target of at most 4 h is missed for the third week running`: only for targets of the week, or of the judged grain. */
export function targetClause(findings: Findings, write = writeFor(findings)): string {
  const { target, process } = findings;
  if (target === null) return '';
  if (target.target.every !== 'week' && target.target.every !== process.grain) return '';
  const words = `${directionWords(target.target)} ${write(target.target.value)}`;
  // A week with too few items is not held against its target.
  const isSmall = target.target.every === 'week' && !hasEnough(findings.kpi, findings.current.row);
  if (target.isMet === null || isSmall) return `; the target is ${words}`;
  if (target.isMet) return `; the target of ${words} is met`;
  if (target.missedRun < 2) return `; the target is ${words}`;
  return `; the target of ${words} is missed for the ${ordinal(target.missedRun)} ${target.target.every} running`;
}

/** A monthly or quarterly target beside a week's verdict is a sentence of its own. */
export function otherTarget(findings: Findings, write: Write): string {
  const { target, week } = findings;
  if (target === null || target.isMet === null || target.period === null || target.judgedBy === null) return '';
  const name = periodName(target.period, yearOf(week));
  const words = `target of ${directionWords(target.judgedBy)} ${write(target.judgedBy.value)}`;
  if (target.isMet) return ` ${sentence(name)} met its ${words}.`;
  const run = target.missedRun < 2 ? '' : `, the ${ordinal(target.missedRun)} ${target.target.every} running`;
  return ` ${sentence(name)} missed its ${words}${run}.`;
}

/** A target missed for twelve weeks asks for a decision. */
export function missedUrge({ target }: Findings): string {
  if (target === null || target.target.every !== 'week' || target.missedRun < STALE_FINDING_WEEKS) return '';
  return ' Act on it, or agree a target that can be met.';
}
