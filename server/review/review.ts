import { daysTitle, dayTitle, lastCompleteWeek, shiftPeriod } from '../time/calendar.ts';
import { formatDay } from '../time/day.ts';
import { formatInstant } from '../time/instant.ts';
import { agendaOf, headlineOf, minutesOf } from './agenda.ts';
import { annotationsOfReview } from './annotations.ts';
import type { ReviewedKpi } from './card.ts';
import { reviewKpi } from './card.ts';
import { frameOf } from './frame.ts';
import type { ReviewInput } from './input.ts';
import { isStanding, routineOf } from './routine.ts';
import { actionsOfReview, commentsOn } from './said.ts';
import type { Review } from './schema.ts';
import { shortDate } from './series.ts';

/**
 * The weekly review of one scope: agenda, cards with their verdicts, and what is routine. Pure; the
 * same input gives the same review, so what was published can be shown again.
 */
export function buildReview(input: ReviewInput): Review {
  const { organisation, week, now } = input;
  const { calendar } = organisation;
  const frame = frameOf(calendar, week, now);
  const kpis = input.kpis.map((each) =>
    reviewKpi(
      each,
      input.sources.filter(({ id }) => each.sources.includes(id)),
      input.talk,
      frame,
    ),
  );
  const actions = actionsOfReview(input.talk, frame);
  const agenda = agendaOf(kpis, actions, input.kpis, input.sources, input.broken, week, calendar, now);
  const byId = new Map(kpis.map((reviewed) => [reviewed.card.id, reviewed]));
  // A broken file names its last good version, which is judged like any other: it is folded unless it has a reason of its own.
  const raised = new Set(agenda.flatMap(({ kpi, reason }) => (kpi === null || reason === 'broken definition' ? [] : [kpi])));
  const folded = bySection(kpis.filter(({ card }) => !raised.has(card.id)));
  const standing = folded.filter(isStanding).length;
  const unjudged = folded.filter((reviewed) => reviewed.card.judgement === 'unknown' && !isStanding(reviewed)).length;
  const scope = input.scopes.find(({ id }) => id === input.scope);

  return {
    organisation: organisation.name,
    scope: { id: input.scope, label: scope?.label ?? input.scope },
    scopes: input.scopes.map(({ id, label, group, parent }) => ({ id, label, group, parent })),
    week: weekOf(input, kpis),
    headline: headlineOf(agenda, { standing, routine: folded.length - standing - unjudged, unjudged }),
    minutes: minutesOf(agenda, folded.length),
    agenda,
    comments: commentsOn(input.talk, null, frame),
    actions,
    annotations: annotationsOfReview(input.talk, input.told, frame),
    routine: routineOf(folded),
    cards: [...[...raised].flatMap((id) => byId.get(id) ?? []), ...folded].map(({ card }) => card),
    sources: input.sources.map(({ id, name, freshness, text }) => ({ id, name, state: freshness, text })),
    problems: input.broken.flatMap(({ file, problems }) =>
      problems.map(({ line, column, path, message, fix }) => ({
        file: `${file}:${line}:${column}`,
        message: `${path === '' ? '' : `${path}: `}${message}${fix === null ? '' : `. ${fix}`}`,
      })),
    ),
    watermark: input.watermark,
    measuredAt: input.measuredAt === null ? null : formatInstant(input.measuredAt),
  };
}

/** Sections in the order in which the catalogue first names them, each with its KPIs together. */
function bySection(kpis: readonly ReviewedKpi[]): ReviewedKpi[] {
  const sections = [...new Set(kpis.map(({ card }) => card.section))];
  return sections.flatMap((section) => kpis.filter(({ card }) => card.section === section));
}

function weekOf({ organisation, week, now, firstDay, publishedAt }: ReviewInput, kpis: readonly ReviewedKpi[]): Review['week'] {
  const { calendar } = organisation;
  const previous = shiftPeriod(calendar, week, -1);
  const next = shiftPeriod(calendar, week, 1);
  const isRunning = week.end > now;
  return {
    id: week.id,
    label: `Week ${Number(week.id.slice(6))}`,
    days: daysTitle(week.firstDay, week.endDay),
    isRunning,
    state: stateOf(),
    previous: firstDay === null || previous.endDay <= firstDay ? null : previous.id,
    next: next.start > now ? null : next.id,
    latest: lastCompleteWeek(calendar, now).id,
    lastDay: formatDay(week.endDay - 1),
  };

  function stateOf(): string {
    if (publishedAt !== null) {
      const day = dayTitle(calendar.zone.dayOf(publishedAt));
      return `published ${day.endsWith(week.id.slice(0, 4)) ? day.slice(0, -5) : day}`;
    }
    if (isRunning) return 'running';
    const unsettled = kpis.filter(({ findings }) => findings.current.row.flags.includes('unsettled'));
    if (unsettled.length === 0) return 'settled';
    // The slowest says when nothing of the week moves any more.
    const last = Math.max(...unsettled.map(({ findings }) => week.end + findings.kpi.settlesAfterMs));
    return last > now ? `closed, settles ${shortDate(calendar.zone.dayOf(last))}` : 'closed, waits for its sources';
  }
}
