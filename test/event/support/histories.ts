import fc from 'fast-check';
import type { FieldValue, StoredEvent } from '../../../server/event/event.ts';
import { STATES, type Kind } from '../../../server/event/kinds.ts';
import { DAY, HOUR, at } from './facts.ts';

const START = at('2026-03-02T00:00Z');

/** Few instants over 24 days, so that ties and repeats within and after 7 days are common. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map((hours) => START + hours * HOUR),
  fc.integer({ min: 0, max: 24 }).map((days) => START + days * DAY),
);

const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

const field: fc.Arbitrary<[string, FieldValue]> = fc.oneof(
  fc.tuple(fc.constantFrom('team', 'service'), fc.constantFrom('payments', 'search', null)),
  fc.tuple(fc.constant('severity'), fc.constantFrom(1, 2, 3, null)),
  fc.tuple(fc.constant('merged_into'), fc.constantFrom('B', null)),
  fc.tuple(fc.constantFrom('opened', 'acknowledged', 'restored', 'resolved', 'closed', 'impact_started'), fc.option(instant)),
  fc.tuple(fc.constant('cause'), fc.constantFrom('disk', 'change')),
);

const event = (kind: Kind): fc.Arbitrary<StoredEvent> =>
  fc.record({
    kind: fc.constant(kind),
    source: fc.constant('desk'),
    item: fc.constant('A'),
    key: fc.integer({ min: 0, max: 20 }).map((key) => `key ${key}`),
    effectiveAt: instant,
    sequence: fc.integer({ min: 0, max: 2 }),
    origin: fc.constantFrom('native', 'webhook', 'snapshot'),
    state: fc.option(fc.constantFrom(...STATES), { freq: 4 }),
    fields: fc.array(field, { maxLength: 3 }).map((fields) => Object.fromEntries(fields)),
    supersedes: seldom(fc.integer({ min: 0, max: 20 }).map((key) => `key ${key}`)),
    slot: seldom(fc.constantFrom('resolved', 'opened')),
    batch: fc.integer({ min: 1, max: 4 }),
  });

/**
 * Histories of one item with everything that may happen to it: reopened, moved between teams, merged
 * and parted, corrected, cancelled, told twice, stated dates, words of a slot. Keys are unique.
 */
export const history = (kind: Kind): fc.Arbitrary<StoredEvent[]> =>
  fc.uniqueArray(event(kind), { minLength: 1, maxLength: 12, selector: ({ key }) => key });

/** The same events as they may arrive: in another order, some told again by a later batch. */
export const arrivals = (kind: Kind): fc.Arbitrary<{ events: StoredEvent[]; arrived: StoredEvent[] }> =>
  history(kind).chain((events) =>
    fc
      .tuple(
        fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
        fc.shuffledSubarray(events),
        fc.nat({ max: events.length }),
      )
      .map(([shuffled, again, cut]) => ({
        events,
        arrived: [
          ...shuffled.slice(0, cut),
          ...again.map((each) => ({ ...each, batch: each.batch + 3 })),
          ...shuffled.slice(cut),
        ],
      })),
  );
