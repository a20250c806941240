import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPOCH_2000_MS, NEVER, type ItemColumns } from '../../server/event/columns.ts';
import type { Event, Fields } from '../../server/event/event.ts';
import { KINDS, STATES, isKind, type Kind, type State } from '../../server/event/kinds.ts';
import { affectedFrom } from '../../server/jobs/changes.ts';
import { basisOf } from '../../server/jobs/coverage.ts';
import { ItemTables } from '../../server/jobs/item-tables.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { openStore } from '../../server/store/open.ts';
import { ORGANISATION } from '../event/support/organisation.ts';
import { runs } from '../properties/runs.ts';
import { event } from './small-house.ts';
import { uidsOf } from '../../server/event/links.ts';

const START = Date.parse('2026-09-01T00:00:00Z');
const HOUR = 3_600_000;
const NOW = START + 80 * 24 * HOUR;

const kpiOf = (measure: string): Kpi => {
  const text = `version: kpi/v1\nid: x\nname: X\nquestion: What?\nsection: S\nrole: outcome\nowner: O\nbetter: lower\nmeasure: { ${measure} }\n`;
  const { kpi, problems } = parseKpi(text, 'x.yaml', { digest: String });
  if (kpi === null) throw new Error(problems.map(formatProblem).join('\n'));
  return kpi;
};

interface Case {
  readonly kind: Kind;
  /** The field that others decide. */
  readonly field: string;
  readonly countedIn: string;
  readonly kpi: Kpi;
}

const nameOf = ({ kind, field }: Case): string => `${kind}.${field}`;

const ofField = (kind: Kind, field: string, countedIn: string, is: string): Case => ({
  kind,
  field,
  countedIn,
  kpi: kpiOf(`count: { of: ${KINDS[kind].plural} }, where: { ${field}: ${is} }, counted_in: ${countedIn}`),
});

const CASES: readonly Case[] = [
  ofField('deployment', 'change_failed', 'finished', 'true'),
  ofField('deployment', 'rolled_back', 'started', 'true'),
  ofField('deployment', 'may_have_failed', 'finished', 'true'),
  ofField('incident', 'is_repeat', 'opened', 'true'),
  ofField('incident', 'repeats_within', 'opened', '{ at_most: 9 days }'),
  ofField('incident', 'reviewed_within', 'restored', '{ at_most: 9 days }'),
  ofField('incident', 'reviewed_within', 'opened', '{ at_most: 9 days }'),
  ofField('incident', 'caused_by.service', 'opened', 'checkout'),
  ofField('closing', 'reopened_within', 'closed', '{ at_most: 9 days }'),
  ofField('shift', 'over_budget', 'to', 'true'),
  ofField('page', 'is_repeat', 'sent', 'true'),
  ofField('page', 'incident.severity', 'sent', '1'),
  ofField('page', 'incident.cause', 'sent', 'disk'),
  ofField('session', 'incident.severity', 'held', '1'),
  ofField('escalation', 'incident.service', 'raised', 'checkout'),
  {
    kind: 'page',
    field: 'incident.restored',
    countedIn: 'sent',
    kpi: kpiOf('duration: { of: pages, from: sent, to: incident.restored }, counted_in: sent, summarise: median'),
  },
  {
    kind: 'incident',
    field: 'reviewed',
    countedIn: 'restored',
    kpi: kpiOf('duration: { of: incidents, from: restored, to: reviewed }, counted_in: restored, summarise: median'),
  },
  {
    kind: 'deployment',
    field: 'recovered',
    countedIn: 'finished',
    kpi: kpiOf('duration: { of: deployments, from: finished, to: recovered }, counted_in: finished, summarise: median'),
  },
];

