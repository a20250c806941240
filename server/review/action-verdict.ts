import type { Kpi } from '../kpi/kpi.ts';
import { FULL_BASE, xmr, type ProcessPoint } from '../stats/limits.ts';
import { signalsOf } from '../stats/signals.ts';
import { dayTitle } from '../time/calendar.ts';
import { parseDay } from '../time/day.ts';
import type { Day } from '../time/period.ts';
import { bothOf, formatShort, plural, sentenceNumbers, shownUnit } from './format.ts';
import type { Process } from './process.ts';
import type { Step } from './series.ts';
import type { Action, ActionBody, Written } from './talk.ts';

type Verdict = NonNullable<Action['verdict']>;

/** Settled periods after an action that its verdict rests on. */
const AFTER = 8;
/** Judged periods before it that make the limits it is held against. */
const LEAST_BEFORE = 12;

interface Seen {
  readonly step: Step;
  readonly point: ProcessPoint;
}

/**
 * What became of a KPI after an action was done: its first 8 settled, judged periods against limits of those before it,
 * without the period that prompted it. It says "after", never "because": a process tells that it moved, not why. Null
 * while the action is not done.
 * @param others the other actions on the same KPI
 */
export function verdictOn(
  kpi: Kpi,
  process: Process,
  action: Written<ActionBody>,
  others: readonly Written<ActionBody>[],
): Verdict | null {
  const done = action.body.state === 'done' && action.body.closedOn !== null ? parseDay(action.body.closedOn) : null;
  if (done === null) return null;
  if (process.basis === 'time between' || process.state !== 'judged')
    return early('Too few happen to tell by the period what came after it.');
  const seen = process.steps.flatMap((step, index): Seen[] => {
    const point = process.points[index];
    return point === undefined ? [] : [{ step, point }];
  });
  const before = seen
    .filter(({ step }) => step.period.endDay <= done && step.period.id !== action.period)
    .slice(-FULL_BASE - 1)
    .filter(({ point }) => point.isJudged && point.value !== null);
  const after = seen
    .filter(({ step, point }) => step.period.firstDay >= done && point.isJudged && !point.isUnsettled && point.value !== null)
    .slice(0, AFTER);
  if (before.length < LEAST_BEFORE)
    return early(`Only ${plural(before.length, process.grain)} before it can be judged; a verdict takes ${LEAST_BEFORE}.`);
  if (after.length < AFTER) return early(`Too early to tell: ${after.length} of ${AFTER} settled ${process.grain}s after it.`);
  const last = after.at(-1)?.step.period.endDay ?? done;
  const mixed = mixedWith(process, done, last, others);
  const limits = xmr(
    before.map(({ point }) => point.value),
    { lower: null, upper: null },
  );
  if (limits === null) return early('The periods before it do not follow one another, so routine variation is not known.');
  const values = after.flatMap(({ point }) => (point.value === null ? [] : [{ period: point.period, value: point.value }]));
  const signals = signalsOf(values, limits, null);
  const was = mean(before.map(levelOf));
  const is = mean(after.map(levelOf));
  const side = is > was ? 'above' : 'below';
  const moved = signals.some((signal) => signal.side === side);
  const { expected } = action.body;
  const write = sentenceNumbers(shownUnit(kpi), [is, was, expected?.value ?? null]);
  const [from, to] = [write(was), write(is)];
  const since = dayTitle(done);
  if (mixed !== null)
    return {
      is: 'confounded',
      judgement: 'unknown',
      text: `From ${bothOf(from, to).replace(' and ', ' to ')} after ${since}, but ${mixed} in the same time, so it cannot be told apart.`,
    };
  if (!moved)
    return {
      is: 'noise',
      judgement: 'routine',
      text: `Cannot be told from noise: ${formatShort(shownUnit(kpi), is)} on average after ${since}, ${formatShort(shownUnit(kpi), was)} before.`,
    };
  const shift = `Shifted from ${bothOf(from, to).replace(' and ', ' to ')} after ${since}`;
  const isBetter = kpi.better !== 'neither' && (side === 'below') === (kpi.better === 'lower');
  if (kpi.better !== 'neither' && !isBetter) return { is: 'worse', judgement: 'against', text: `${shift}: worse.` };
  if (expected === null || expected.value === null)
    return { is: 'as expected', judgement: isBetter ? 'with' : 'changed', text: isBetter ? `${shift}: better.` : `${shift}.` };
  const isReached = expected.direction === 'at_most' ? is <= expected.value : is >= expected.value;
  const wanted = `${expected.direction === 'at_most' ? 'at most' : 'at least'} ${expected.text}`;
  return isReached
    ? { is: 'as expected', judgement: 'with', text: `${shift}, as expected (${wanted}): worked.` }
    : { is: 'less', judgement: 'with', text: `${shift}: better, but less than expected (${wanted}).` };
}

const early = (text: string): Verdict => ({ is: 'too early', judgement: 'unknown', text });

/** The level itself, also where its changes are what is judged. */
const levelOf = ({ step }: Seen): number => step.row.value ?? 0;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What else came into the same stretch: another action that was done, or a divider. */
function mixedWith(process: Process, done: Day, last: Day, others: readonly Written<ActionBody>[]): string | null {
  const also = others.find(({ body }) => {
    const day = body.state === 'done' && body.closedOn !== null ? parseDay(body.closedOn) : null;
    return day !== null && day >= done - 28 && day < last;
  });
  if (also !== undefined) return `“${also.body.title}” was done`;
  const divided = process.steps.some(
    ({ period }, index) =>
      period.firstDay >= done && period.firstDay < last && process.points[index]?.startsStretch === true && index > 0,
  );
  return divided ? 'its limits were set anew' : null;
}
