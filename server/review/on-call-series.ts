import { periodsBetween, shiftPeriod } from '../time/calendar.ts';
import type { Grain, Period } from '../time/period.ts';
import type { ReviewedKpi } from './card.ts';
import { shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import type { ReviewRow } from './input.ts';
import type { OnCallKpiInput } from './on-call-input.ts';
import type { OnCallSeries } from './on-call-schema.ts';
import type { Point } from './schema.ts';
import { pointOf, rowsById, stepOf, type Step } from './series.ts';
import { judgedVerdict } from './verdict.ts';

type SeriesGrain = Exclude<Grain, 'year'>;

/** What fits on a screen beside other charts: half a year of weeks, a year of months and one more, three years of quarters. */
const LENGTH: Readonly<Record<SeriesGrain, number>> = { week: 26, month: 13, quarter: 8 };
const GRAINS = ['week', 'month', 'quarter'] as const;

/** The finest grain by which a number is told at all: of what a team bore the month, of a spread the quarter. */
export function toldGrain({ kpi, weeks, months, quarters }: OnCallKpiInput): SeriesGrain {
  if (!kpi.isPersonal) return 'week';
  const rows = { week: weeks, month: months, quarter: quarters };
  return GRAINS.find((grain) => rows[grain].some(isTold)) ?? 'month';
}

const isTold = ({ emptiness }: ReviewRow): boolean =>
  emptiness !== 'hidden' && emptiness !== 'no data' && emptiness !== 'before history';

/** The last periods of a grain that ended with the week, those without a number too. */
export function stepsBy(
  grain: SeriesGrain,
  { weeks, months, quarters }: OnCallKpiInput,
  firstDay: number | null,
  frame: Frame,
): Step[] {
  const { calendar, week, now } = frame;
  const rows = rowsById([...weeks, ...months, ...quarters]);
  // Wide enough to hold as many, whatever the calendar.
  const from = firstDay === null ? week.firstDay : Math.max(firstDay - 6, week.endDay - LENGTH[grain] * 100);
  const periods = grain === 'week' ? weeksUpTo(frame, LENGTH.week) : periodsBetween(calendar, grain, from, week.endDay);
  return periods
    .filter(({ endDay }) => endDay <= week.endDay && (firstDay === null || endDay > firstDay))
    .slice(-LENGTH[grain])
    .map((period) => stepOf(period, rows, firstDay, now));
}

function weeksUpTo({ calendar, week }: Frame, count: number): Period[] {
  return Array.from({ length: count }, (_, index) => shiftPeriod(calendar, week, index + 1 - count));
}

/** A KPI over time with the limits, target and signals that its weekly review knows. */
export function seriesOf(
  { card, findings }: ReviewedKpi,
  input: OnCallKpiInput,
  firstDay: number | null,
  frame: Frame,
): OnCallSeries {
  const { kpi } = input;
  const grain = toldGrain(input);
  const points = stepsBy(grain, input, firstDay, frame).map((step) => {
    const point = pointOf(shownUnit(kpi), step, frame);
    return { ...point, drawn: point.value };
  });
  const shown = new Set(points.map(({ period }) => period));
  const isJudgedHere = findings.process.grain === grain && findings.process.basis === 'value';
  const limits = isJudgedHere ? (card.limits.at(-1) ?? null) : null;
  return {
    kpi: card.id,
    name: card.name,
    unit: card.unit,
    grain,
    points,
    limits,
    target: card.target === null || card.target.every !== grain ? ofEvery(card.target, kpi.unit.isTotal) : card.target,
    signals: isJudgedHere ? card.signals.filter(({ period }) => shown.has(period)) : [],
    beyond: isJudgedHere ? beyondIn(findings, points) : [],
    text: findings.process.grain === 'week' ? card.verdict : judgedVerdict(findings) || card.verdict,
    judgement: card.judgement,
    isListed: !kpi.isPersonal,
  };
}

/** Periods beyond a limit on the side that is against us. */
function beyondIn({ kpi, process }: ReviewedKpi['findings'], points: readonly Point[]): string[] {
  return points.flatMap(({ period, value }) => {
    const index = process.points.findIndex((point) => point.period === period);
    const limits = process.stretches.find(({ start, end }) => start <= index && index < end)?.limits;
    if (value === null || limits === null || limits === undefined) return [];
    const isAgainst =
      kpi.better === 'lower'
        ? limits.upper !== null && value > limits.upper
        : kpi.better === 'higher' && limits.lower !== null && value < limits.lower;
    return isAgainst ? [period] : [];
  });
}

/** A rate, a share or a mean is the same over any span; a total that is agreed by the week says nothing of a month. */
const ofEvery = (target: ReviewedKpi['card']['target'], isTotal: boolean): ReviewedKpi['card']['target'] =>
  isTotal ? null : target;

/** Of each point of a series of broken nights, how many were lost. */
export function lostIn(
  { grain, points }: OnCallSeries,
  lost: OnCallKpiInput | undefined,
  firstDay: number | null,
  frame: Frame,
): (number | null)[] {
  const steps = lost === undefined ? [] : stepsBy(grain, lost, firstDay, frame);
  const values = new Map(steps.map(({ period, row }) => [period.id, row.value]));
  return points.map(({ period, value }) => (value === null ? null : (values.get(period) ?? null)));
}
