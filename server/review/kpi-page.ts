import { dayTitle, periodTitle } from '../time/calendar.ts';
import { formatDay } from '../time/day.ts';
import { formatInstant } from '../time/instant.ts';
import { annotationsOnAll } from './annotations.ts';
import { processOfTimes } from './between.ts';
import { formatOutcome, listed, plural, sentence, shownUnit } from './format.ts';
import { frameOf } from './frame.ts';
import type { KpiPageInput, RestatedValue } from './kpi-page-input.ts';
import type { KpiPage } from './kpi-page-schema.ts';
import { datedTargets } from './kpi-page-targets.ts';
import { factsOf } from './kpi-page-facts.ts';
import { viewsOf, type GrainSteps } from './kpi-page-views.ts';
import { processOf } from './process.ts';
import { timesOf } from './rare.ts';
import { allActionsOn, allCommentsOn } from './said.ts';
import { rowsById, stepOf, type Step } from './series.ts';

/** Everything there is to say about one KPI in one scope. Pure: the clock and the values are given. */
export function buildKpiPage(input: KpiPageInput): KpiPage {
  const { kpi: asked, calendar, week, now, card, restated } = input;
  const { kpi } = asked;
  const frame = frameOf(calendar, week, now);
  const steps = stepsOf(input);
  const timed = timesOf(kpi, steps.week);
  const process =
    asked.events === null || timed === null
      ? processOf(kpi, steps.week, steps.month, week, steps.quarter)
      : processOfTimes(kpi, timed, asked.events, steps.week, week, calendar.zone);
  return {
    organisation: input.organisation,
    scope: { id: input.scope.id, label: input.scope.label },
    scopes: input.scopes.map(({ id, label, group, parent }) => ({ id, label, group, parent })),
    week: {
      id: week.id,
      label: frame.names(week).label,
      days: periodTitle(week),
      state: input.weekState,
      lastDay: formatDay(week.endDay - 1),
    },
    card,
    isPersonal: kpi.isPersonal,
    file: {
      ...input.file,
      problems: input.file.problems.map(({ line, column, path, message, fix }) => ({
        line,
        column,
        path,
        message: fix === null ? message : `${message}. ${fix}`,
      })),
    },
    facts: factsOf(kpi, card),
    views: viewsOf({ kpi, process, steps, restated, card, frame }),
    targets: datedTargets(kpi, week.endDay - 1),
    annotations: annotationsOnAll(input.talk, frame),
    dividers: [...kpi.dividers]
      .sort((one, other) => other.on - one.on)
      .map(({ on, because }) => ({ day: dayTitle(on), because })),
    revisions: [...restated].reverse().map((one) => revisionOf(input, one)),
    revisionsText: revisionsText(input),
    said: {
      comments: allCommentsOn(input.talk, kpi, frame),
      actions: allActionsOn(input.talk, kpi, process, frame),
    },
    slices: { by: [...input.slices.by], refused: input.slices.refused },
    usedIn: input.usedIn.map(({ id, name, how }) => ({ id, name, how })),
    sources: input.sources.map(({ id, name, freshness, text }) => ({ id, name, state: freshness, text })),
    watermark: input.watermark,
    measuredAt: input.measuredAt === null ? null : formatInstant(input.measuredAt),
  };
}

/** By grain, from the first row there is to the last period that ended; what has no row is a gap. */
function stepsOf({ kpi, calendar, week, now }: KpiPageInput): GrainSteps {
  const frame = frameOf(calendar, week, now);
  const byId = rowsById([...kpi.weeks, ...kpi.months, ...kpi.quarters]);
  const firstDays = [...kpi.weeks, ...kpi.months].flatMap(({ period }) => frame.parse(period)?.firstDay ?? []);
  const from = firstDays.length === 0 ? null : Math.min(...firstDays);
  const filled = (rows: typeof kpi.weeks, end: number): Step[] => {
    const periods = rows
      .flatMap(({ period }) => frame.parse(period) ?? [])
      .filter(({ endDay }) => endDay <= end)
      .sort((one, other) => one.firstDay - other.firstDay);
    const [first] = periods;
    const last = periods.at(-1);
    const steps: Step[] = [];
    if (first === undefined || last === undefined) return steps;
    for (let period = first; period.firstDay <= last.firstDay; period = frame.next(period))
      steps.push(stepOf(period, byId, from, now));
    return steps;
  };
  const weeks = filled(kpi.weeks, week.endDay);
  return {
    week: weeks.length === 0 ? [stepOf(week, byId, from, now)] : weeks,
    month: filled(kpi.months, week.endDay),
    quarter: filled(kpi.quarters, week.endDay),
  };
}

function revisionOf({ kpi: { kpi }, calendar, week, now }: KpiPageInput, one: RestatedValue): KpiPage['revisions'][number] {
  const of = frameOf(calendar, week, now).parse(one.period);
  const unit = shownUnit(kpi);
  return {
    period: one.period,
    title: of === null ? one.period : periodTitle(of),
    before: formatOutcome(unit, one.before),
    after: formatOutcome(unit, one.after),
    causes: [...one.causes],
    moved: one.moved,
    revision: one.revision,
    at: formatInstant(one.at),
  };
}

function revisionsText({ kpi: { kpi }, restated }: KpiPageInput): string {
  const hidden = kpi.isPersonal
    ? ' What people bore is told as it is known now; what was told before would tell of whoever moved it.'
    : '';
  if (restated.length === 0) return `Nothing that had settled or was published has changed since.${hidden}`;
  const causes = [...new Set(restated.flatMap((one) => one.causes))].sort();
  const unit = shownUnit(kpi);
  const shown = restated.filter(({ before, after }) => formatOutcome(unit, before) !== formatOutcome(unit, after)).length;
  const figures = kpi.isPersonal
    ? ''
    : shown === 0
      ? ' None of them shows another figure.'
      : ` ${sentence(plural(shown, 'period shows', 'periods show'))} another figure.`;
  return `${sentence(plural(restated.length, 'period'))} changed after settling or publication: ${listed(causes)}.${figures}${hidden}`;
}
