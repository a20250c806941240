import type { Kpi } from '../kpi/kpi.ts';
import type { Period } from '../time/period.ts';
import { formatOutcome, formatShort, shownUnit } from './format.ts';
import type { Process } from './process.ts';
import { tonesIn } from './report-move.ts';
import type { ReportTrend } from './report-schema.ts';
import type { ReportFrame } from './report-frame.ts';
import type { Step } from './series.ts';
import { inForce } from './targets.ts';

export type StepsByGrain = Readonly<Record<'week' | 'month' | 'quarter', readonly Step[]>>;

const LENGTH = { week: 52, month: 24, quarter: 12 } as const;
const GRAINS = ['week', 'month', 'quarter'] as const;

/** The values a picture shows: a year of weeks, or of a coarser grain where weeks hold too little. */
export function trendOf(kpi: Kpi, process: Process, steps: StepsByGrain, { quarter, week }: ReportFrame): ReportTrend {
  const unit = shownUnit(kpi);
  const grain = grainOf(process, steps);
  const shown = steps[grain].slice(-LENGTH[grain]);
  const isJudgedSo = process.grain === grain && process.basis === 'value' && process.state === 'judged';
  const tones = isJudgedSo ? tonesIn(kpi, process) : new Map<string, 'routine'>();
  const target = inForce(kpi, grain, quarter.endDay - 1) ?? (kpi.unit.isTotal ? null : anyTarget(kpi, quarter));
  const points = shown.map(({ period, row }) => ({
    period: period.id,
    ...week.names(period),
    value: row.value,
    text: formatOutcome(unit, row),
    isOpen: row.flags.length > 0,
    isInQuarter: period.endDay > quarter.firstDay && period.endDay <= quarter.endDay,
    tone: tones.get(period.id) ?? ('routine' as const),
  }));
  const last = points.findLast(({ value }) => value !== null);
  const first = points[0];
  return {
    grain,
    points,
    limits: isJudgedSo ? limitsIn(process, shown) : [],
    target: target?.value ?? null,
    targetText: target === null ? '' : `${target.direction === 'at_most' ? '≤' : '≥'} ${formatShort(unit, target.value)}`,
    latest: last?.value === null || last === undefined ? (points.at(-1)?.text ?? 'no data') : formatShort(unit, last.value),
    text:
      first === undefined || last === undefined
        ? `${kpi.name}: no value by the ${grain}.`
        : `${kpi.name} by the ${grain}, ${first.title} to ${last.title}: last ${last.text}.`,
  };
}

/** By the grain that is judged; what is not judged, by the finest that has values in half of its periods. */
function grainOf(process: Process, steps: StepsByGrain): ReportTrend['grain'] {
  if (process.state === 'judged' && process.between === null && has(steps[process.grain])) return process.grain;
  return GRAINS.find((grain) => has(steps[grain])) ?? 'quarter';
}

function has(steps: readonly Step[]): boolean {
  const recent = steps.slice(-12);
  return recent.length > 0 && recent.filter(({ row }) => row.value !== null).length * 2 >= recent.length;
}

function anyTarget(kpi: Kpi, quarter: Period) {
  return GRAINS.map((grain) => inForce(kpi, grain, quarter.endDay - 1)).find((target) => target !== null) ?? null;
}

function limitsIn(process: Process, shown: readonly Step[]): ReportTrend['limits'] {
  const first = shown[0]?.period.id;
  const offset = Math.max(
    0,
    process.steps.findIndex(({ period }) => period.id === first),
  );
  return process.stretches.flatMap(({ start, end, limits }) => {
    const from = process.steps[Math.max(start, offset)]?.period.id;
    const to = process.steps[end - 1]?.period.id;
    return limits === null || end <= offset || from === undefined || to === undefined
      ? []
      : [{ from, to, mean: limits.mean, lower: limits.lower, upper: limits.upper }];
  });
}
