import type { Kpi, Target } from '../kpi/kpi.ts';
import { daysTitle, dayTitle, quarterName } from '../time/calendar.ts';
import type { Day, Period } from '../time/period.ts';
import { changeBox } from './boxes.ts';
import type { ReviewedKpi } from './card.ts';
import { formatOutcome, formatShort, shownUnit } from './format.ts';
import { forecastOf } from './report-forecast.ts';
import type { ReportFrame } from './report-frame.ts';
import type { ReportKpiInput } from './report-input.ts';
import { presentLimits } from './report-limits.ts';
import { moveOf } from './report-move.ts';
import type { Amount, Figure } from './report-schema.ts';
import { trendOf, type StepsByGrain } from './report-trend.ts';
import { dayAndMonth, hasEnough, rowsById, stepOf, type Step } from './series.ts';
import { heldAgainst, inForce, meets, scaleTo } from './targets.ts';

const GRAINS = ['week', 'month', 'quarter'] as const;

/** Everything a report says of one KPI; its footnotes are numbered later. */
export function figureOf(input: ReportKpiInput, { findings }: ReviewedKpi, frame: ReportFrame): Figure {
  const { kpi } = input;
  const { quarter, previous, yearBefore, week } = frame;
  const rows = rowsById(input.figures);
  const historyFrom = firstDayOf(input, frame);
  const step = (period: Period): Step => stepOf(period, rows, historyFrom, week.now);
  const now = step(quarter);
  const steps = stepsOf(input, frame, historyFrom);
  return {
    kpi: kpi.id,
    name: kpi.name,
    alsoCalled: kpi.alsoCalled,
    question: kpi.question,
    section: kpi.section,
    role: kpi.role,
    owner: kpi.owner,
    better: kpi.better,
    unit: { type: kpi.unit.type, label: kpi.unit.label },
    now: amountOf(kpi, now),
    previous: amountOf(kpi, step(previous)),
    yearBefore: amountOf(kpi, step(yearBefore)),
    months: frame.months.map((month) => amountOf(kpi, step(month))),
    change: frame.isRunning ? 'running' : changeBox(kpi, '', now, step(previous)).text,
    yearChange: frame.isRunning ? 'running' : changeBox(kpi, '', now, step(yearBefore)).text,
    target: goalOf(kpi, now, steps, frame),
    move: moveOf(kpi, findings.process, quarter, week.week),
    forecast: outlookOf(kpi, steps, frame),
    trend: trendOf(kpi, findings.process, steps, frame),
    notes: [],
  };
}

function amountOf(kpi: Kpi, { period, row }: Step): Amount {
  const unit = shownUnit(kpi);
  const label = period.grain === 'quarter' ? quarterName(period) : daysTitle(period.firstDay, period.endDay);
  return {
    period: period.id,
    label,
    value: row.value,
    text: row.value === null || unit.style === 'budget' ? formatOutcome(unit, row) : formatShort(unit, row.value),
    count: row.count,
    emptiness: row.value === null ? row.emptiness : null,
    flags: [...row.flags],
    revision: row.revision,
  };
}

/** The finest target in force on the quarter's last day, held against the whole quarter: totals by days. */
function goalOf(kpi: Kpi, { row }: Step, steps: StepsByGrain, frame: ReportFrame): Figure['target'] {
  const target = targetOn(kpi, frame.quarter.endDay - 1);
  if (target === null) return null;
  const unit = shownUnit(kpi);
  const scale = scaleTo(kpi, target, frame.calendar, frame.quarter);
  const isCut = frame.quarter.cutFrom !== undefined;
  const isTold = row.value !== null && !frame.isRunning && !isCut && hasEnough(kpi, row);
  const isMet = isTold && row.value !== null ? meets(target, row.value, scale) : null;
  const within = steps[target.every].filter(
    ({ period }) => period.endDay > frame.quarter.firstDay && period.endDay <= frame.quarter.endDay,
  );
  const held = target.every === 'quarter' ? [] : heldAgainst(kpi, target.every, within);
  const sign = target.direction === 'at_most' ? '≤' : '≥';
  return {
    value: target.value * scale,
    text: `${sign} ${formatShort(unit, target.value * scale)}`,
    every: scale === 1 ? '' : `${formatShort(unit, target.value)} a ${target.every}`,
    isMet,
    stand: standOf(),
    kept: held.length === 0 ? '' : `in ${held.filter((one) => one.isMet).length} of ${held.length} ${target.every}s`,
  };

  function standOf(): string {
    if (isMet !== null) return isMet ? 'met' : 'missed';
    if (frame.isRunning) return `runs until ${dayAndMonth(frame.quarter.endDay - 1)}`;
    if (isCut) return 'cut short';
    return row.value === null ? (row.emptiness ?? 'no data') : 'too few to tell';
  }
}

/** Limits carried to the end of the next quarter, or to the day from which a target is agreed. */
function outlookOf(kpi: Kpi, steps: StepsByGrain, frame: ReportFrame): Figure['forecast'] {
  const coming = kpi.targets
    .filter(({ since }) => since >= frame.quarter.endDay)
    .toSorted((one, other) => one.since - other.since)[0];
  const target = coming ?? targetOn(kpi, frame.quarter.endDay - 1);
  if (target === null || kpi.better === 'neither') return null;
  const until = coming === undefined ? `the end of ${quarterName(frame.ahead)}` : dayTitle(coming.since);
  return forecastOf(kpi, { target, until, limits: presentLimits(kpi, target.every, steps[target.every]) });
}

function targetOn(kpi: Kpi, day: Day): Target | null {
  return GRAINS.map((grain) => inForce(kpi, grain, day)).find((found) => found !== null) ?? null;
}

/** Oldest first without gaps, up to what ends in the quarter and is over. */
function stepsOf(input: ReportKpiInput, frame: ReportFrame, historyFrom: Day | null): StepsByGrain {
  const series = (grain: (typeof GRAINS)[number], rows: ReportKpiInput['weeks']): Step[] => {
    const byId = rowsById(rows);
    const known = rows
      .flatMap(({ period }) => frame.week.parse(period) ?? [])
      .filter((period) => period.grain === grain && period.endDay <= frame.quarter.endDay && period.end <= frame.week.now);
    const last = Math.max(...known.map(({ firstDay }) => firstDay));
    let period = known.toSorted((one, other) => one.firstDay - other.firstDay)[0];
    const steps: Step[] = [];
    for (; period !== undefined && period.firstDay <= last; period = frame.week.next(period))
      steps.push(stepOf(period, byId, historyFrom, frame.week.now));
    return steps;
  };
  return { week: series('week', input.weeks), month: series('month', input.months), quarter: series('quarter', input.figures) };
}

function firstDayOf({ weeks, months }: ReportKpiInput, frame: ReportFrame): Day | null {
  const days = [...weeks, ...months].flatMap(({ period }) => frame.week.parse(period)?.firstDay ?? []);
  return days.length === 0 ? null : Math.min(...days);
}
