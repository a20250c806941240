import type { ProcessSignal } from '../stats/signals.ts';
import type { Day } from '../time/period.ts';
import type { ReviewedKpi } from './card.ts';
import { signalJudgement } from './findings.ts';
import { justWhere, lowerFirst, plural, sentence, sentenceNumbers, shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import { changeOf, figureOf, weeklyOf, weeklyText } from './on-call-figures.ts';
import { ON_CALL_LOAD } from './on-call-input.ts';
import { spansWords, type Told } from './on-call-spans.ts';
import type { Judgement } from './schema.ts';
import { periodName, yearOf } from './series.ts';
import { howOften } from './verdict.ts';

/** A number of the quarter, the one before, and what its series says. */
export interface Weighed {
  readonly reviewed: ReviewedKpi;
  readonly now: Told;
  readonly before: Told;
}

export interface OnCallVerdict {
  readonly text: string;
  readonly judgement: Judgement;
}

export interface VerdictAsked {
  /** By id, of those that are measured. */
  readonly weighed: ReadonlyMap<string, Weighed>;
  /** First day of the quarter: signals that ended before it are not this quarter's. */
  readonly firstDay: Day;
  /** `last quarter`, `Q2 2026`. */
  readonly beforeName: string;
  readonly frame: Frame;
}

const LEADS = {
  against: 'Load is rising',
  with: 'Load is falling',
  routine: 'Load is as usual',
  unknown: 'Where load goes cannot be told yet',
} as const;

/**
 * Where load goes, in a sentence or two. A rise is told only where a signal says that it is more than
 * routine variation; then by the number that shows it best, beside last quarter's.
 */
export function onCallVerdict(asked: VerdictAsked): OnCallVerdict {
  const { weighed } = asked;
  const all = ON_CALL_LOAD.flatMap((id) => weighed.get(id) ?? []);
  const signals = all.flatMap((one) => signalsOf(one.reviewed, asked.firstDay).map((signal) => ({ one, signal })));
  const side = (judgement: Judgement) =>
    signals.filter(
      ({ one, signal }) => signalJudgement(one.reviewed.findings.kpi, one.reviewed.findings.process, signal) === judgement,
    );
  const told = all.filter(({ now }) => now.value !== null);
  const [against, good] = [side('against'), side('with')];
  const isJudged = all.some(({ reviewed: { findings } }) => findings.process.limits !== null);
  const judgement =
    against.length > 0 ? 'against' : good.length > 0 ? 'with' : isJudged && told.length > 0 ? 'routine' : 'unknown';
  const shown = judgement === 'against' ? against : judgement === 'with' ? good : [];
  const amount = amountOf(
    told,
    shown.map(({ one }) => one),
    judgement,
  );
  const first = amount === undefined ? '' : `: ${amountWords(amount, asked)}`;
  const evidence = shown.length === 0 ? '' : evidenceWords(shown, amount, asked.frame);
  return {
    text: [`${LEADS[judgement]}${first}${evidence}.`, ...nightWords(asked)].join(' '),
    judgement,
  };
}

/**
 * Whether a signal against us stands at the end of the quarter that begins on this day. Of many teams some cross a limit at some
 * time by chance alone.
 */
export function isRising(reviewed: ReviewedKpi, firstDay: Day): boolean {
  const { kpi, process } = reviewed.findings;
  const last = process.points.findLast(({ isJudged }) => isJudged)?.period;
  return signalsOf(reviewed, firstDay).some(
    (signal) => signal.until === last && signalJudgement(kpi, process, signal) === 'against',
  );
}

/** Signals that stood in the quarter. */
function signalsOf({ findings }: ReviewedKpi, firstDay: Day): ProcessSignal[] {
  const { process } = findings;
  const ends = new Map(process.steps.map(({ period }) => [period.id, period.endDay]));
  return process.signals.filter(({ until }) => (ends.get(until) ?? -Infinity) > firstDay);
}

/**
 * The number to lead with: of those that moved the way the signals say the one that moved most, those with a
 * signal of their own first. Shifts over budget say most, where they moved by a quarter.
 */
function amountOf(told: readonly Weighed[], signalled: readonly Weighed[], judgement: Judgement): Weighed | undefined {
  if (judgement === 'routine' || judgement === 'unknown') return told.find(hasBoth) ?? told[0];
  const way = judgement === 'against' ? 1 : -1;
  const moved = told
    .filter((one) => hasBoth(one) && movedBy(one) * way > 0)
    .toSorted((one, other) => (movedBy(other) - movedBy(one)) * way);
  return (
    moved.find((one) => one.reviewed.card.id === 'shifts-over-budget' && movedBy(one) * way >= MUCH) ??
    moved.find((one) => signalled.includes(one)) ??
    moved[0] ??
    told[0]
  );
}

/** On a scale on which twice and half are as far from 0. */
const MUCH = Math.log(1.25);
const movedBy = (one: Weighed): number => {
  const [now, before] = [comparable(one.now, one), comparable(one.before, one)];
  if (now === before) return 0;
  return Math.log(Math.max(now, 1e-9) / Math.max(before, 1e-9));
};

const hasBoth = ({ now, before }: Weighed): boolean => now.value !== null && before.value !== null;
const comparable = (told: Told, { reviewed }: Weighed): number =>
  reviewed.findings.kpi.unit.isTotal ? weeklyOf(told) : (told.value ?? 0);

/** `41% of shifts were over budget (more than 2 incidents in 12 h), 18% last quarter`. */
function amountWords({ reviewed, now, before }: Weighed, { beforeName, frame }: VerdictAsked): string {
  const { kpi } = reviewed.findings;
  const { id } = reviewed.card;
  const [one, other] = [figureOf(kpi, now, frame), figureOf(kpi, before, frame)];
  // Where months stand for the quarter, which ones.
  const when = now.spans[0]?.grain === 'month' ? ` in ${spansWords(now.spans, yearOf(frame.week), frame.calendar)}` : '';
  if (id === 'shifts-over-budget') {
    const shifts = one.text.includes(' of ') ? `${one.text} shifts` : `${one.text} of shifts`;
    const past = before.value === null ? '' : `, ${other.text} ${beforeName}`;
    return `${shifts} ${one.text.startsWith('1 of') ? 'was' : 'were'} over budget${when} (more than 2 incidents in 12 h)${past}`;
  }
  const what = WHAT.get(id) ?? lowerFirst(reviewed.card.name);
  if (!kpi.unit.isTotal) return `${one.text} ${what}${when}${before.value === null ? '' : `, ${other.text} ${beforeName}`}`;
  const past = before.value === null ? '' : `, ${weeklyText(weeklyOf(before))} ${beforeName}`;
  return `${weeklyText(weeklyOf(now))} ${what} a week${when}${past}`;
}

const WHAT: ReadonlyMap<string, string> = new Map([
  ['interruptions-per-12h', 'interruptions per 12 h on call'],
  ['pages', 'pages'],
  ['off-hours-interruptions', 'interruptions outside business hours'],
  ['disrupted-hours', 'disrupted hours'],
]);

/** The sharpest signal: a point beyond a limit before a run, the latest first. */
function evidenceWords(
  shown: readonly { readonly one: Weighed; readonly signal: ProcessSignal }[],
  amount: Weighed | undefined,
  frame: Frame,
): string {
  const order = ['beyond a limit', '8 in a row', '3 of 4'];
  const rank = ({ one, signal }: (typeof shown)[number]): number => order.indexOf(signal.rule) * 2 + (one === amount ? 0 : 1);
  const [best] = shown.toSorted((first, second) => rank(first) - rank(second));
  if (best === undefined) return '';
  const { one, signal } = best;
  const { kpi, process } = one.reviewed.findings;
  const index = process.points.findIndex(({ period }) => period === signal.until);
  const limits = process.stretches.find(({ start, end }) => start <= index && index < end)?.limits;
  if (limits === null || limits === undefined) return '';
  const value = process.points[index]?.value ?? null;
  const limit = (signal.side === 'above' ? limits.upper : limits.lower) ?? limits.mean;
  const write = sentenceNumbers({ ...shownUnit(kpi), label: '' }, [value, limits.mean, limit]);
  const what = one === amount ? '' : ` ${WHAT.get(kpi.id) ?? lowerFirst(one.reviewed.card.name)}`;
  const name = (id: string): string => {
    const period = process.steps.find((step) => step.period.id === id)?.period;
    return period === undefined ? id : periodName(period, yearOf(frame.week));
  };
  switch (signal.rule) {
    case 'beyond a limit':
      return `; ${write(value ?? limit)}${what} in ${name(signal.until)}, ${justWhere(write, value, limit)}${signal.side} the limit of ${write(limit)} ${howOften(one.reviewed.findings, signal)}`;
    case '8 in a row':
      return `;${what} ${plural(signal.length, process.grain)} in a row ${signal.side} the mean of ${write(limits.mean)}`;
    case '3 of 4':
      return `;${what} 3 of 4 ${process.grain}s to ${name(signal.until)} nearer the limit of ${write(limit)} than the mean`;
  }
}

/** `12 nights were broken in October, 2.7 a week; it was 1.1 a week last quarter.` */
function nightWords({ weighed, beforeName, frame }: VerdictAsked): string[] {
  const broken = weighed.get('broken-nights');
  if (broken === undefined || broken.now.value === null) return [];
  const { now, before, reviewed } = broken;
  const { kpi } = reviewed.findings;
  const lost = weighed.get('lost-nights')?.now.value ?? 0;
  const figure = figureOf(kpi, now, frame);
  const count = now.value ?? 0;
  const when = figure.span === '' || now.spans[0]?.grain !== 'month' ? '' : ` in ${figure.span}`;
  const change = changeOf(kpi, now, before);
  const lostWords = lost === 0 ? '' : `, ${lost} of them lost`;
  if (count === 0) return [sentence(`no night was broken${when}.`)];
  return [
    `${plural(count, 'night')} ${count === 1 ? 'was' : 'were'} broken${when}${lostWords}${change === '' ? '' : `: ${change.replace(/ was (\S+)$/, ` $1 ${beforeName}`)}`}.`,
  ];
}
