import { dayTitle, periodOf } from '../time/calendar.ts';
import { formatDay, parseDay } from '../time/day.ts';
import type { Day } from '../time/period.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { listed, plural } from './format.ts';
import type { Frame } from './frame.ts';
import type { Told } from './input.ts';
import { dayAndMonth, yearOf } from './series.ts';
import type { Annotation, AnnotationBody, Talk, Written } from './talk.ts';

/** On the time axis of one KPI: what was written about it, and where its limits begin anew. */
export function annotationsOn(talk: Talk, kpi: Kpi, frame: Frame): Annotation[] {
  const dividers = kpi.dividers.map(({ on, because }) => toldOn(on, 'divider', because, frame));
  return [...writtenOn(talk, kpi.id, frame), ...dividers.map((one) => ({ ...one, kpi: kpi.id }))].toSorted(byDay);
}

/**
 * On the time axis of every KPI: what was written about all of them, and what data and calendar tell of the six weeks.
 * By the week, because an axis with each deployment on it says nothing.
 */
export function annotationsOfReview(talk: Talk, told: Told, frame: Frame): Annotation[] {
  const { series } = frame;
  const counted = (type: 'incident' | 'deployment', days: readonly Day[], one: string, many: string): Annotation[] =>
    series.weeks.flatMap((week) => {
      const within = days.filter((day) => day >= week.firstDay && day < week.endDay);
      const first = within[0];
      return first === undefined ? [] : [toldOn(first, type, plural(within.length, one, many), frame)];
    });
  const holidays = new Map<Day, string[]>();
  const [from = 0, until = 0] = [series.weeks[0]?.firstDay, series.weeks.at(-1)?.endDay];
  for (const { day, where } of told.holidays)
    if (day >= from && day < until) holidays.set(day, [...(holidays.get(day) ?? []), where]);
  return [
    ...writtenOn(talk, null, frame),
    ...counted('incident', told.incidents, 'incident of severity 1', 'incidents of severity 1'),
    ...counted('deployment', told.deployments, 'deployment to production', 'deployments to production'),
    ...[...holidays].map(([day, where]) =>
      toldOn(day, 'holiday', where.includes('all') ? 'Holiday everywhere' : `Holiday in ${listed(where)}`, frame),
    ),
  ].toSorted(byDay);
}

/** On the time axis of every KPI: what people wrote about all of them, of any day. */
export const annotationsOnAll = (talk: Talk, frame: Frame): Annotation[] => writtenOn(talk, null, frame).toSorted(byDay);

function writtenOn(talk: Talk, kpi: string | null, frame: Frame): Annotation[] {
  return talk.annotations.flatMap((one: Written<AnnotationBody>): Annotation[] => {
    const day = one.kpi === kpi ? parseDay(one.body.day) : null;
    // What lies ahead of the reviewed week is no part of it.
    if (day === null || day >= frame.week.endDay + 7) return [];
    const { type, text } = one.body;
    return [{ ...toldOn(day, type, text, frame), id: one.id, revision: one.revision, kpi, author: one.author }];
  });
}

function toldOn(day: Day, type: Annotation['type'], text: string, { calendar, week }: Frame): Annotation {
  return {
    id: null,
    revision: 1,
    kpi: null,
    day: formatDay(day),
    dayText: formatDay(day).startsWith(String(yearOf(week))) ? dayAndMonth(day) : dayTitle(day),
    periods: (['week', 'month', 'quarter'] as const).map((grain) => periodOf(calendar, grain, day).id),
    type,
    text,
    author: null,
  };
}

const byDay = (first: Annotation, second: Annotation): number =>
  first.day < second.day ? -1 : first.day > second.day ? 1 : (first.id ?? 0) - (second.id ?? 0);
