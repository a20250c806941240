import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { buildServer } from '../../server/api/server.ts';
import type { Event } from '../../server/event/event.ts';
import { DEFAULT_HOURS, hourClassOf, matchesDuring, type During } from '../../server/event/hours.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { periodOf, periodsBetween, toDate } from '../../server/time/calendar.ts';
import { parseDay } from '../../server/time/day.ts';
import type { Calendar, Day, Period } from '../../server/time/period.ts';
import { event, GivenSource, smallHouse } from '../jobs/small-house.ts';
import { PLACE } from './databases.ts';

/** An organisation with small teams, and everything that can be asked about it over HTTP. */

export const TEAMS = ['a', 'b', 'c'];
export const SERVICES = ['s', 't', 'u'];
const OWNED: readonly (readonly [team: string, service: string | undefined])[] = [
  ['a', undefined],
  ['a', 's'],
  ['a', 'u'],
  ['b', undefined],
  ['b', 't'],
  ['b', 'u'],
  ['c', undefined],
];
const ORGANISATION = `version: organisation/v1
name: Attacked
zone: Europe/Berlin
teams:
  a: { name: A }
  b: { name: B }
  c: { name: C }
services:
  s: { name: S, owner: a }
  t: { name: T, owner: b }
  u: { name: U, owner: b }
`;
const { organisation } = parseOrganisation(ORGANISATION, 'organisation.yaml');
if (organisation === null) throw new Error('the attacked organisation cannot be read');
export const CALENDAR: Calendar = organisation.calendar;

const dayNamed = (text: string): Day => {
  const day = parseDay(text);
  if (day === null) throw new Error(`no day: ${text}`);
  return day;
};
const FIRST = dayNamed('2026-06-29');
const END = dayNamed('2026-10-05');
const HOUR = 3_600_000;
/** When the first and the second half of what is known was recorded. */
const EARLY = '2026-11-02T06:00:00Z';
const LATE = '2026-11-20T06:00:00Z';
export const KNOWN_THEN = '2026-11-10T06:00:00Z';

/** The first hour of the night, of the very evening; whoever is on call by day has handed over before it. */
const NIGHT = 22;
const LAST_OF_DAY = 20;

/** A day of some people of one team: all were on call and asked how it felt, the first so many were paged. */
export interface Crowd {
  readonly day: Day;
  readonly owned: readonly [team: string, service: string | undefined];
  readonly from: number;
  readonly count: number;
  readonly paged: number;
  readonly hour: number;
  /** Became known when its months had long been told. */
  readonly isLate: boolean;
}

const crowd: fc.Arbitrary<Crowd> = fc.record({
  // Often near the bounds of months and quarters, where spans can be taken from one another.
  day: fc.oneof(
    fc.integer({ min: FIRST, max: END - 1 }),
    fc.constantFrom(
      ...['2026-07-15', '2026-07-31', '2026-08-01', '2026-08-12', '2026-09-15', '2026-09-30', '2026-10-01'].map(dayNamed),
    ),
  ),
  owned: fc.constantFrom(...OWNED),
  from: fc.integer({ min: 0, max: 9 }),
  count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 })),
  paged: fc.integer({ min: 1, max: 9 }),
  hour: fc.oneof(fc.integer({ min: 8, max: LAST_OF_DAY }), fc.constant(NIGHT)),
  isLate: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
});

/** Weeks in which a team large enough is on call, by day or by night, so that there is something to take small ones from. */
const routine = (team: string, service: string | undefined): fc.Arbitrary<Crowd[]> =>
  fc
    .record({
      count: fc.integer({ min: 5, max: 8 }),
      skip: fc.integer({ min: 0, max: 20 }),
      hour: fc.constantFrom(10, NIGHT),
    })
    .map(({ count, skip, hour }) =>
      Array.from({ length: Math.floor((END - FIRST) / 7) }, (_, week) => week)
        .filter((week) => week !== skip)
        .map((week) => ({
          day: FIRST + week * 7 + 2,
          owned: [team, service],
          from: week,
          count,
          paged: 3,
          hour,
          isLate: false,
        })),
    );