const hours = (max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: max * 4 }).map((quarters) => START + (quarters * HOUR) / 4);
const one = (letter: string): fc.Arbitrary<string> => fc.nat({ max: 2 }).map((nth) => `${letter}${nth}`);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 5 });
const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary: value, weight: 1 });
/** All of the fields, or a few that change. */
const some = (fields: Record<string, fc.Arbitrary<string | number | boolean | null>>): fc.Arbitrary<Fields> =>
  fc
    .oneof({ arbitrary: fc.record(fields), weight: 3 }, { arbitrary: fc.record(fields, { requiredKeys: [] }), weight: 2 })
    .map((drawn) =>
      Object.fromEntries(Object.entries(drawn).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    );

const service = fc.constantFrom('checkout', 'index');
const FIELDS: Partial<Record<Kind, fc.Arbitrary<Fields>>> = {
  incident: some({
    service,
    severity: fc.constantFrom(1, 2),
    cause: maybe(fc.constantFrom('disk', 'change')),
    planned: fc.constantFrom(false, false, false, false, true),
    caused_by: seldom(one('d')),
    merged_into: seldom(one('i')),
    impact_started: seldom(hours(400)),
  }),
  ticket: some({ service, caused_by: maybe(one('d')), merged_into: seldom(one('t')) }),
  deployment: some({
    service,
    environment: fc.constant('production'),
    outcome: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed'),
    purpose: fc.constantFrom('release', 'hotfix', 'rollback'),
    rolls_back: seldom(one('d')),
    started: hours(400),
    finished: hours(400),
  }),
  page: some({
    sent: hours(60),
    responder: fc.constantFrom('p', 'q'),
    incident: maybe(one('i')),
    key: fc.constantFrom('k', 'l'),
  }),
  shift: some({ from: hours(60), to: hours(60), responder: fc.constantFrom('p', 'q') }),
  session: some({
    held: hours(400),
    type: fc.constantFrom('incident review', 'incident review', 'retrospective'),
    incident: maybe(one('i')),
  }),
  escalation: some({ raised: hours(400), incident: maybe(one('i')) }),
  link: some({
    made: hours(400),
    from: fc.oneof(one('i'), one('s'), one('t'), one('d')),
    to: fc.oneof(one('d'), one('i')),
    relation: fc.constantFrom('caused_by', 'not_caused_by', 'reviews', 'rolls_back'),
  }),
};

const told = (kind: Kind, fields: fc.Arbitrary<Fields>): fc.Arbitrary<Omit<Event, 'key'>> =>
  fc.record({
    kind: fc.constant(kind),
    source: fc.constantFrom('desk', 'desk', 'desk', 'desk', 'desk', 'desk', 'desk', 'other'),
    item: one(kind.slice(0, 1)),
    effectiveAt: hours(400),
    sequence: fc.constant(0),
    origin: fc.constant('native' as const),
    state: KINDS[kind].hasStates
      ? fc.constantFrom(null, null, 'opened', 'opened', 'opened', 'restored', ...STATES)
      : fc.constantFrom(null, null, null, null, null, null, 'cancelled' as const),
    fields,
    supersedes: fc.constant(null),
    slot: fc.constant(null),
  });

const history: fc.Arbitrary<Event[]> = fc
  .array(fc.oneof(...Object.entries(FIELDS).flatMap(([kind, fields]) => (isKind(kind) ? [told(kind, fields)] : []))), {
    minLength: 20,
    maxLength: 60,
    size: 'max',
  })
  .map((events) => events.map((event, index) => ({ ...event, key: `key ${index}` })));

type Readings = ReadonlyMap<string, readonly [at: number, says: unknown]>;

/** What each row that stands says where it is counted, by uid. */
function readingsOf(columns: ItemColumns, { field, countedIn }: Case): Readings {
  const { instants, numbers, codes, dead } = columns;
  const texts = codes[field];
  return new Map(
    uidsOf(columns).flatMap((uid, row) =>
      dead?.[row] === 1
        ? []
        : [
            [
              uid,
              [
                instants[countedIn]?.[row] ?? NEVER,
                instants[field]?.[row] ?? numbers[field]?.[row] ?? texts?.dictionary[texts.codes[row] ?? -1] ?? null,
              ],
            ] as const,
          ],
    ),
  );
}

/** The earliest second in which a row came, went, moved or says another thing; Infinity where none does. */
function firstDifference(old: Readings, fresh: Readings): number {
  let first = Infinity;
  for (const uid of new Set([...old.keys(), ...fresh.keys()])) {
    const [was, is] = [old.get(uid), fresh.get(uid)];
    if (was !== undefined && is !== undefined && was[0] === is[0] && Object.is(was[1], is[1])) continue;
    for (const reading of [was, is]) if (reading !== undefined && reading[0] !== NEVER) first = Math.min(first, reading[0]);
  }
  return first;
}

/** Whether a row that is counted where it was says another thing. */
function saysOtherwise(old: Readings, fresh: Readings): boolean {
  return [...old].some(([uid, was]) => {
    const is = fresh.get(uid);
    return is !== undefined && was[0] === is[0] && was[0] !== NEVER && !Object.is(was[1], is[1]);
  });
}

const inMemory = (): string => mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'quarterdeck-affected-'));
const opened = (folder: string) => openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => NOW });

/** A database with all its tables and nothing in them: each history begins with a copy. */
const empty = inMemory();
beforeAll(async () => (await opened(empty)).close());
afterAll(() => rmSync(empty, { recursive: true, force: true }));

