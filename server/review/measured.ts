import { withBounds } from './bounds.ts';
import type { Findings } from './findings.ts';
import { formatNumber, sentenceNumbers, shownUnit } from './format.ts';
import type { Step } from './series.ts';
import { periodName, yearOf } from './series.ts';
import { measuredWords } from './words.ts';

/** The numbers of one verdict, written alike: in one unit, and with digits enough to tell them apart. */
export type Write = (value: number) => string;

/** All numbers that may stand in the sentence decide together how each is written; the mean stands only beside runs. */
export function writeFor(findings: Findings, step = findings.current): Write {
  const { kpi, process, target, news, standing } = findings;
  const { limits } = process;
  const rule = (news ?? standing)?.rule;
  const mean = rule === '8 in a row' || rule === '3 of 4' ? (limits?.mean ?? null) : null;
  const lines = process.basis === 'value' && limits !== null ? [limits.upper, limits.lower, mean] : [];
  return sentenceNumbers(shownUnit(kpi), [step.row.value, ...lines, target?.target.value ?? null]);
}

/** `median 6.4 h over 9 incidents`, `3 incidents, was 1`. */
export function measured(findings: Findings, { row, period }: Step, write: Write): string {
  const { kpi, previous } = findings;
  const value = row.value ?? 0;
  const words = measuredWords(kpi, withBounds(row, write), row.count, value);
  // Small counts are told beside the last one; a percentage of them would say nothing.
  const before = previous.row.value;
  const isSmallCount =
    kpi.measure.type === 'count' && kpi.measure.per === null && before !== null && Math.min(value, before) < 10;
  // The month that is judged is named; the week is the one the page is about.
  if (row.period !== findings.current.row.period) return `${words} in ${periodName(period, yearOf(findings.week))}`;
  return isSmallCount && !row.flags.includes('running') ? `${words}, was ${formatNumber(before, 3)}` : words;
}