/** What happened in so many organisations; the same ones in every run. */
export const drawnCrowds = (count: number): Crowd[][] =>
  fc.sample(
    fc
      .tuple(
        fc.array(crowd, { minLength: 1, maxLength: 12 }),
        fc.oneof(routine('a', 's'), routine('a', undefined), fc.constant([])),
        fc.oneof(routine('b', 'u'), routine('b', 't'), fc.constant([])),
      )
      .map((parts) => parts.flat()),
    { numRuns: count, seed: 20_261_122 },
  );

const peopleOf = ({ owned: [team], from, count }: Crowd): string[] =>
  Array.from({ length: count }, (_, index) => `person-${team}${(from + index) % 12}`);

/** When one of a crowd was on call: until the last second. */
function shiftOf({ day, hour }: Crowd, index: number): { readonly at: number; readonly from: number; readonly to: number } {
  const start = CALENDAR.zone.startOfDay(day);
  const at = start + hour * HOUR + index * 120_000;
  const from = Math.min(at, start + NIGHT * HOUR) - 10_000;
  return { at, from, to: from + HOUR };
}

const instant = (at: number): string => new Date(at).toISOString();

function factsOf(each: Crowd, number: number): Event[] {
  const [team, service] = each.owned;
  const place = { team, ...(service === undefined ? {} : { service }) };
  return peopleOf(each).flatMap((responder, index) => {
    const { at, from, to } = shiftOf(each, index);
    // In the order of crowds, late ones last: of shifts that begin together the first by name has the night.
    const id = `${each.isLate ? 'late' : 'early'}-${String(number).padStart(3, '0')}-${index}`;
    return [
      event('shift', `S${id}`, instant(from), { fields: { ...place, rotation: team, responder, from, to } }),
      event('feedback', `F${id}`, instant(at), {
        fields: { ...place, instrument: 'shift', subject: team, responder, invited: 1, answered: at, score: 1 + (index % 5) },
      }),
      ...(index < each.paged
        ? [
            event('page', `P${id}`, instant(at), {
              fields: {
                ...place,
                key: `disk-${team}`,
                responder,
                sent: at,
                answered: at + 60_000,
                needed_action: index % 2 === 0,
              },
            }),
          ]
        : []),
    ];
  });
}

const PACK = fileURLToPath(new URL('../../kpis/on-call/', import.meta.url));
/** The on-call KPIs as they are shipped. */
const FILES = Object.fromEntries(
  readdirSync(PACK)
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
    .map((file) => [`on-call/${file}`, readFileSync(`${PACK}${file}`, 'utf8')]),
);
export const KPIS = Object.keys(FILES).map((file) => file.slice('on-call/'.length, -'.yaml'.length));

/** A part of days that no period cuts, of a team's or no service's people, known early or late. */
export interface Place {
  readonly day: Day;
  readonly team: string;
  readonly service: string | undefined;
  readonly isLate: boolean;
}

const span = (grain: 'week' | 'month' | 'quarter'): Period[] =>
  periodsBetween(CALENDAR, grain, periodOf(CALENDAR, grain, FIRST).firstDay, END);
export const WEEKS = span('week');
export const MONTHS = span('month');
const RANGES = WEEKS.flatMap((week) => {
  const { month, quarter, year } = toDate(CALENDAR, week);
  return [month, quarter, year].map(({ current }) => current);
});
const CUTS = [
  ...new Set([...WEEKS, ...MONTHS, ...span('quarter'), ...RANGES].flatMap(({ firstDay, endDay }) => [firstDay, endDay])),
].sort((one, other) => one - other);
const cutBefore = (day: Day): Day => CUTS.findLast((cut) => cut <= day) ?? day;
export const PLACES: readonly Place[] = CUTS.flatMap((day) =>
  OWNED.flatMap(([team, service]) => [false, true].map((isLate) => ({ day, team, service, isLate }))),
);

