import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '../../server/api/server.ts';
import type { Event } from '../../server/event/event.ts';
import { InboxDrain } from '../../server/jobs/inbox-drain.ts';
import type { ShiftLinks } from '../../server/jobs/shift-link.ts';
import { shiftLinksOf } from '../../server/shift-links.ts';
import { parseSources } from '../../server/sources/config.ts';
import { surveyAdapter } from '../../server/sources/survey/adapter.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from '../jobs/small-house.ts';

/** Six people of payments have a day each, one after the other; one of search has them all. */
export const PEOPLE = ['ada', 'bea', 'cyd', 'dov', 'eli', 'fay'].map((name) => `person-${name}`);
export const LONER = 'person-lone';
export const HOST = '127.0.0.1:4680';
const DAY_MS = 86_400_000;
/** Monday of week 46; the shift of the nth person begins n days later. */
const FIRST = Date.parse('2026-11-09T08:00:00Z');
/** All of them are over; the round of the first is open until tomorrow. */
export const NOW = Date.parse('2026-11-16T06:00:00Z');

export const instant = (at: number): string => new Date(at).toISOString();
export const shiftOf = (index: number): { readonly from: number; readonly to: number } => ({
  from: FIRST + index * DAY_MS,
  to: FIRST + (index + 1) * DAY_MS,
});

export const shift = (item: string, responder: string, from: number, to: number, team = 'payments'): Event =>
  event('shift', item, instant(from), {
    fields: { team, rotation: `${team}-primary`, responder, zone: 'Europe/Berlin', from, to },
  });

let pages = 0;
export const page = (responder: string, at: number, key: string, rest: Event['fields'] = {}, team = 'payments'): Event => {
  pages += 1;
  return event('page', `P${pages}`, instant(at), {
    fields: { team, service: 'checkout', key, responder, sent: at, zone: 'Europe/Berlin', ...rest },
  });
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  readonly body: unknown;
}

export interface ShiftHouse extends SmallHouse {
  readonly app: FastifyInstance;
  readonly desk: GivenSource;
  readonly links: ShiftLinks;
  /** The link to the shift of the nth person of payments. */
  tokenOf(index: number): string;
  ask(method: 'GET' | 'POST' | 'PUT', path: string, headers?: Record<string, string>, payload?: string): Promise<Answer>;
  answer(token: string, answers: object): Promise<Answer>;
  /** What was answered is read and measured. */
  drain(): Promise<void>;
  /** Facts of feedback as the log has them, by item. */
  feedback(): Promise<Map<string, Event[]>>;
}

/** The product with shifts and a survey, over a real file; `entry`: the survey in sources.yaml. */
export async function shiftHouse(entry = '{ id: survey, type: survey }'): Promise<ShiftHouse> {
  const desk = new GivenSource('desk', ['shift', 'page', 'incident', 'alert']);
  const asked = parseSources(`version: sources/v1\nsources:\n${entry === '' ? '  []' : `  - ${entry}`}\n`, 'sources.yaml', [
    surveyAdapter,
  ]);
  if (asked.problems.length > 0) throw new Error(asked.problems.map(({ message }) => message).join('; '));
  const keys = mkdtempSync(join(tmpdir(), 'quarterdeck-key-'));
  const links = shiftLinksOf(keys);
  const pack = Object.fromEntries(
    [
      'on-call/shift-feeling',
      'on-call/shift-rest',
      'on-call/shift-pages',
      'on-call/pages',
      'on-call/noise',
      'on-call/repeat-pages',
      'on-call/interruptions-per-12h',
    ].map((file) => [`${file}.yaml`, readFileSync(`kpis/${file}.yaml`, 'utf8')]),
  );
  const house = await smallHouse([desk, ...asked.sources], pack, instant(FIRST - DAY_MS), undefined, { links });
  const viewer = { who: 'test', roles: [], teams: [] };
  // The survey begins before anybody's shift has ended.
  for (const { id } of asked.sources) await house.engine.pull(viewer, id);
  house.now = NOW;
  desk.next = [
    {
      events: [
        ...PEOPLE.map((person, index) => shift(`S${index}`, person, shiftOf(index).from, shiftOf(index).to)),
        shift('L0', LONER, FIRST, FIRST + 6 * DAY_MS, 'search'),
      ],
    },
  ];
  await house.engine.pull(viewer, 'desk');
  for (const { id } of asked.sources) await house.engine.pull(viewer, id);

  const waiting = new Set<() => void>();
  const errors: unknown[] = [];
  const posts = new InboxDrain({
    store: house.store,
    clock: () => house.now,
    sources: () => house.engine.configuredSources,
    pull: (source, lease) =>
      house.engine.exclusively(async () => {
        const record = await house.engine.pullOnly(source, undefined, lease);
        await house.engine.measureNow('changed');
        return record;
      }),
    wait: (_ms, callback) => {
      waiting.add(callback);
      return () => void waiting.delete(callback);
    },
    onError: (_job, error) => errors.push(error),
    holder: 'this process',
  });
  const app = await buildServer({
    engine: house.engine,
    posts,
    webFolder: null,
    logLevel: 'silent',
    version: '0.0.0',
  });
  await app.ready();
  const ask: ShiftHouse['ask'] = async (method, path, headers = {}, payload) => {
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
    links,
    ask,
    tokenOf: (index: number) => links.tokenOf({ uid: `desk:shift:S${index}`, responder: PEOPLE[index] ?? '' }),
    answer: (token: string, answers: object) =>
      ask('PUT', `/api/v1/shifts/${token}/answers`, { 'content-type': 'application/json' }, JSON.stringify(answers)),
    drain: async () => {
      while (waiting.size > 0) {
        const due = [...waiting];
        waiting.clear();
        for (const callback of due) callback();
        await posts.settled();
        for (const error of errors) throw error;
      }
    },
    feedback: async () => {
      const found = new Map<string, Event[]>();
      for await (const chunk of house.store.allEvents(['feedback'])) for (const [uid, events] of chunk) found.set(uid, events);
      return found;
    },
    close: async () => {
      await app.close();
      await posts.stop();
      await closeHouse();
      rmSync(keys, { recursive: true, force: true });
    },
  });
}