/** What columns say before and after the later events, and how far back those are said to reach, case by case. */
async function learn(known: readonly Event[], later: readonly Event[], cases: readonly Case[]) {
  const folder = inMemory();
  cpSync(empty, folder, { recursive: true });
  const store = await opened(folder);
  try {
    const items = new ItemTables(ORGANISATION);
    const take = async (events: readonly Event[]) => {
      await store.append('desk', NOW, events, []);
      const { changes } = await items.refresh(store, await store.watermark());
      // Read now: what columns say does not outlast the next batch.
      return { changes, readings: cases.map((each) => readingsOf(items.columns(each.kind, NOW), each)) };
    };
    const { readings: before } = await take(known);
    const { readings: after, changes } = await take(later);
    return cases.flatMap((each, index) => {
      const [old, fresh] = [before[index], after[index]];
      if (old === undefined || fresh === undefined) return [];
      const reach = affectedFrom(
        basisOf(each.kpi, () => undefined),
        changes,
        new Map(),
        items,
      );
      return [{ each, old, fresh, reach }];
    });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

it('a change never alters numbers of before the instant that it is said to reach back to', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(history, fc.nat({ max: 1 }), async (events, more) => {
      const place = events.length - 1 - more;
      for (const { each, old, fresh, reach } of await learn(events.slice(0, place), events.slice(place), CASES)) {
        const first = firstDifference(old, fresh);
        if (saysOtherwise(old, fresh)) seen.add(nameOf(each));
        // Columns know whole seconds.
        const isReached = first === Infinity || (reach ?? Infinity) < first * 1000 + EPOCH_2000_MS + 1000;
        expect({ name: nameOf(each), isReached }).toEqual({ name: nameOf(each), isReached: true });
      }
    }),
    { seed: 20261121, ...runs(1200), endOnFailure: true },
  );
  // Nothing would be proved of what never changes.
  expect([...seen].toSorted()).toEqual([...new Set(CASES.map(nameOf))].toSorted());
}, 600_000);

describe('what becomes known now reaches back', () => {
  const reachOf = async (known: readonly Event[], later: Event, each: Case): Promise<[reach: string, changed: string]> => {
    const [found] = await learn(known, [later], [each]);
    if (found === undefined) throw new Error('no columns');
    const first = firstDifference(found.old, found.fresh) * 1000 + EPOCH_2000_MS;
    return [new Date(found.reach ?? NaN).toISOString(), new Date(first).toISOString()];
  };
  const at = Date.parse;

  it('from an incident to the deployment that it suspects, a day before it', async () => {
    const started = at('2026-09-02T10:00Z');
    const deployment = event('deployment', 'd', '2026-09-02T10:00Z', {
      fields: { service: 'checkout', environment: 'production', outcome: 'succeeded', started, finished: started },
    });
    const incident = event('incident', 'i', '2026-09-03T10:00Z', { state: 'opened', fields: { service: 'checkout' } });
    const [reach, changed] = await reachOf([deployment], incident, ofField('deployment', 'may_have_failed', 'finished', 'true'));
    expect(changed).toBe('2026-09-02T10:00:00.000Z');
    expect(reach < changed).toBe(true);
  });

  it('from a page to the shift that it was too much for, from its start on', async () => {
    const shift = event('shift', 's', '2026-09-01T10:00Z', {
      fields: { responder: 'p', from: at('2026-09-01T10:00Z'), to: at('2026-09-15T10:00Z') },
    });
    const pages = ['a', 'b', 'c'].map((name, index) =>
      event('page', name, `2026-09-14T1${index}:00Z`, { fields: { responder: 'p', sent: at(`2026-09-14T1${index}:00Z`) } }),
    );
    const [last] = pages.slice(-1);
    if (last === undefined) throw new Error('no pages');
    const [reach, changed] = await reachOf([shift, ...pages.slice(0, 2)], last, ofField('shift', 'over_budget', 'from', 'true'));
    expect(changed).toBe('2026-09-01T10:00:00.000Z');
    expect(reach < changed).toBe(true);
  });

  it('from a reopening to the closing before it, also where the ticket was closed before it was opened', async () => {
    const ticket = (instant: string, state: State) => event('ticket', 't', instant, { state });
    const known = [
      ticket('2026-09-01T10:00Z', 'closed'),
      ticket('2026-09-05T10:00Z', 'opened'),
      ticket('2026-09-07T10:00Z', 'reopened'),
      ticket('2026-09-08T10:00Z', 'closed'),
    ];
    const each = ofField('closing', 'reopened_within', 'closed', '{ at_most: 9 days }');
    const [reach, changed] = await reachOf(known, ticket('2026-09-03T10:00Z', 'reopened'), each);
    expect([reach, changed]).toEqual(['2026-09-01T10:00:00.000Z', '2026-09-01T10:00:00.000Z']);
  });
});
