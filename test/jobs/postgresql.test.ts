import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, Sample } from '../../server/event/event.ts';
import { STATES, type Kind } from '../../server/event/kinds.ts';
import { startPostgresql, type PostgresqlServer } from '../store/postgresql-server.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from './small-house.ts';

/** Files of the standard pack, one of each way of measuring. */
const PACK = [
  'incidents/incidents.yaml',
  'incidents/time-to-restore.yaml',
  'queues/queue-depth.yaml',
  'queues/queue-age.yaml',
  'on-call/broken-nights.yaml',
  'on-call/pages.yaml',
  'delivery/change-failure-rate.yaml',
  'customers/request-latency.yaml',
];
const FILES = Object.fromEntries(
  PACK.map((file) => [file, readFileSync(new URL(`../../kpis/${file}`, import.meta.url), 'utf8')]),
);
const KINDS: readonly Kind[] = ['incident', 'ticket', 'page', 'deployment'];
const SCOPES = ['organisation', 'team:payments', 'team:search', 'service:checkout'];
const VIEWER = { who: 'test', roles: [], teams: [] };
const HOUR = 3_600_000;
const START = Date.parse('2026-09-14T00:00:00Z');

interface Step {
  readonly now: number;
  readonly events: readonly Event[];
  readonly samples: readonly Sample[];
  /** A week whose review is published after the pull. */
  readonly publishes: string | null;
}

interface Pair {
  readonly house: SmallHouse;
  readonly desk: GivenSource;
}

/** The same house twice: on SQLite, and on a PostgreSQL database of its own. */
async function pairOf(server: PostgresqlServer): Promise<readonly Pair[]> {
  const url = await server.createDatabase();
  return Promise.all(
    [undefined, { engine: 'postgresql', url } as const].map(async (config) => {
      const desk = new GivenSource('desk', KINDS);
      desk.series = ['request-latency'];
      return { house: await smallHouse([desk], FILES, new Date(START).toISOString(), config), desk };
    }),
  );
}

async function live({ house, desk }: Pair, steps: readonly Step[]): Promise<void> {
  for (const { now, events, samples, publishes } of steps) {
    house.now = now;
    const half = Math.ceil(events.length / 2);
    desk.next = [{ events: events.slice(0, half), samples }, { events: events.slice(half) }];
    const pull = await house.engine.pull(VIEWER, 'desk');
    expect(pull).toMatchObject({ outcome: 'complete', error: null });
    if (publishes !== null) await house.engine.publish(VIEWER, publishes, 'organisation');
  }
}

/** Everything a user could ever be shown. */
async function shownBy({ house: { engine, store } }: Pair, weeks: readonly string[]) {
  const latest = await store.latestSnapshots({});
  const revisions = await Promise.all(
    latest.filter((row) => row.revision > 1).map((row) => store.revisions(row.kpi, row.scope, row.period)),
  );
  const withoutRun = <T extends { readonly run: number }>({ run: _run, ...rest }: T): Omit<T, 'run'> => rest;
  const kpis = engine.catalogue(VIEWER).flatMap(({ kpi }) => (kpi === null ? [] : [kpi.id]));
  const reviews: unknown[] = [];
  const evidence: unknown[] = [];
  for (const scope of SCOPES) for (const week of weeks) reviews.push(await engine.review(VIEWER, week, scope));
  for (const kpi of kpis)
    for (const scope of SCOPES.slice(0, 2))
      evidence.push(await engine.evidence(VIEWER, kpi, scope, weeks[0] ?? '', { offset: 0, limit: 1000 }));
  return {
    counts: await store.countEvents(),
    latest: latest.map(withoutRun),
    revisions: revisions.map((rows) => rows.map(withoutRun)),
    live: await store.measurements({}),
    publications: (await store.publications(10)).map(withoutRun),
    sources: await engine.sources(VIEWER),
    reviews,
    evidence,
  };
}

async function expectSame(server: PostgresqlServer, steps: readonly Step[], weeks: readonly string[]) {
  const pairs = await pairOf(server);
  try {
    for (const pair of pairs) await live(pair, steps);
    const [sqlite, postgresql] = await Promise.all(pairs.map((pair) => shownBy(pair, weeks)));
    expect(postgresql).toEqual(sqlite);
    if (sqlite === undefined) throw new Error('no house');
    return sqlite;
  } finally {
    for (const { house } of pairs) await house.close();
  }
}

