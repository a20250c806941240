import type { Kpi } from '../kpi/kpi.ts';
import { periodTitle, priorYearOf, shiftPeriod } from '../time/calendar.ts';
import type { Calendar, Period } from '../time/period.ts';
import { isOpenEnded } from './bounds.ts';
import { formatChange, formatOutcome, formatShort, shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import type { Box, Judgement } from './schema.ts';
import type { Step } from './series.ts';
import type { TargetState } from './targets.ts';
import { drawnTarget, scaleTo, verdictOn } from './targets.ts';

/**
 * The numbers row: Last wk, WoW, YoY, MTD, YoY, QTD, YoY, YTD, YoY, Target. A change is told, not
 * judged: only limits and targets judge.
 */
export function boxesOf(
  kpi: Kpi,
  { week, calendar, ranges: { month, quarter, year } }: Frame,
  stepOf: (period: Period) => Step,
  state: TargetState | null,
  judgement: Judgement,
): Box[] {
  const current = stepOf(week);
  const ranges = [
    ['MTD', month],
    ['QTD', quarter],
    ['YTD', year],
  ] as const;
  return [
    { ...valueBox(kpi, 'Last wk', current), judgement },
    changeBox(kpi, 'WoW', current, stepOf(shiftPeriod(calendar, week, -1))),
    changeBox(kpi, 'YoY', current, stepOf(priorYearOf(calendar, week))),
    ...ranges.flatMap(([label, { current: range, prior }]) => {
      const step = stepOf(range);
      return [
        { ...valueBox(kpi, label, step), judgement: againstTarget(kpi, calendar, step, state) },
        changeBox(kpi, 'YoY', step, stepOf(prior)),
      ];
    }),
    targetBox(kpi, state),
  ];
}

function valueBox(kpi: Kpi, label: string, { period, row }: Step): Omit<Box, 'judgement'> {
  const unit = shownUnit(kpi);
  const isWhole = row.value === null || unit.style === 'budget' || isOpenEnded(row);
  const text = isWhole ? formatOutcome(unit, row) : formatShort(unit, row.value);
  return { label, title: `${periodTitle(period)}: ${formatOutcome(unit, row)}`, text, value: row.value };
}

/** How a value stands to another: `+31%`, `3, was 1`, or why that is not told. */
export function changeBox(kpi: Kpi, label: string, now: Step, before: Step): Box {
  const title = `Against ${periodTitle(before.period)} (${formatOutcome(shownUnit(kpi), before.row)})`;
  const box = { label, title, value: null };
  // A running total is never held against a whole week.
  if (now.row.flags.includes('running')) return { ...box, text: 'running', judgement: 'unknown' };
  // Nor are the few days that a change of calendar left of one.
  if (now.period.cutFrom !== undefined || before.period.cutFrom !== undefined)
    return { ...box, text: 'cut short', judgement: 'unknown' };
  if (now.row.value === null) return { ...box, text: formatOutcome(shownUnit(kpi), now.row), judgement: 'unknown' };
  if (before.row.value === null) return { ...box, text: formatOutcome(shownUnit(kpi), before.row), judgement: 'unknown' };
  // How far above the last edge nobody knows, so neither does anybody know by how much that changed.
  if (isOpenEnded(now.row) || isOpenEnded(before.row)) return { ...box, text: 'cannot be told', judgement: 'unknown' };
  const counted = ({ value, count }: { value: number; count: number }) => ({
    value,
    count: restsOnItems(kpi) ? count : Infinity,
  });
  const change = formatChange(
    shownUnit(kpi),
    counted({ value: now.row.value, count: now.row.count }),
    counted({ value: before.row.value, count: before.row.count }),
  );
  return { ...box, ...change, judgement: 'routine' };
}

/** What a metric or a combination counts is readings or nothing: no small sample. */
function restsOnItems({ measure }: Kpi): boolean {
  return measure.type !== 'level' && measure.type !== 'budget' && measure.type !== 'combine';
}

function againstTarget(kpi: Kpi, calendar: Calendar, { period, row }: Step, state: TargetState | null): Judgement {
  if (row.value === null) return 'unknown';
  if (state === null) return 'routine';
  const isMet = verdictOn(state.target, row, scaleTo(kpi, state.target, calendar, period));
  return isMet === null ? 'unknown' : isMet ? 'routine' : 'against';
}

function targetBox(kpi: Kpi, state: TargetState | null): Box {
  if (state === null) return { label: 'Target', title: 'No target is set', text: 'none set', value: null, judgement: 'unknown' };
  const target = drawnTarget(kpi, state);
  const { isMet } = target;
  const stand = isMet === null ? 'cannot be told' : isMet ? 'met' : 'missed';
  return {
    label: 'Target',
    title: `${target.text}: ${stand}${state.period === null || isMet === null ? '' : ` in ${periodTitle(state.period)}`}`,
    text: target.short,
    value: target.value,
    judgement: isMet === null ? 'unknown' : isMet ? 'with' : 'against',
  };
}
