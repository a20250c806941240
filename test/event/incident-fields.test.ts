import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../server/event/columns.ts';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import { secondsSince2000 } from '../../server/event/item-row.ts';
import { columnsFrom, numbersOf } from './support/derived.ts';
import { DAY, HOUR, at, itemOf, type FactParts } from './support/facts.ts';

const OPENED = at('2026-03-02T10:00Z');

const incident = (item: string, day: number, fields: Fields, ...later: readonly Omit<FactParts, 'item'>[]): Item =>
  itemOf({ item, at: OPENED + day * DAY, state: 'opened', fields }, ...later.map((each) => ({ ...each, item })));

const DISK = { service: 'receipts', cause: 'disk' };

describe('repeat incidents', () => {
  const repeats = (items: readonly Item[]) => numbersOf('incident', 'is_repeat', items);

  it('follow one of the same service and the same cause within 30 days, the last second included', () => {
    const items = [
      incident('a', 0, DISK),
      incident('b', 30, DISK),
      incident('c', 60 + 1 / 86400, DISK),
      incident('d', 61, { ...DISK, service: 'orphan' }),
      incident('e', 61, { ...DISK, cause: 'change' }),
    ];
    expect(repeats(items)).toEqual({ a: 0, b: 1, c: 0, d: 0, e: 0 });
    expect(numbersOf('incident', 'repeats_within', items)).toEqual({
      a: NaN,
      b: 30 * 86400,
      c: 30 * 86400 + 1,
      d: NaN,
      e: NaN,
    });
  });

  it('cannot be told without service or cause, and not among those of one instant', () => {
    const items = [
      incident('a', 0, DISK),
      incident('b', 0, DISK),
      incident('c', 1, { service: 'receipts' }),
      incident('d', 1, { cause: 'disk' }),
    ];
    expect(repeats(items)).toEqual({ a: 0, b: 0, c: NaN, d: NaN });
  });

  it('are not made or followed by what was merged, planned or cancelled', () => {
    const items = [
      incident('a', 0, { ...DISK, merged_into: 'z' }),
      incident('b', 1, { ...DISK, planned: true }),
      incident('c', 2, DISK, { at: OPENED + 3 * DAY, state: 'cancelled' }),
      incident('d', 3, { ...DISK, planned: false }),
    ];
    expect(repeats(items)).toEqual({ a: NaN, b: NaN, c: NaN, d: 0 });
  });

  it('are also an incident that came back more than a week later, whatever its cause', () => {
    const back = incident(
      'a',
      0,
      {},
      { at: OPENED + HOUR, state: 'restored' },
      { at: OPENED + 9 * DAY, state: 'reopened' },
      { at: OPENED + 10 * DAY, state: 'restored' },
      { at: OPENED + 50 * DAY, state: 'reopened' },
    );
    expect(repeats([back])).toEqual({ a: NaN, 'a#2': 1, 'a#3': 0 });
    expect(numbersOf('incident', 'repeats_within', [back])).toEqual({ a: NaN, 'a#2': 9 * 86400, 'a#3': 41 * 86400 });
  });

  it('are not mistaken for one another where native ids hold a mark of their own', () => {
    const items = ['repository#2', 'repository#3', 'other', 'other#7', 'other#1'].map((item, day) => incident(item, day, {}));
    expect(repeats(items)).toEqual({ 'repository#2': NaN, 'repository#3': NaN, other: NaN, 'other#7': NaN, 'other#1': NaN });
  });

  it('are those that a comparison of all pairs finds, whatever came in first', () => {
    const some = fc.array(
      fc.record({
        day: fc.integer({ min: 0, max: 70 }),
        service: fc.constantFrom('receipts', 'orphan', null),
        cause: fc.constantFrom('disk', 'change', null),
        planned: fc.constantFrom(true, false, null),
        merged_into: fc.option(fc.constant('z'), { freq: 8 }),
        cameBackAfter: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 3 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, (drafts) => {
        const items = drafts.map(({ day, cameBackAfter, ...fields }, index) =>
          incident(
            `i${index}`,
            day,
            fields,
            { at: OPENED + day * DAY + HOUR, state: 'restored' },
            ...(cameBackAfter === null ? [] : [{ at: OPENED + (day + cameBackAfter) * DAY, state: 'reopened' as const }]),
          ),
        );
        const rows = drafts.flatMap((draft, index) => {
          const first = { ...draft, index, name: `i${index}`, at: draft.day };
          const isBack = draft.merged_into === null && draft.cameBackAfter !== null && draft.cameBackAfter > 7;
          return isBack ? [first, { ...first, name: `i${index}#2`, at: draft.day + (draft.cameBackAfter ?? 0) }] : [first];
        });
        const counts = rows.filter(({ planned, merged_into }) => planned !== true && merged_into === null);
        const expected = Object.fromEntries(
          rows.map((row) => {
            const isKnown = row.service !== null && row.cause !== null;
            const before = counts.filter(
              (other) =>
                other.at < row.at &&
                (other.index === row.index || (isKnown && other.service === row.service && other.cause === row.cause)),
            );
            const isCounted = counts.includes(row) && before.length > 0;
            return [row.name, isCounted ? Math.min(...before.map((other) => row.at - other.at)) * 86400 : NaN];
          }),
        );
        expect(numbersOf('incident', 'repeats_within', items)).toEqual(expected);
        expect(numbersOf('incident', 'repeats_within', items.toReversed())).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('reviews of incidents', () => {
  const RESTORED = OPENED + DAY;
  const restored = (item: string): Item => incident(item, 0, {}, { at: RESTORED, state: 'restored' });
  const session = (item: string, held: number, fields: Fields): Item =>
    itemOf({ kind: 'session', item, at: OPENED, fields: { type: 'incident review', held, ...fields } });
  const reviews = (item: string, from: string, to: string): Item =>
    itemOf({ kind: 'link', item, at: OPENED, fields: { from, to, relation: 'reviews' } });
  const within = (items: readonly Item[]) => numbersOf('incident', 'reviewed_within', items);

  it('are the first session that names it, itself or by a link, from any source', () => {
    const items = [
      restored('named'),
      restored('linked'),
      restored('both'),
      restored('none'),
      session('1', RESTORED + 2 * DAY, { incident: 'named' }),
      session('2', RESTORED + 3 * DAY, { incident: 'desk:incident:named' }),
      session('3', RESTORED + 4 * DAY, {}),
      reviews('l1', '3', 'linked'),
      reviews('l2', '3', 'both'),
      session('4', RESTORED + DAY, { incident: 'both' }),
    ];
    expect(within(items)).toEqual({ named: 2 * 86400, linked: 4 * 86400, both: 86400, none: NaN });
  });

  it('are no retrospectives, no cancelled sessions and none that nobody dated; links that were taken back say nothing', () => {
    const items = [
      restored('a'),
      session('1', RESTORED + DAY, { incident: 'a', type: 'retrospective' }),
      itemOf(
        { kind: 'session', item: '2', at: OPENED, fields: { type: 'incident review', incident: 'a', held: RESTORED } },
        { kind: 'session', item: '2', at: OPENED + HOUR, state: 'cancelled' },
      ),
      itemOf({ kind: 'session', item: '3', at: OPENED, fields: { type: 'incident review', incident: 'a' } }),
      session('4', RESTORED + DAY, {}),
      itemOf(
        { kind: 'link', item: 'l', at: OPENED, fields: { from: '4', to: 'a', relation: 'reviews' } },
        { kind: 'link', item: 'l', at: OPENED + HOUR, state: 'cancelled' },
      ),
      reviews('m', '4', 'unknown'),
    ];
    expect(within(items)).toEqual({ a: NaN });
  });

  it('took no time where they were held before the restoration, and have none while it is open', () => {
    const items = [
      restored('a'),
      session('1', OPENED + HOUR, { incident: 'a' }),
      incident('open', 0, {}),
      session('2', OPENED + HOUR, { incident: 'open' }),
    ];
    expect(within(items)).toEqual({ a: 0, open: NaN });
    expect([...(columnsFrom('incident', items).instants['reviewed'] ?? [])]).toEqual([
      secondsSince2000(OPENED + HOUR),
      secondsSince2000(OPENED + HOUR),
    ]);
  });

  it('are true hours over a change of the clocks', () => {
    const ended = at('2026-03-28T09:00Z');
    const item = itemOf({ at: OPENED, state: 'opened' }, { at: ended, state: 'restored' });
    // The same hour by the clock of Berlin, five days on.
    expect(within([item, session('1', at('2026-04-02T08:00Z'), { incident: 'A' })])).toEqual({ A: 5 * 86400 - 3600 });
  });

  it('of an incident that came back are those held since it did', () => {
    const back = incident('a', 0, {}, { at: RESTORED, state: 'restored' }, { at: OPENED + 20 * DAY, state: 'reopened' });
    const reviewed = (...held: number[]): readonly number[] => [
      ...(columnsFrom('incident', [back, ...held.map((when, index) => session(`${index}`, when, { incident: 'a' }))]).instants[
        'reviewed'
      ] ?? []),
    ];
    const [early, late] = [OPENED + 3 * DAY, OPENED + 22 * DAY];
    expect(reviewed(late, early)).toEqual([secondsSince2000(early), secondsSince2000(late)]);
    expect(reviewed(early)).toEqual([secondsSince2000(early), NEVER]);
    expect(reviewed(late)).toEqual([secondsSince2000(late), secondsSince2000(late)]);
  });
});