describe('SQLite and PostgreSQL', () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.stop());

  it('tell one story alike: what was published, settled, came late and was reopened', async () => {
    const incident = (id: string, opened: string, restored: string, team = 'payments'): Event[] => [
      event('incident', id, opened, { state: 'opened', fields: { team, service: 'checkout', severity: 1 } }),
      event('incident', id, restored, { state: 'restored' }),
    ];
    const steps: Step[] = [
      {
        now: Date.parse('2026-10-05T06:00:00Z'),
        events: [
          ...incident('A', '2026-09-29T10:00:00Z', '2026-09-29T12:00:00Z'),
          ...incident('Ünïcode 🚢', '2026-09-30T10:00:00Z', '2026-09-30T10:30:00.001Z', 'search'),
          ...Array.from({ length: 6 }, (_, index) =>
            event('page', `P${index}`, '2026-10-01T23:30:00Z', {
              fields: { team: 'payments', responder: `r${index}`, sent: Date.parse('2026-10-01T23:30:00Z') },
            }),
          ),
        ],
        samples: [sampleAt(Date.parse('2026-10-01T12:00:00Z'), 0.1 + 0.2)],
        publishes: '2026-W40',
      },
      {
        now: Date.parse('2026-10-12T06:00:00Z'),
        events: incident('B', '2026-10-02T10:00:00Z', '2026-10-02T20:00:00Z'),
        samples: [],
        publishes: null,
      },
      {
        now: Date.parse('2026-10-19T06:00:00Z'),
        events: [
          event('incident', 'A', '2026-10-05T10:00:00Z', { state: 'reopened' }),
          event('incident', 'A', '2026-10-05T11:00:00Z', { state: 'restored' }),
          event('ticket', 'T', '2026-10-14T10:00:00Z', { state: 'opened', fields: { team: 'search' } }),
        ],
        samples: [sampleAt(Date.parse('2026-10-01T12:00:00Z'), 210.25)],
        publishes: null,
      },
    ];
    const { revisions, latest } = await expectSame(server, steps, ['2026-W40', '2026-W42']);
    const causes = new Set(revisions.flat().flatMap((row) => row.causes));
    expect([...causes]).toEqual(expect.arrayContaining(['published', 'settled', 'reopened']));
    expect(latest.length).toBeGreaterThan(50);
  });

  it('tell any history alike', async () => {
    const fact = fc.record({
      kind: fc.constantFrom(...KINDS),
      item: fc.nat({ max: 25 }),
      part: fc.nat({ max: 9999 }),
      state: fc.option(fc.constantFrom(...STATES)),
      team: fc.constantFrom('payments', 'search', 'nobody', undefined),
      service: fc.constantFrom('checkout', undefined),
      severity: fc.constantFrom(1, 2, 3, undefined),
      sequence: fc.nat({ max: 2 }),
      responder: fc.nat({ max: 9 }),
      hours: fc.integer({ min: -1, max: 60 }),
    });
    const history = fc.array(
      fc.record({
        days: fc.integer({ min: 3, max: 16 }),
        facts: fc.array(fact, { minLength: 60, maxLength: 110 }),
        values: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 12 }),
        publishes: fc.boolean(),
      }),
      { minLength: 3, maxLength: 3 },
    );
    let events = 0;
    let restated = 0;
    await fc.assert(
      fc.asyncProperty(history, async (chapters) => {
        let now = START + 21 * 24 * HOUR;
        const steps = chapters.map(({ days, facts, values, publishes }): Step => {
          now += days * 24 * HOUR;
          return {
            now,
            events: facts.map((one) => eventOf(one, Math.floor(START + ((now - START) * one.part) / 10_000))),
            samples: values.map((value, index) => sampleAt(START + Math.floor((now - START) / 13) * (index + 1), value)),
            publishes: publishes ? '2026-W40' : null,
          };
        });
        const shown = await expectSame(server, steps, ['2026-W40', '2026-W41']);
        events += shown.counts.events;
        restated += shown.revisions.length;
      }),
      { numRuns: 20, endOnFailure: true },
    );
    // A comparison of empty histories would prove nothing.
    expect(events).toBeGreaterThan(20 * 150);
    expect(restated).toBeGreaterThan(20);
  });
});

const sampleAt = (at: number, value: number): Sample => ({
  source: 'desk',
  series: 'request-latency',
  dimensions: '',
  statistic: 'p95',
  at,
  value,
});

interface Fact {
  readonly kind: Kind;
  readonly item: number;
  readonly state: Event['state'];
  readonly team: string | undefined;
  readonly service: string | undefined;
  readonly severity: number | undefined;
  readonly sequence: number;
  readonly responder: number;
  readonly hours: number;
}

function eventOf({ kind, item, state, team, service, severity, sequence, responder, hours }: Fact, at: number): Event {
  const common = {
    ...(team === undefined ? {} : { team }),
    ...(service === undefined ? {} : { service }),
    ...(severity === undefined ? {} : { severity }),
  };
  const own =
    kind === 'page'
      ? { responder: `r${responder}`, sent: at, needed_action: hours > 20 }
      : kind === 'deployment'
        ? { environment: 'production', started: at, finished: at + hours * HOUR, outcome: hours > 50 ? 'failed' : 'succeeded' }
        : {};
  const hasStates = kind === 'incident' || kind === 'ticket';
  return event(kind, `I${item}`, new Date(at).toISOString(), {
    state: hasStates ? (state ?? 'opened') : null,
    sequence,
    fields: { ...common, ...own },
  });
}
