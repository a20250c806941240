import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SEATS } from '../../server/event/derive-seats.ts';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import { derived } from './support/derived.ts';
import { at, itemOf, type FactParts } from './support/facts.ts';

const HELD = '2026-03-04T10:00Z';

const session = (fields: Fields, ...later: readonly FactParts[]): Item =>
  itemOf({ kind: 'session', item: 'S', at: HELD, fields: { held: at(HELD), type: 'retrospective', ...fields } }, ...later);

const seats = (item: Item): [invited: number, attended: number] => {
  const made = derived('seat', [item]);
  return [made.length, made.filter(({ fields }) => fields['attended'] === true).length];
};

describe('seats', () => {
  it('are one for each person invited, when the session was held, for its team and of its type', () => {
    const made = derived('seat', [session({ team: 'data', invited: 3, attended: 2 })]);
    expect(made.map(({ uid, fields }) => [uid, fields['attended'], fields['type'], fields['held']])).toEqual([
      ['seat:desk:session:S:1', true, 'retrospective', at(HELD)],
      ['seat:desk:session:S:2', true, 'retrospective', at(HELD)],
      ['seat:desk:session:S:3', false, 'retrospective', at(HELD)],
    ]);
    expect(made.map(({ stretches }) => stretches[0]?.team)).toEqual(['data', 'data', 'data']);
  });

  it('do not exist where one of the numbers was not told, or the session was cancelled or never held', () => {
    expect(seats(session({ invited: 3 }))).toEqual([0, 0]);
    expect(seats(session({ attended: 3 }))).toEqual([0, 0]);
    expect(seats(session({ invited: 3, attended: 3, held: null }))).toEqual([0, 0]);
    const cancelled: FactParts = { kind: 'session', item: 'S', at: '2026-03-05T10:00Z', state: 'cancelled' };
    expect(seats(session({ invited: 3, attended: 3 }, cancelled))).toEqual([0, 0]);
  });

  it('are never more than were invited, nor fewer than none, and hold whole people', () => {
    expect(seats(session({ invited: 3, attended: 7 }))).toEqual([3, 3]);
    expect(seats(session({ invited: -3, attended: 2 }))).toEqual([0, 0]);
    expect(seats(session({ invited: 3.9, attended: 1.5 }))).toEqual([3, 1]);
    expect(seats(session({ invited: 0, attended: 0 }))).toEqual([0, 0]);
  });

  it('of an absurd number of people are capped, and keep their share', () => {
    expect(seats(session({ invited: 1e9, attended: 25e7 }))).toEqual([MOST_SEATS, MOST_SEATS / 4]);
    expect(seats(session({ invited: MOST_SEATS, attended: 1 }))).toEqual([MOST_SEATS, 1]);
  });

  it('are exactly as many as were invited and came, whatever sensible numbers they were', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.nat({ max: 300 }), (invited, attended) => {
        expect(seats(session({ invited, attended }))).toEqual([invited, Math.min(invited, attended)]);
      }),
    );
  });
});