/** Numbers that may be taken from one another: of what people bore (at any hour, or at some), of their nights, of their answers. */
export const FAMILIES = ['borne', 'borne nights', 'borne days_off', 'borne off_hours', 'nights', 'answers'] as const;
export type Family = (typeof FAMILIES)[number];

/** Of each place, everyone who was on call there, at those hours that are told of; for what is told of nights, whoever has one there. */
export const peopleIn = (crowds: readonly Crowd[], family: Family): { people: Set<string> }[] => {
  const peopleHere = peopleFor(crowds, family);
  return PLACES.map((place) => ({
    people: new Set(
      crowds
        .filter(
          ({ day, owned, isLate }) =>
            cutBefore(day) === place.day && owned[0] === place.team && owned[1] === place.service && isLate === place.isLate,
        )
        .flatMap(peopleHere),
    ),
  }));
};

function peopleFor(crowds: readonly Crowd[], family: Family): (crowd: Crowd) => string[] {
  switch (family) {
    case 'borne nights':
      return onCallDuring('nights');
    case 'borne days_off':
      return onCallDuring('days_off');
    case 'borne off_hours':
      return onCallDuring('off_hours');
    case 'nights':
      return withANight(crowds);
    default:
      return peopleOf;
  }
}

/** An hour on call is of one class of hours, or of two. */
const onCallDuring =
  (during: During) =>
  (crowd: Crowd): string[] =>
    peopleOf(crowd).filter((_, index) => {
      const { from, to } = shiftOf(crowd, index);
      return [from, to - 1000].some((at) =>
        matchesDuring(
          hourClassOf(at, CALENDAR.zone, DEFAULT_HOURS, () => false),
          during,
        ),
      );
    });

/**
 * A person has one night an evening, however many shifts they are on in it, and it is where the first of these is:
 * shifts at night begin at the same moment here, so what is known early comes first, then the order of crowds.
 */
function withANight(crowds: readonly Crowd[]): (crowd: Crowd) => string[] {
  const placed = new Set<string>();
  const found = new Map<Crowd, string[]>();
  for (const isLate of [false, true])
    for (const each of crowds) {
      if (each.hour !== NIGHT || each.isLate !== isLate) continue;
      const own = peopleOf(each).filter((person) => !placed.has(`${each.day} ${person}`));
      for (const person of own) placed.add(`${each.day} ${person}`);
      found.set(each, own);
    }
  return (crowd) => found.get(crowd) ?? [];
}

export interface AttackedHouse {
  ask(path: string, body?: string): Promise<{ readonly status: number; readonly text: string; readonly isJson: boolean }>;
  close(): Promise<void>;
}

/** The product over HTTP, with all that the crowds did, told in two halves. */
export async function attackedHouse(crowds: readonly Crowd[]): Promise<AttackedHouse> {
  const desk = new GivenSource('desk', ['page', 'shift', 'feedback']);
  const folder = mkdtempSync(join(PLACE, 'quarterdeck-attacked-'));
  const files = { ...FILES, 'organisation.yaml': ORGANISATION };
  const house = await smallHouse([desk], files, EARLY, { engine: 'sqlite', folder });
  const viewer = { who: 'test', roles: [], teams: [] };
  const half = (isLate: boolean): Event[] =>
    crowds.flatMap((each, number) => (each.isLate === isLate ? factsOf(each, number) : []));
  desk.next = [{ events: half(false) }];
  await house.engine.pull(viewer, 'desk');
  house.now = Date.parse(LATE);
  desk.next = [{ events: half(true) }];
  await house.engine.pull(viewer, 'desk');
  const app = await buildServer({ engine: house.engine, webFolder: null, logLevel: 'silent', version: '0.0.0' });
  await app.ready();
  return {
    async ask(path, body) {
      const answer = await app.inject({
        method: body === undefined ? 'GET' : 'POST',
        url: `/api/v1${path}`,
        headers: { host: '127.0.0.1:4680', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { payload: body }),
      });
      const isJson = String(answer.headers['content-type'] ?? '').includes('application/json');
      return { status: answer.statusCode, text: answer.body, isJson };
    },
    async close() {
      await app.close();
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
