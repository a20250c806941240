import type { Kpi, Unit } from '../kpi/kpi.ts';
import { periodOf, periodTitle, shiftPeriod } from '../time/calendar.ts';
import { formatInstant } from '../time/instant.ts';
import type { Calendar, Day, Period } from '../time/period.ts';
import { annotationsOn } from './annotations.ts';
import { atRiskOf } from './at-risk.ts';
import { processOfTimes } from './between.ts';
import { boxesOf } from './boxes.ts';
import { doubtsOf } from './doubts.ts';
import type { Findings } from './findings.ts';
import { findingsOf, judgementOf, signalJudgement } from './findings.ts';
import { formatOutcome, formatShort, formatValue, plural, shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import type { KpiInput, ReviewSource } from './input.ts';
import { drawnHistory, drawnLimits, drawnSignals } from './history.ts';
import { judgedAs, processOf } from './process.ts';
import { timesOf } from './rare.ts';
import { rebaseOf } from './rebase.ts';
import type { KpiCard } from './schema.ts';
import { actionsOn, commentsOn } from './said.ts';
import type { Step } from './series.ts';
import { pointOf, rowsById, stepOf } from './series.ts';
import type { Talk } from './talk.ts';
import { drawnTarget, targetStateOf } from './targets.ts';
import { verdictOf } from './verdict.ts';
import { TIMES } from './verdict-between.ts';

/** A card, and what the agenda needs to know to place it. */
export interface ReviewedKpi {
  readonly card: KpiCard;
  readonly findings: Findings;
}

/** Everything a review says about one KPI. `sources` are those behind it. */
export function reviewKpi(input: KpiInput, sources: readonly ReviewSource[], talk: Talk, frame: Frame): ReviewedKpi {
  const { kpi } = input;
  const { calendar, week, now, series, ranges } = frame;
  const unit = shownUnit(kpi);
  const byId = rowsById([...input.weeks, ...input.months, ...input.quarters, ...input.toDate]);
  const historyFrom = firstDayOf(input, frame);
  const step = (period: Period) => stepOf(period, byId, historyFrom, now);
  const point = (period: Period) => pointOf(unit, step(period), frame);

  const lastMonth = series.months.at(-1);
  const weeks = stepsUpTo(week, input.weeks, frame, step);
  const months = lastMonth === undefined ? [] : stepsUpTo(lastMonth, input.months, frame, step);
  const lastQuarter = lastEnded(calendar, week);
  const quarters = stepsUpTo(lastQuarter, input.quarters, frame, step);
  const timed = timesOf(kpi, weeks);
  const process =
    input.events === null || timed === null
      ? processOf(kpi, weeks, months, week, quarters)
      : processOfTimes(kpi, timed, input.events, weeks, week, calendar.zone);
  const byGrain = { week: weeks, month: months, quarter: quarters };
  const target = targetStateOf(kpi, byGrain, week);
  const toDate = [ranges.month, ranges.quarter, ranges.year].flatMap(({ current, prior }) => [current, prior]);
  const shown = [series.weeks, series.priorWeeks, series.months, series.priorMonths, toDate].flatMap((periods) =>
    periods.map(({ id }) => id),
  );
  const current = step(week);
  const findings = findingsOf(input, week, current, step(shiftPeriod(calendar, week, -1)), process, target, new Set(shown));
  const judgement = judgementOf(findings);
  const comments = commentsOn(talk, kpi.id, frame);

  const card: KpiCard = {
    id: kpi.id,
    name: kpi.name,
    alsoCalled: kpi.alsoCalled,
    question: kpi.question,
    section: kpi.section,
    role: kpi.role,
    owner: kpi.owner,
    better: kpi.better,
    unit: drawnUnit(unit, valuesOf(weeks)),
    verdict: verdictOf(findings, doubtsOf(findings, sources, calendar.zone, now, input.lacking)),
    judgement,
    atRisk: atRiskOf(kpi, process, target, byGrain, week),
    current: pointOf(unit, current, frame),
    weeks: series.weeks.map(point),
    priorWeeks: series.priorWeeks.map(point),
    months: series.months.map(point),
    priorMonths: series.priorMonths.map(point),
    target: target === null ? null : drawnTarget(kpi, target),
    boxes: boxesOf(kpi, frame, step, target, judgement),
    history: drawnHistory(kpi, process, frame),
    historyUnit:
      process.between === null
        ? drawnUnit(unit, valuesOf(weeks))
        : drawnUnit(
            TIMES,
            process.points.map(({ value }) => value ?? 0),
          ),
    limits: drawnLimits(kpi, process),
    signals: drawnSignals(kpi, process, week),
    rebase: rebaseOf(findings),
    judgedAs: judgedAs(process),
    counted: countedWords(kpi, current),
    exclusions: current.row.exclusions.map(({ reason, count }) => ({ reason, count })),
    also: Object.entries(current.row.also).flatMap(([name, value]) =>
      value === null ? [] : [{ name, text: alsoText(kpi, name, value) }],
    ),
    revisions: input.restatements.map(({ period, before, after, causes, moved, at, beforeAt }) => {
      const of = frame.parse(period);
      const title = of === null ? period : periodTitle(of);
      return {
        period,
        title,
        before: formatOutcome(unit, before),
        after: formatOutcome(unit, after),
        causes: [...causes],
        moved,
        at: formatInstant(at),
        beforeAt: beforeAt === undefined ? null : formatInstant(beforeAt),
      };
    }),
    definitionWords: input.words,
    comments,
    needsComment: asksForWords(findings) && comments.every(({ isPast }) => isPast),
    actions: actionsOn(talk, kpi, process, frame),
    annotations: annotationsOn(talk, kpi, frame),
  };
  return { card, findings };
}

/** A signal against us, or a target that is newly missed, is explained; noise never is. */
function asksForWords({ kpi, process, news, target }: Findings): boolean {
  return (news !== null && signalJudgement(kpi, process, news) === 'against') || target?.isNewlyMissed === true;
}

/** The last quarter that ended by the end of the week. */
function lastEnded(calendar: Calendar, week: Period): Period {
  const holding = periodOf(calendar, 'quarter', week.endDay - 1);
  return holding.endDay === week.endDay ? holding : shiftPeriod(calendar, holding, -1);
}

function firstDayOf({ weeks, months }: KpiInput, frame: Frame): Day | null {
  const days = [...weeks, ...months].flatMap(({ period }) => frame.parse(period)?.firstDay ?? []);
  return days.length === 0 ? null : Math.min(...days);
}

/** All periods from the first row to `last`, those without a row too: a hole in the history is a gap. */
function stepsUpTo(last: Period, rows: KpiInput['weeks'], frame: Frame, step: (period: Period) => Step): Step[] {
  const known = stepsOf(rows, frame, step).filter(({ period }) => period.endDay <= last.endDay);
  const first = known[0]?.period ?? last;
  const steps: Step[] = [];
  for (let period = first; period.firstDay <= last.firstDay; period = frame.next(period)) steps.push(step(period));
  return steps;
}

function stepsOf(rows: KpiInput['weeks'], frame: Frame, step: (period: Period) => Step): Step[] {
  const periods = rows.flatMap(({ period }) => frame.parse(period) ?? []);
  return periods.sort((first, second) => first.firstDay - second.firstDay).map(step);
}

const valuesOf = (steps: readonly Step[]): number[] => steps.map(({ row }) => row.value ?? 0);

function drawnUnit(unit: Unit, values: readonly number[]): KpiCard['unit'] {
  return { type: unit.type, label: unit.label, axis: axisOf(unit, values), isTotal: unit.isTotal };
}

/** The axis title with its unit. Durations are drawn in seconds and read in the unit of the largest. */
function axisOf(unit: Unit, values: readonly number[]): string {
  switch (unit.type) {
    case 'duration': {
      const largest = Math.max(0, ...values.slice(-60));
      if (largest >= 172_800) return 'days';
      return largest >= 5_400 ? 'hours' : largest >= 90 ? 'minutes' : 'seconds';
    }
    case 'share':
      return '%';
    case 'count':
    case 'number': {
      if (!unit.isTotal) return unit.label;
      return unit.label === '' ? 'per day' : `${unit.label} per day`;
    }
  }
}

function countedWords({ measure }: Kpi, { row }: Step): string {
  if (measure.type === 'combine') return '';
  return measure.type === 'level' || measure.type === 'budget'
    ? plural(row.count, 'reading')
    : `${formatValue({ type: 'count', label: '', isTotal: false }, row.count)} counted`;
}

const SHARES = new Set(['coverage', 'response rate', 'up to', 'top share', 'share of days']);
const COUNTS = new Set(['on hold', 'good', 'valid', 'people', 'per head', ...[1, 2, 3, 4, 5].map((score) => `scored ${score}`)]);

/** Beside a spread: Gini coefficients, whatever it is told by. */
const INDEXES = new Set(['time on call', 'equal chance']);

function alsoText({ unit }: Kpi, name: string, value: number): string {
  if (INDEXES.has(name)) return formatShort({ type: 'number', label: '', isTotal: false, style: 'index' }, value);
  if (SHARES.has(name)) return formatShort({ type: 'share', label: '', isTotal: false }, value);
  return COUNTS.has(name) ? formatShort({ type: 'count', label: '', isTotal: false }, value) : formatShort(unit, value);
}
