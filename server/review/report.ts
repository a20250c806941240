import { daysTitle, dayTitle, periodOf, quarterName, shiftPeriod } from '../time/calendar.ts';
import { formatInstant } from '../time/instant.ts';
import { reviewKpi } from './card.ts';
import { plural } from './format.ts';
import { figureOf } from './report-figure.ts';
import { reportFrameOf, type ReportFrame } from './report-frame.ts';
import type { ReportInput } from './report-input.ts';
import { notesOf } from './report-notes.ts';
import { asksOf, movedPart, narrativesOf, partOf, risksOf, talkWithin } from './report-parts.ts';
import type { Figure, Report } from './report-schema.ts';
import { countedIn, headlineOf, leadOf, methodOf } from './report-words.ts';
import { actionsOfReview } from './said.ts';

/** Goals that fit the first page. */
const GOALS = 24;
/** Goals that may be met or missed, beside the risks. */
const UNCERTAIN = 9;

/** The quarterly health report of one scope. Pure; the same input gives the same report. */
export function buildReport(input: ReportInput): Report {
  const { organisation, quarter, week, now } = input;
  const { calendar } = organisation;
  const frame = reportFrameOf(calendar, quarter, week, now);
  const talk = talkWithin(input.talk, frame);
  const reviewed = new Map(
    input.kpis.map((each) => [
      each.kpi.id,
      reviewKpi(
        each,
        input.sources.filter(({ id }) => each.sources.includes(id)),
        talk,
        frame.week,
      ),
    ]),
  );
  const notes = notesOf(input, frame);
  const figures = bySection(
    input.kpis.flatMap((each): Figure[] => {
      const own = reviewed.get(each.kpi.id);
      if (own === undefined) return [];
      const numbers = notes.flatMap(({ kpi, number }) => (kpi === each.kpi.id ? [number] : []));
      return [{ ...figureOf(each, own, frame), notes: numbers }];
    }),
  );
  const counted = countedIn(figures);
  const { shown, risks, rest } = risksOf(figures, reviewed);
  const moved = movedPart(figures, reviewed, input, frame);
  const ofNothing = actionsOfReview(talk, frame.week);
  const told = new Set(moved.moved.map(({ kpi }) => kpi));
  const personal = new Set(input.kpis.flatMap(({ kpi }) => (kpi.isPersonal ? [kpi.id] : [])));
  const scope = input.scopes.find(({ id }) => id === input.scope);
  const label = quarterName(quarter);
  return {
    organisation: organisation.name,
    scope: { id: input.scope, label: scope?.label ?? input.scope },
    scopes: input.scopes.map(({ id, label: name, group, parent }) => ({ id, label: name, group, parent })),
    quarter: quarterOf(input, frame, figures),
    headline: headlineOf(counted, frame.isRunning),
    lead: leadOf(counted, figures, label, frame.isRunning),
    narratives: narrativesOf(input, figures),
    figures,
    scorecard: scorecardOf(counted.goals, figures),
    ...moved,
    actions: [...[...reviewed.values()].flatMap(({ card }) => (told.has(card.id) ? [] : card.actions)), ...ofNothing],
    customers: partOf(figures, ({ section }) => /customer/i.test(section)),
    people: partOf(figures, ({ kpi, section }) => personal.has(kpi) || /on-?call|people/i.test(section)),
    privacy:
      'What people bore or answered is told of five or more together, over the whole quarter, and never item by item. Nobody is named or ranked.',
    risks,
    risksRest: rest,
    uncertain: counted.goals
      .filter((figure) => figure.forecast?.is === 'may' && !shown.includes(figure))
      .slice(0, UNCERTAIN)
      .map(({ kpi }) => kpi),
    asks: asksOf(shown, reviewed, ofNothing),
    notes,
    method: methodOf({
      zone: calendar.zone.name,
      label,
      days: daysTitle(quarter.firstDay, quarter.endDay),
      kpis: figures.length,
      watermark: input.watermark,
      until: `the end of ${quarterName(frame.ahead)}`,
    }),
    watermark: input.watermark,
    measuredAt: input.measuredAt === null ? null : formatInstant(input.measuredAt),
  };
}

/** Sections in the order in which the catalogue first names them. */
function bySection(figures: readonly Figure[]): Figure[] {
  const sections = [...new Set(figures.map(({ section }) => section))];
  return sections.flatMap((section) => figures.filter((figure) => figure.section === section));
}

/** Outcomes with a target; where they are too many, those that are missed or moved come first. */
function scorecardOf(goals: readonly Figure[], figures: readonly Figure[]): Report['scorecard'] {
  const pressing = ({ target, move, forecast }: Figure): number =>
    target?.isMet === false ? 0 : move.judgement === 'against' || forecast?.is === 'will not' ? 1 : 2;
  const kept = new Set(goals.toSorted((one, other) => pressing(one) - pressing(other)).slice(0, GOALS));
  const shown = goals.filter((figure) => kept.has(figure));
  const sections = [...new Set(shown.map(({ section }) => section))];
  const inputs = figures.filter(({ role, target }) => role === 'input' && target !== null);
  const met = inputs.filter(({ target }) => target?.isMet === true).length;
  const left = goals.length - shown.length;
  const parts = [
    ...(left === 0 ? [] : [`${plural(left, 'more goal')} that ${left === 1 ? 'is' : 'are'} met`]),
    ...(inputs.length === 0 ? [] : [`${plural(inputs.length, 'target')} on what we control (${met} met)`]),
  ];
  return {
    rows: sections.map((section) => ({
      section,
      kpis: shown.filter((figure) => figure.section === section).map(({ kpi }) => kpi),
    })),
    rest: parts.length === 0 ? '' : `In the appendix: ${parts.join(' and ')}.`,
  };
}

function quarterOf(
  { firstDay, now, organisation }: ReportInput,
  { quarter, isRunning }: ReportFrame,
  figures: readonly Figure[],
): Report['quarter'] {
  const { calendar } = organisation;
  const previous = shiftPeriod(calendar, quarter, -1);
  const next = shiftPeriod(calendar, quarter, 1);
  const open = figures.filter(({ now: { flags } }) => flags.includes('unsettled')).length;
  return {
    id: quarter.id,
    label: quarterName(quarter),
    days: daysTitle(quarter.firstDay, quarter.endDay),
    isRunning,
    state: isRunning
      ? `runs until ${dayTitle(quarter.endDay - 1)}; figures so far`
      : open === 0
        ? 'settled'
        : `${plural(open, 'figure')} not settled yet`,
    previous: firstDay === null || previous.endDay <= firstDay ? null : previous.id,
    next: next.start > now ? null : next.id,
    latest: shiftPeriod(calendar, periodOf(calendar, 'quarter', calendar.zone.dayOf(now)), -1).id,
  };
}
