import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event, StoredEvent } from '../../server/event/event.ts';
import type { Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { event, MONDAY } from './sample-data.ts';

/**
 * Facts of a few items. Those of one slot have sequences of their own: without them a slot's latest
 * word is the one that arrived last, and the order of arrival is what it says.
 */
const facts = fc
  .array(
    fc.record({
      item: fc.constantFrom('A', 'B', 'C:d'),
      slot: fc.constantFrom(null, null, 's', 't'),
      cause: fc.constantFrom('x', 'y'),
      at: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((rows) =>
    rows.map(({ item, slot, cause, at }, index) =>
      event({ item, key: `k${index}`, slot, sequence: index, effectiveAt: MONDAY + at, fields: { cause } }),
    ),
  );

/** The same facts as they may come: in any order, some twice, cut into calls anywhere. */
const deliveries = facts.chain((events) =>
  fc.record({
    events: fc.constant(events),
    order: fc
      .array(fc.nat({ max: events.length - 1 }), { maxLength: 8 })
      .chain((again) => fc.shuffledSubarray([...events.keys(), ...again], { minLength: events.length + again.length })),
    cuts: fc.array(fc.nat({ max: 17 }), { maxLength: 4 }),
  }),
);

export function propertyContract(fresh: () => Promise<Opened>, runs: () => number): void {
  describe('the log as a whole', () => {
    test('holds the same, in whatever order, how often and in how many calls the same facts come', async () => {
      const { store } = await fresh();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(deliveries, async ({ events, order, cuts }) => {
          run += 1;
          const straight = `straight-${run}`;
          const devious = `devious-${run}`;
          await store.append(straight, MONDAY, under(events, straight), []);
          const shuffled = under(
            order.flatMap((at) => events[at] ?? []),
            devious,
          );
          let total = 0;
          for (const part of split(shuffled, cuts)) total += (await store.append(devious, MONDAY, part, [])).newEvents;
          const expected = await contentOf(store, straight);
          expect(await contentOf(store, devious)).toEqual(expected);
          expect(total).toBe(expected.length);
        }),
        { numRuns: runs() },
      );
    });
  });
}

const under = (events: readonly Event[], source: string): Event[] => events.map((one) => ({ ...one, source }));

function split(events: readonly Event[], cuts: readonly number[]): Event[][] {
  const ends = [...new Set([...cuts, events.length])].sort((one, two) => one - two);
  return ends.map((end, at) => events.slice(ends[at - 1] ?? 0, end));
}

async function contentOf(store: Store, source: string): Promise<Omit<StoredEvent, 'batch' | 'source'>[]> {
  const found = await store.eventsOf(['A', 'B', 'C:d'].map((item) => `${source}:incident:${item}`));
  return [...found.values()].flat().map(({ batch: _, source: __, ...content }) => content);
}
