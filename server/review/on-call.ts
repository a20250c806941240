import { daysTitle, dayTitle, quarterName, shiftPeriod } from '../time/calendar.ts';
import { formatInstant } from '../time/instant.ts';
import { reviewKpi, type ReviewedKpi } from './card.ts';

import { frameOf, type Frame } from './frame.ts';
import type { KpiInput, ReviewRow } from './input.ts';
import { loudAlerts } from './on-call-alerts.ts';
import { fairnessOf } from './on-call-fairness.ts';
import { measureOf } from './on-call-figures.ts';
import { hiddenOf, toldWords } from './on-call-hidden.ts';
import { hourMap } from './on-call-hours.ts';
import { ON_CALL_KPIS, DAYS_OFF, type OnCallInput, type OnCallKpiInput } from './on-call-input.ts';
import type { OnCallHealth } from './on-call-schema.ts';
import { lostIn, seriesOf } from './on-call-series.ts';
import { quarterBefore, spansWords, toldOver } from './on-call-spans.ts';
import { isRising, onCallVerdict, type Weighed } from './on-call-verdict.ts';
import { NO_TALK } from './talk.ts';
import { yearOf } from './series.ts';

/** Lines of the table, in the order of the page: what people bore, then what alerts did. */
const MEASURES = [
  'interruptions-per-12h',
  'shifts-over-budget',
  'disrupted-hours',
  'broken-nights',
  'lost-nights',
  'off-hours-interruptions',
  DAYS_OFF,
  'share-of-time-on-call',
  'shift-feeling',
  'shift-rest',
  'shift-pages',
  'pages',
  'noise',
  'repeat-pages',
];
/** Those with a small chart of their own; the first ones are drawn large already. */
const TRENDS = [
  'shifts-over-budget',
  'disrupted-hours',
  'off-hours-interruptions',
  'share-of-time-on-call',
  'shift-feeling',
  'noise',
  'repeat-pages',
];

/**
 * On-call health of a team or the organisation over a quarter. Pure; every number is one that its KPI
 * tells under that KPI's own privacy, or is added up from those: nothing here looks at people.
 */
export function buildOnCall(input: OnCallInput): OnCallHealth {
  const { organisation, scope, quarter, whole, week, now, firstDay } = input;
  const { calendar } = organisation;
  const frame = frameOf(calendar, week, now);
  const before = quarterBefore(calendar, quarter);
  const inputs = new Map(input.kpis.map((each) => [each.kpi.id, each]));
  const rows = { calendar, inputs };
  const weighed = new Map(
    input.kpis.map((each): [string, Weighed] => [
      each.kpi.id,
      {
        reviewed: reviewed(each, input, frame),
        now: toldOver(each, whole, each.whole, rows),
        before: toldOver(each, before, rowOf(each.quarters, before.id), rows),
      },
    ]),
  );
  const series = (id: string) => {
    const [own, one] = [inputs.get(id), weighed.get(id)];
    return own === undefined || one === undefined ? null : seriesOf(one.reviewed, own, firstDay, frame);
  };
  const isRunning = quarter.end > now;
  const beforeName = isRunning ? 'last quarter' : `in ${quarterName(before)}`;
  const spread = inputs.get('fairness');
  const fair = weighed.get('fairness');
  const fairness = spread === undefined || fair === undefined ? null : fairnessOf(fair.reviewed, spread, firstDay, frame);
  const team = organisation.teams.find(({ id }) => scope === `team:${id}`);
  const { hours } = organisation;
  const rules = team?.hours ?? hours;
  const verdict = onCallVerdict({ weighed, firstDay: quarter.firstDay, beforeName, frame });
  const mapSpan = spansWords(input.hours.spans, yearOf(week), calendar);

  return {
    organisation: organisation.name,
    scope: { id: scope, label: team?.name ?? 'All teams' },
    teams: [
      { id: 'organisation', label: 'All teams' },
      ...organisation.teams
        .map(({ id, name }) => ({ id, label: name }))
        .sort((one, other) => one.label.localeCompare(other.label, 'en')),
    ],
    period: periodOf(input, isRunning),
    before: quarterName(before),
    people: peopleOf(spread),
    verdict: verdict.text,
    judgement: verdict.judgement,
    rising: input.teams
      .filter(({ kpis }) => kpis.some((each) => isRising(reviewed(each, input, frame), quarter.firstDay)))
      .map(({ id, label }) => ({ id, label }))
      .sort((one, other) => one.label.localeCompare(other.label, 'en')),
    told: toldWords(scope, input, weighed),
    load: series('interruptions-per-12h'),
    pages: series('pages'),
    nights: nights(),
    hours: hourMap(
      input.hours.spans.length === 0 ? null : input.hours.counts,
      mapSpan,
      calendar.weekStart,
      rules.weekend,
      rules.night,
    ),
    alerts: input.alerts === null ? null : loudAlerts(input.alerts, daysTitle(whole.firstDay, whole.endDay), whole.id),
    fairness,
    measures: MEASURES.flatMap((id) => {
      const one = weighed.get(id);
      return one === undefined ? [] : [measureOf(one.reviewed, one.now, one.before, frame)];
    }),
    trends: TRENDS.flatMap((id) => series(id) ?? []),
    hidden: hiddenOf(input, weighed, frame),
    missing: ON_CALL_KPIS.filter((id) => !inputs.has(id)),
    sources: input.sources
      .filter(
        ({ id, freshness }) =>
          freshness !== 'fresh' && freshness !== 'pulling' && input.kpis.some(({ sources }) => sources.includes(id)),
      )
      .map(({ id, name, text }) => ({ id, name, text })),
    watermark: input.watermark,
    measuredAt: input.measuredAt === null ? null : formatInstant(input.measuredAt),
  };

  function nights(): OnCallHealth['nights'] {
    const own = series('broken-nights');
    return own === null ? null : { series: own, lost: lostIn(own, inputs.get('lost-nights'), firstDay, frame) };
  }
}

/** As the weekly review of the last week judges it: one number is not judged in two ways. */
function reviewed(input: KpiInput, { sources }: OnCallInput, frame: Frame): ReviewedKpi {
  return reviewKpi(
    input,
    sources.filter(({ id }) => input.sources.includes(id)),
    NO_TALK,
    frame,
  );
}

const rowOf = (rows: readonly ReviewRow[], period: string): ReviewRow | undefined => rows.find((row) => row.period === period);

function periodOf({ organisation, quarter, whole, now, firstDay }: OnCallInput, isRunning: boolean): OnCallHealth['period'] {
  const { calendar } = organisation;
  const previous = shiftPeriod(calendar, quarter, -1);
  const next = shiftPeriod(calendar, quarter, 1);
  const last = dayTitle(whole.endDay - 1);
  return {
    id: quarter.id,
    label: quarterName(quarter),
    days: daysTitle(whole.firstDay, whole.endDay),
    isRunning,
    state: isRunning ? `quarter to date, up to ${last}` : `over since ${last}`,
    previous: firstDay === null || previous.endDay <= firstDay ? null : previous.id,
    next: next.start > now ? null : next.id,
  };
}

/** How many share the rotation, as the latest quarter of fairness counts them; a small one is said to be small. */
function peopleOf(spread: OnCallKpiInput | undefined): string | null {
  const told = spread?.quarters.filter(({ value }) => value !== null).at(-1);
  const people = told?.also['people'] ?? null;
  return people === null ? null : `${people} people in the rotation`;
}
