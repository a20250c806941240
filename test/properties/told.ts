import { parsePeriod } from '../../server/time/calendar.ts';
import { CALENDAR, MONTHS, PLACES, type Family } from './attacked-house.ts';
import type { Question } from './questions.ts';

/** What an answer told of people: a number over a scope and some days, as known now or then. */
export interface Told {
  readonly family: Family;
  /** For each place, whether the number is over it. */
  readonly sum: readonly boolean[];
  /** Of a number as known then: under which name the present tells it, what it said, and what it is over if it still stands. */
  readonly then: { readonly id: string; readonly value: unknown; readonly sum: readonly boolean[] } | null;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  'interruptions-per-12h': 'borne',
  'off-hours-interruptions': 'borne off_hours',
  'day-off-interruptions': 'borne days_off',
  'disrupted-hours': 'borne',
  'shifts-over-budget': 'borne',
  'time-on-call': 'borne',
  fairness: 'borne',
  hours: 'borne off_hours',
  'broken-nights': 'nights',
  'lost-nights': 'nights',
  'shift-feeling': 'answers',
  'draft-0': 'borne nights',
  'draft-1': 'borne days_off',
  'draft-2': 'borne',
  'draft-3': 'borne',
  'draft-4': 'nights',
  'draft-5': 'borne',
  'draft-6': 'answers',
  'draft-7': 'answers',
};

interface Days {
  readonly firstDay: number;
  readonly endDay: number;
}

/** All that an answer tells of people. Throws where it tells what no answer may: an item, or the hour of a page. */
export function toldBy(question: Question, text: string, isJson: boolean): Told[] {
  const isPast = question.path.includes('known_at');
  const told: Told[] = [];
  const add: Add = (kpi, scope, days, then = null) => {
    const family = FAMILIES[kpi];
    if (family === undefined || days.length === 0) return;
    const isIn = (place: (typeof PLACES)[number]): boolean =>
      days.some(({ firstDay, endDay }) => firstDay <= place.day && place.day < endDay) &&
      (scope === 'organisation' || scope === `team:${place.team}` || scope === `service:${place.service ?? ''}`);
    const sum = PLACES.map(isIn);
    if (then === null) told.push({ family, sum, then });
    else
      told.push({ family, sum: sum.map((isOver, index) => isOver && PLACES[index]?.isLate === false), then: { ...then, sum } });
  };
  const addPeriod: AddPeriod = (kpi, scope, id, value, isThen = isPast) => {
    const period = parsePeriod(CALENDAR, id);
    if (period !== null) add(kpi, scope, [period], isThen ? { id: `${kpi}~${scope}~${id}`, value } : null);
  };
  if (!isJson) {
    for (const cells of rowsOf(text)) readRow(cells, question, add, addPeriod);
    return told;
  }
  const body: unknown = JSON.parse(text);
  const path = question.path.replace(/\?.*/, '');
  if (path.endsWith('/snapshots')) for (const row of listOf(body)) readSnapshot(row, addPeriod);
  else if (path.endsWith('/revisions'))
    listOf(body).forEach((row, index, all) => {
      readRevision(row, index < all.length - 1, addPeriod);
    });
  else if (path.endsWith('/evidence')) readEvidence(body, addPeriod);
  else if (path.startsWith('/reviews/')) readReview(body, path, addPeriod);
  else if (path.endsWith('/hand-over')) readHandOver(body);
  else if (path.startsWith('/on-call/')) readOnCall(body, add, addPeriod);
  else if (path.endsWith('/preview')) readDraft(body, addPeriod);
  return told;
}

type Add = (
  kpi: string,
  scope: string,
  days: readonly Days[],
  then?: { readonly id: string; readonly value: unknown } | null,
) => void;
type AddPeriod = (kpi: string, scope: string, id: string, value?: unknown, isThen?: boolean) => void;

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(recordOf) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function readSnapshot(row: Record<string, unknown>, addPeriod: AddPeriod): void {
  if (row['value'] !== null) addPeriod(textOf(row['kpi']), textOf(row['scope']), textOf(row['period']), row['value']);
}

/** An earlier revision knew the early half. */
function readRevision(row: Record<string, unknown>, isEarlier: boolean, addPeriod: AddPeriod): void {
  if (row['value'] !== null) addPeriod(textOf(row['kpi']), textOf(row['scope']), textOf(row['period']), row['value'], isEarlier);
}

function readEvidence(body: unknown, addPeriod: AddPeriod): void {
  const { kpi, scope, period, value, items } = recordOf(body);
  if (FAMILIES[textOf(kpi)] !== undefined && listOf(items).length > 0) throw new Error(`${textOf(kpi)} lists items`);
  for (const { at } of listOf(items)) {
    const day = typeof at === 'number' ? CALENDAR.zone.dayOf(at) : null;
    if (day !== null && CALENDAR.zone.startOfDay(day) !== at) throw new Error('a page is listed with its hour');
  }
  if (value !== null) addPeriod(textOf(kpi), textOf(scope), textOf(period), value);
}

