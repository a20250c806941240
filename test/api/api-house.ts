import { expect } from 'vitest';
import type { FastifyInstance } from 'fastify';
import type { Event } from '../../server/event/event.ts';
import { buildServer } from '../../server/api/server.ts';
import { event, GivenSource, ORGANISATION, smallHouse, TIME_TO_RESTORE, type SmallHouse } from '../jobs/small-house.ts';

const INTERRUPTIONS = `version: kpi/v1
id: interruptions
name: Interruptions
question: How often was somebody called?
section: On-call
role: outcome
owner: Head of Operations
better: lower
measure:
  count: { of: interruptions }
  counted_in: started
when_empty: zero
settles_after: 1 day
`;

const PAGES = INTERRUPTIONS.replace('id: interruptions', 'id: pages')
  .replace('name: Interruptions', 'name: Pages')
  .replace('of: interruptions', 'of: pages')
  .replace('counted_in: started', 'counted_in: sent');

const LATENCY = `version: kpi/v1
id: latency
name: Latency
question: How long do customers wait?
section: Customers
role: outcome
owner: Head of Product
better: lower
measure:
  level: { series: latency, statistic: p95 }
unit: { type: number, label: ms }
settles_after: 1 day
`;

/** Ten people; names as they stand in the log, which no answer may hold. */
const PEOPLE = ['ada', 'bea', 'cyd', 'dov', 'eli', 'fay', 'gus', 'hal', 'ida', 'jon'].map((name) => `person-${name}`);
/** Six people of payments bear the first six pages, two of search the next two. */
export const personOf = (index: number): string => PEOPLE[index] ?? 'person-nobody';

const incident = (id: string, opened: string, restored: string | null, fields: Event['fields'] = {}): Event[] => [
  event('incident', id, opened, {
    state: 'opened',
    fields: { team: 'payments', service: 'checkout', severity: 1, ...fields },
  }),
  ...(restored === null ? [] : [event('incident', id, restored, { state: 'restored' })]),
];

const page = (index: number, team: string, at: string): Event =>
  event('page', `P${index}`, at, {
    fields: { team, key: 'disk full', responder: personOf(index), sent: Date.parse(at), needed_action: true },
  });

/** Weeks 41 to 45 of 2026: incidents of the service checkout, pages of two teams, one metric. */
export const FACTS: readonly Event[] = [
  ...incident('A', '2026-10-06T10:00:00Z', '2026-10-06T12:00:00Z'),
  ...incident('B', '2026-10-14T10:00:00Z', '2026-10-14T16:00:00Z'),
  ...incident('C', '2026-10-28T10:00:00Z', '2026-10-28T11:00:00Z', { service: '=cmd|"/c calc"!A0' }),
  ...incident('D', '2026-11-03T10:00:00Z', '2026-11-03T13:00:00Z'),
  ...incident('E', '2026-11-04T10:00:00Z', '2026-11-04T15:00:00Z'),
  ...incident('F', '2026-11-05T10:00:00Z', null),
  ...[0, 1, 2, 3, 4, 5].map((index) => page(index, 'payments', `2026-11-0${index + 2}T09:00:00Z`)),
  ...[6, 7].map((index) => page(index, 'search', `2026-11-0${index - 3}T09:00:00Z`)),
];

const SAMPLES = Array.from({ length: 28 }, (_, day) => ({
  source: 'desk',
  series: 'latency',
  dimensions: '',
  statistic: 'p95',
  at: Date.UTC(2026, 9, 12 + day, 12),
  value: 100 + day,
}));

export interface ApiHouse extends SmallHouse {
  readonly app: FastifyInstance;
  readonly desk: GivenSource;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, headers?: Record<string, string>, payload?: string): Promise<Answer>;
  send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  readonly body: unknown;
}

export const HOST = '127.0.0.1:4680';
/** The instant at which the house stands: Thursday of week 46; week 45 has settled. */
export const NOW = '2026-11-12T06:00:00Z';

/** The product's HTTP side over a real engine on a real SQLite file, with settled and live values. */
interface Wanted {
  readonly webFolder?: string | null;
  /** Lines at the end of its organisation.yaml. */
  readonly organisation?: string;
}

export async function apiHouse({ webFolder = null, organisation = '' }: Wanted = {}): Promise<ApiHouse> {
  const desk = new GivenSource('desk', ['incident', 'page']);
  desk.series = ['latency'];
  const house = await smallHouse(
    [desk],
    {
      'organisation.yaml': `${ORGANISATION}${organisation}`,
      'incidents/time-to-restore.yaml': TIME_TO_RESTORE,
      'on-call/interruptions.yaml': INTERRUPTIONS,
      'on-call/pages.yaml': PAGES,
      'customers/latency.yaml': LATENCY,
      'broken.yaml': 'version: kpi/v1\nid: broken\nnome: Broken\n',
    },
    '2026-11-09T06:00:00Z',
  );
  const viewer = { who: 'test', roles: [], teams: [] };
  desk.next = [{ events: [...FACTS], samples: SAMPLES }];
  await house.engine.pull(viewer, 'desk');
  house.now = Date.parse(NOW);
  await house.engine.pull(viewer, 'desk');
  const app = await buildServer({ engine: house.engine, webFolder, logLevel: 'silent', version: '0.0.0' });
  await app.ready();
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Answer> => {
    const answer = await app.inject({
      method,
      url: path,
      headers: { host: HOST, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = String(answer.headers['content-type'] ?? '').includes('application/json');
    const body: unknown = isJson && answer.body !== '' ? answer.json() : undefined;
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body };
  };
  const closeHouse = house.close.bind(house);
  return Object.assign(house, {
    app,
    desk,
    get: (path: string, headers: Record<string, string> = {}) => ask('GET', path, headers),
    post: (path: string, headers: Record<string, string> = {}, payload?: string) => ask('POST', path, headers, payload),
    send: ask,
    close: async () => {
      await app.close();
      await closeHouse();
    },
  });
}

/** An error answer as every route gives it. */
export const failure = (code: string, words: RegExp): Record<string, unknown> => ({
  code,
  message: expect.stringMatching(words) as unknown,
  problems: expect.any(Array) as unknown,
});
