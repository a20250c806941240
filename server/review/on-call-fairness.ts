import { quarterName } from '../time/calendar.ts';
import type { ReviewedKpi } from './card.ts';
import { formatNumber, shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import type { OnCallKpiInput } from './on-call-input.ts';
import type { Fairness } from './on-call-schema.ts';
import { stepsBy } from './on-call-series.ts';
import { hasEnough, pointOf } from './series.ts';

const index = (value: number): string => value.toFixed(2);

/**
 * How evenly disrupted hours fell, beside what equal chance alone would give: told by the quarter, of
 * the last one that is over. Null where it was told of none.
 */
export function fairnessOf(
  { card, findings }: ReviewedKpi,
  input: OnCallKpiInput,
  firstDay: number | null,
  frame: Frame,
): Fairness | null {
  const { kpi } = findings;
  const steps = stepsBy('quarter', input, firstDay, frame);
  const told = steps.findLast(({ row }) => row.value !== null);
  if (told === undefined) return null;
  const { row, period } = told;
  const gini = row.value ?? 0;
  const chance = row.also['equal chance'] ?? null;
  const isJudged = hasEnough(kpi, row);
  return {
    text: textOf(gini, row.also, isJudged),
    span: quarterName(period),
    gini,
    chance,
    timeOnCall: row.also['time on call'] ?? null,
    isJudged,
    judgement: isJudged ? card.judgement : 'unknown',
    quarters: steps.map((step) => pointOf(shownUnit(kpi), step, frame)),
  };
}

/** Below one and a half times what chance gives it is said to be about that. */
const UNEVEN = 1.5;
/** Above four fifths of it, how time on call is spread says as much. */
const LIKE_TIME = 0.8;

function textOf(gini: number, also: Readonly<Record<string, number | null>>, isJudged: boolean): string {
  const people = also['people'] ?? null;
  const perHead = also['per head'] ?? null;
  const over = people === null ? '' : ` over ${people} people`;
  const head = perHead === null ? '' : `, ${formatNumber(Number(perHead.toPrecision(2)), 2)} hours a head`;
  const made = `Gini of disrupted hours ${index(gini)}${over}${head}`;
  if (!isJudged) return `${made}: under five hours a head it is not judged, because chance alone spreads so few unevenly.`;
  const chance = also['equal chance'] ?? null;
  const time = also['time on call'] ?? null;
  const ofTime = time === null ? '' : ` Time on call itself: ${index(time)}.`;
  if (chance === null) return `${made}.${ofTime}`;
  if (gini <= chance * UNEVEN) return `${made}, about what equal chance alone would give (${index(chance)}).${ofTime}`;
  const uneven = `${made}, more uneven than equal chance alone would make it (${index(chance)})`;
  return time !== null && time >= gini * LIKE_TIME
    ? `${uneven}, but no more than time on call itself is shared (${index(time)}).`
    : `${uneven}.${ofTime}`;
}