function readReview(body: unknown, path: string, addPeriod: AddPeriod): void {
  const { cards, scope } = recordOf(body);
  const week = path.split('/').at(-1) ?? '';
  const name = textOf(recordOf(scope)['id']);
  for (const card of listOf(cards)) {
    const kpi = textOf(card['id']);
    for (const point of [
      card['current'],
      card['weeks'],
      card['months'],
      card['priorWeeks'],
      card['priorMonths'],
      card['history'],
    ].flat()) {
      const { period, value } = recordOf(point);
      if (value !== null && value !== undefined) addPeriod(kpi, name, textOf(period));
    }
    for (const box of listOf(card['boxes']))
      if (['MTD', 'QTD', 'YTD'].includes(textOf(box['label'])) && box['value'] !== null)
        addPeriod(kpi, name, `${week}-${textOf(box['label'])}`);
    // Old values of what was restated.
    for (const { period, before } of listOf(card['revisions']))
      if (!['hidden', 'no data', 'none to measure', 'no denominator', 'before history'].includes(textOf(before)))
        addPeriod(kpi, name, textOf(period), textOf(before), true);
  }
}

function readOnCall(body: unknown, add: Add, addPeriod: AddPeriod): void {
  const health = recordOf(body);
  const scope = textOf(recordOf(health['scope'])['id']);
  const { id, days, isRunning } = recordOf(health['period']);
  const spanOf = (span: unknown): readonly Days[] => spanDays(textOf(span), textOf(days), isRunning === true ? null : textOf(id));
  for (const measure of listOf(health['measures']))
    for (const figure of [recordOf(measure['now']), recordOf(measure['before'])])
      if (figure['value'] !== null) add(textOf(measure['kpi']), scope, spanOf(figure['span']));
  if (toldHours(body)) add('hours', scope, spanOf(recordOf(health['hours'])['span']));
  const series = [health['load'], recordOf(health['nights'])['series'], ...listOf(health['trends'])].map(recordOf);
  for (const { kpi, points } of series)
    for (const { period, value } of listOf(points)) if (value !== null) addPeriod(textOf(kpi), scope, textOf(period));
  for (const { period, value } of listOf(recordOf(health['fairness'])['quarters']))
    if (value !== null) addPeriod('fairness', scope, textOf(period));
}

/** A hand-over tells of alerts, incidents and days: no number of people, and no hour. */
function readHandOver(body: unknown): void {
  const { alerts, shifts, risks } = recordOf(body);
  if (/\d:\d\d/.test(JSON.stringify([alerts, shifts]))) throw new Error('a hand-over tells an hour');
  for (const { text } of listOf(risks))
    if (/\d/.test(textOf(text).replaceAll(/week \d+|Q\d|\d{4}/g, '')))
      throw new Error(`a hand-over tells a figure: ${textOf(text)}`);
}

function readDraft(body: unknown, addPeriod: AddPeriod): void {
  const kpi = textOf(recordOf(recordOf(body)['diff'])['kpi']);
  for (const { scope, period, value } of drafted(body)) if (value !== null) addPeriod(kpi, scope, period);
}

/** Whether an on-call page tells the hours of the week. */
export const toldHours = (health: unknown): boolean => recordOf(recordOf(health)['hours'])['hidden'] === null;

/** What a draft gives, over each scope and period. */
export const drafted = (body: unknown): { readonly scope: string; readonly period: string; readonly value: unknown }[] =>
  listOf(recordOf(recordOf(body)['diff'])['scopes']).flatMap(({ scope, periods }) =>
    listOf(periods).map(({ period, after }) => ({
      scope: textOf(scope),
      period: textOf(period),
      value: recordOf(after)['value'],
    })),
  );

/** A line of a file: of a series, or of an on-call page. */
function readRow(cells: readonly string[], { path }: Question, add: Add, addPeriod: AddPeriod): void {
  if (!path.startsWith('/on-call/')) {
    const [kpi = '', scope = '', period = '', , value = ''] = cells;
    if (value !== '') addPeriod(kpi, scope, period, Number(value));
    return;
  }
  const [part = '', id = '', , period = '', , , value = ''] = cells;
  const team = path.replace(/^\/on-call\/|\?.*$/g, '');
  const scope = team === 'organisation' ? team : `team:${team}`;
  if (value === '') return;
  if (part === 'series') addPeriod(id, scope, period);
  else if (part === 'hour of week') add('hours', scope, spanDays(period, '', null));
  else if (part.startsWith('figure')) add(id, scope, spanDays(period, '', null));
}

const rowsOf = (text: string): string[][] =>
  text
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','));

/** `Q3 2026`, `July`, `July to September`, `July and September`, or days. */
function spanDays(span: string, days: string, quarter: string | null): readonly Days[] {
  const named = /^(Q\d) (\d{4})$/.exec(span);
  const whole = named === null ? null : parsePeriod(CALENDAR, `${named[2] ?? ''}-${named[1] ?? ''}`);
  if (whole !== null) return [whole];
  if (quarter !== null && span === days) return [parsePeriod(CALENDAR, quarter)].filter((period) => period !== null);
  const names = ['July', 'August', 'September', 'October'];
  const months = MONTHS.slice(-names.length);
  const found = names.flatMap((name, index) => (span.includes(name) ? [index] : []));
  const [first] = found;
  const last = found.at(-1);
  if (first !== undefined && last !== undefined)
    return span.includes(' to ') ? months.slice(first, last + 1) : found.flatMap((index) => months[index] ?? []);
  // The running quarter up to the last week: no day of it holds anything but its first days.
  return [{ firstDay: MONTHS.at(-1)?.firstDay ?? 0, endDay: Infinity }];
}
