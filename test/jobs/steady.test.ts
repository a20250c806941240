import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const MORNING = Date.parse('2026-11-10T00:30:00Z');
const HOUR_MS = 3_600_000;

/** What is counted, of which time alone moves some; ages and what is open, which go on by themselves. */
const FILES = Object.fromEntries(
  [
    'queues/arrivals.yaml',
    'queues/queue-depth.yaml',
    'delivery/deployment-frequency.yaml',
    'delivery/change-failure-rate.yaml',
    'on-call/off-hours-interruptions.yaml',
    'on-call/interruptions-per-12h.yaml',
    'on-call/pages.yaml',
  ].map((file) => [file, readFileSync(`kpis/${file}`, 'utf8')]),
);
const SOURCE = ['deployment', 'incident', 'page', 'shift', 'ticket'] as const;

/** Hours of the day from which on something is so: told early, it becomes so without any further word. */
interface Told {
  readonly kind: (typeof SOURCE)[number];
  readonly hour: number;
}

const eventsOf = ({ kind, hour }: Told, nth: number): Event[] => {
  const at = MORNING + hour * HOUR_MS;
  const iso = new Date(at).toISOString();
  const fields = { team: nth % 2 === 0 ? 'payments' : 'search', service: 'checkout' };
  switch (kind) {
    case 'deployment':
      return [
        event(kind, `D${nth}`, iso, {
          key: `d${nth}`,
          fields: { ...fields, environment: 'production', outcome: 'succeeded', started: at - HOUR_MS, finished: at },
        }),
      ];
    case 'page':
      return [event(kind, `P${nth}`, iso, { key: `p${nth}`, fields: { ...fields, responder: 'Ada', sent: at } })];
    case 'shift':
      return [
        event(kind, `S${nth}`, iso, {
          key: `s${nth}`,
          fields: {
            team: 'payments',
            rotation: 'first',
            responder: nth % 3 === 0 ? 'Ada' : 'Bo',
            from: at - 6 * HOUR_MS,
            to: at,
          },
        }),
      ];
    default:
      return [event(kind, `${kind} ${nth}`, iso, { key: `o${nth}`, state: 'opened', fields })];
  }
};

const toldSome = fc.array(fc.record({ kind: fc.constantFrom(...SOURCE), hour: fc.integer({ min: -10, max: 19 }) }), {
  minLength: 6,
  maxLength: 14,
});
/** Hours from one pass to the next, few of which leave the day, and how many of what is told come with each: often nothing. */
const passes = fc.array(fc.record({ hours: fc.integer({ min: 0, max: 6 }), count: fc.constantFrom(0, 0, 1, 5) }), {
  minLength: 3,
  maxLength: 7,
});
/** Of each kind one of long ago, where history begins. */
const LONG_AGO = SOURCE.map((kind): Told => ({ kind, hour: -60 * 24 }));

const houseWith = async () => {
  const desk = new GivenSource('desk', SOURCE);
  return { desk, house: await smallHouse([desk], FILES, new Date(MORNING).toISOString()) };
};

/** Everything that is shown of periods that have not settled. */
const stored = async ({ store }: SmallHouse) => (await store.measurements({})).map(({ watermark: _, ...row }) => row);

describe('several passes within a day', () => {
  it('store what measuring everything each time stores', async () => {
    await fc.assert(
      fc.asyncProperty(toldSome, passes, async (told, steps) => {
        const [quick, whole] = [await houseWith(), await houseWith()];
        try {
          const all = [...LONG_AGO, ...told];
          let next = 0;
          for (const [step, { hours, count }] of steps.entries()) {
            const first = next;
            next += step === 0 ? LONG_AGO.length + count : count;
            const events = all.slice(first, next).flatMap((one, nth) => eventsOf(one, first + nth));
            for (const { desk, house } of [quick, whole]) {
              desk.next = [{ events }];
              await house.engine.pull(VIEWER, 'desk');
            }
            await whole.house.engine.exclusively(() => whole.house.engine.measureNow('all'));
            expect(await stored(quick.house)).toEqual(await stored(whole.house));
            for (const { house } of [quick, whole]) house.now += hours * HOUR_MS;
          }
        } finally {
          await quick.house.close();
          await whole.house.close();
        }
      }),
      { numRuns: 16 },
    );
  });
});
