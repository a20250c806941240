import fc from 'fast-check';
import type { Fields } from '../../../server/event/event.ts';
import type { Item } from '../../../server/event/item.ts';
import type { Kind, State } from '../../../server/event/kinds.ts';
import { DAY, HOUR, MINUTE, at, itemOf, type FactParts } from './facts.ts';

const START = at('2026-03-20T00:00Z');

/** Few of everything over eleven days in which the clocks of Berlin change, so that ties and names that meet are common. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map((steps) => START + 21 * HOUR + steps * 30_000),
  fc.integer({ min: 0, max: 22 * 24 }).map((steps) => START + steps * 30 * MINUTE),
);
const someOf = <T>(...values: readonly T[]): fc.Arbitrary<T | null> => fc.constantFrom(null, ...values);
const source = fc.constantFrom('desk', 'pager');
const id = fc.constantFrom('1', '2', '3', '4');
const name = (kind: Kind) =>
  fc.oneof(
    id,
    fc.tuple(source, id).map(([from, item]) => `${from}:${kind}:${item}`),
    fc.constant('unheard of'),
  );
const named = (kind: Kind) => fc.option(name(kind), { freq: 2 });
const place = { team: someOf('payments', 'data'), service: someOf('receipts', 'orphan') };
const person = { responder: fc.constantFrom('p1', 'p2', null), zone: someOf('America/New_York', 'Asia/Kolkata') };

const FIELDS: Partial<Record<Kind, fc.Arbitrary<Fields>>> = {
  page: fc.record({
    ...place,
    ...person,
    sent: instant,
    key: someOf('disk', 'cpu'),
    incident: named('incident'),
    severity: someOf(1, 2),
  }),
  shift: fc
    .record({ ...place, ...person, from: instant, hours: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 6 }) })
    .map(({ hours, ...fields }) => ({ ...fields, to: hours === null ? null : fields.from + hours * HOUR })),
  deployment: fc.record({
    ...place,
    environment: fc.constantFrom('production', 'production', 'staging', null),
    outcome: fc.constantFrom('succeeded', 'succeeded', 'failed', null),
    purpose: someOf('release', 'hotfix', 'rollback'),
    started: fc.option(instant),
    finished: fc.option(instant, { freq: 8 }),
    commits: fc.array(instant, { maxLength: 3 }),
    rolls_back: named('deployment'),
  }),
  session: fc.record({
    ...place,
    type: fc.constantFrom('incident review', 'incident review', 'game day', null),
    held: fc.option(instant, { freq: 8 }),
    invited: fc.option(fc.nat({ max: 4 })),
    attended: fc.option(fc.nat({ max: 5 })),
    incident: named('incident'),
  }),
  link: fc
    .record({
      relation: fc.constantFrom<readonly [string, Kind, Kind]>(
        ['caused_by', 'incident', 'deployment'],
        ['caused_by', 'ticket', 'deployment'],
        ['not_caused_by', 'incident', 'deployment'],
        ['rolls_back', 'deployment', 'deployment'],
        ['reviews', 'session', 'incident'],
      ),
      made: fc.option(instant),
    })
    .chain(({ relation: [relation, from, to], made }) =>
      fc.record({ relation: fc.constant(relation), made: fc.constant(made), from: name(from), to: name(to) }),
    ),
  incident: fc.record({
    ...place,
    cause: someOf('disk', 'change'),
    severity: someOf(1, 2, 3),
    caused_by: named('deployment'),
    merged_into: fc.option(name('incident'), { freq: 5 }),
    planned: someOf(true, false),
    impact_started: fc.option(instant),
  }),
  ticket: fc.record({ ...place, type: someOf('access'), due: fc.option(instant), caused_by: named('deployment') }),
};

const STATES: readonly State[] = ['in_progress', 'restored', 'resolved', 'closed', 'reopened', 'cancelled'];

const item = (kind: Kind): fc.Arbitrary<{ source: string; item: string; facts: FactParts[] }> => {
  const hasStates = kind === 'incident' || kind === 'ticket';
  const later = fc.record({ at: instant, state: fc.constantFrom(...STATES), team: someOf('payments', 'data') });
  return fc
    .tuple(source, id, instant, FIELDS[kind] ?? fc.constant({}), fc.array(later, { maxLength: 4 }), fc.nat({ max: 9 }))
    .map(([from, native, when, fields, steps, chance]) => {
      const base = { kind, source: from, item: native };
      const facts: FactParts[] = [{ ...base, at: when, state: hasStates ? 'opened' : null, fields }];
      if (hasStates) for (const { at: next, state, team } of steps) facts.push({ ...base, at: next, state, fields: { team } });
      // What came back after more than a week is another episode.
      if (kind === 'incident' && chance < 4) {
        facts.push({ ...base, at: when + HOUR, state: 'restored' });
        facts.push({ ...base, at: when + 9 * DAY, state: 'reopened' });
      }
      if (!hasStates && chance === 9) facts.push({ ...base, at: when + DAY, state: 'cancelled' });
      return { source: from, item: native, facts };
    });
};

const KINDS_HERE: readonly Kind[] = ['page', 'shift', 'deployment', 'session', 'link', 'incident', 'ticket'];

/** Stored items of all kinds that others derive from or name, in whole seconds. */
export const worlds: fc.Arbitrary<Item[]> = fc
  .tuple(
    ...KINDS_HERE.map((kind) =>
      fc.uniqueArray(item(kind), { maxLength: 7, selector: ({ source: from, item: native }) => `${from}:${native}` }),
    ),
  )
  .map((all) => all.flat().map(({ facts }) => itemOf(...facts)));
