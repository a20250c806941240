import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import { numbersOf } from './support/derived.ts';
import { HOUR, MINUTE, at, itemOf, type FactParts } from './support/facts.ts';

const START = at('2026-03-02T08:00Z');

const shift = (item: string, fromHour: number, toHour: number | null, fields: Fields = {}, ...later: FactParts[]): Item =>
  itemOf(
    {
      kind: 'shift',
      item,
      at: START,
      fields: {
        responder: 'p1',
        from: START + fromHour * HOUR,
        to: toHour === null ? null : START + toHour * HOUR,
        ...fields,
      },
    },
    ...later,
  );
const page = (item: string, hour: number, fields: Fields, ...later: FactParts[]): Item =>
  itemOf(
    { kind: 'page', item, at: START, fields: { responder: 'p1', sent: START + hour * HOUR, ...fields } },
    ...later.map((each) => ({ ...each, kind: 'page' as const, item })),
  );
const over = (...items: readonly Item[]): Record<string, number> => numbersOf('shift', 'over_budget', items);

describe('shifts over budget', () => {
  const week = shift('S', 0, 168);
  const three = (second: number, third: number): Item[] => [
    page('1', 1, { incident: 'A' }),
    page('2', second, { incident: 'B' }),
    page('3', third, { incident: 'C' }),
  ];

  it('hold more than two incidents within 12 hours, not merely on the whole', () => {
    expect(over(week)).toEqual({ S: 0 });
    expect(over(week, ...three(2, 3))).toEqual({ S: 1 });
    expect(over(week, ...three(2, 13 - 1 / 3600))).toEqual({ S: 1 });
    expect(over(week, ...three(2, 13))).toEqual({ S: 0 });
    expect(over(week, ...three(20, 40))).toEqual({ S: 0 });
  });

  it('count pages of one incident once, else those of one alert key, else each', () => {
    const of = (...fields: Fields[]) => over(week, ...fields.map((each, index) => page(`${index}`, index + 1, each)));
    expect(of({ incident: 'A' }, { incident: 'A', key: 'disk' }, { incident: 'B' }, { incident: 'A' })).toEqual({ S: 0 });
    expect(of({ key: 'disk' }, { key: 'disk' }, { key: 'cpu' })).toEqual({ S: 0 });
    expect(of({ key: 'disk' }, { key: 'cpu' }, { incident: 'A', key: 'disk' })).toEqual({ S: 1 });
    expect(of({}, {}, {})).toEqual({ S: 1 });
  });

  it('take incidents that became one for one, however they are named', () => {
    const incident = (item: string, into: string | null): Item =>
      itemOf({ item, at: START, state: 'opened', fields: { merged_into: into } });
    const pages = [
      page('1', 1, { incident: 'A' }),
      page('2', 2, { incident: 'desk:incident:B' }),
      page('3', 3, { incident: 'C' }),
    ];
    expect(over(week, ...pages, incident('A', null), incident('B', null), incident('C', null))).toEqual({ S: 1 });
    expect(over(week, ...pages, incident('A', 'B'), incident('B', 'C'), incident('C', null))).toEqual({ S: 0 });
    // In a circle nobody knows what became of what.
    expect(over(week, ...pages, incident('A', 'B'), incident('B', 'A'), incident('C', null))).toEqual({ S: 1 });
  });

  it('are those of the person paged, from their beginning to before their end, without cancelled pages', () => {
    const early = three(2, 3);
    expect(over(shift('S', 1, 3 + 1 / 60), ...early)).toEqual({ S: 1 });
    expect(over(shift('S', 1, 3), ...early)).toEqual({ S: 0 });
    expect(over(shift('S', 1 + 1 / 60, 12), ...early)).toEqual({ S: 0 });
    expect(over(shift('S', 0, 12, { responder: 'p2' }), ...early)).toEqual({ S: 0 });
    const gone = page('3', 3, { incident: 'C' }, { at: START + HOUR, state: 'cancelled' });
    expect(over(week, ...early.slice(0, 2), gone)).toEqual({ S: 0 });
  });

  it('are not asked of cancelled shifts, of nobody’s, and of those without time; one without an end lasts', () => {
    const cancelled = shift('S', 0, 12, {}, { kind: 'shift', item: 'S', at: START + HOUR, state: 'cancelled' });
    expect(over(cancelled, ...three(2, 3))).toEqual({ S: NaN });
    expect(over(shift('S', 0, 12, { responder: null }), ...three(2, 3))).toEqual({ S: NaN });
    expect(over(shift('S', 12, 12), ...three(2, 3))).toEqual({ S: NaN });
    expect(over(shift('S', 0, null), ...three(2, 3))).toEqual({ S: 1 });
  });

  it('take 12 true hours over a change of the clocks', () => {
    // 20:00 to 09:00 by the clock of Berlin, with the hour lost that night: 12 hours; a second less is within them.
    const night = at('2026-03-28T19:00Z');
    const own = (item: string, sent: number, incident: string): Item =>
      itemOf({ kind: 'page', item, at: night, fields: { responder: 'p1', sent, incident } });
    const shiftThen = itemOf({
      kind: 'shift',
      item: 'S',
      at: night,
      fields: { responder: 'p1', from: night, to: night + 24 * HOUR },
    });
    const at12 = (last: number) => over(shiftThen, own('1', night, 'A'), own('2', night + HOUR, 'B'), own('3', last, 'C'));
    expect(at12(at('2026-03-29T07:00Z'))).toEqual({ S: 0 });
    expect(at12(at('2026-03-29T06:59:59Z'))).toEqual({ S: 1 });
  });

  it('are those that a look at every window finds, in any order of arrival', () => {
    const pages = fc.array(
      fc.record({
        minute: fc.integer({ min: -60, max: 3000 }),
        responder: fc.constantFrom('p1', 'p2'),
        incident: fc.constantFrom('A', 'B', null),
        key: fc.constantFrom('disk', 'cpu', null),
      }),
      { maxLength: 15 },
    );
    const shifts = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 30 }), fc.constantFrom('p1', 'p2')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(pages, shifts, (drafts, spans) => {
        const items = [
          ...drafts.map(({ minute, ...fields }, index) => page(`${index}`, 0, { ...fields, sent: START + minute * MINUTE })),
          ...spans.map(([from, hours, responder], index) => shift(`${index}`, from, from + hours, { responder })),
        ];
        const expected = Object.fromEntries(
          spans.map(([from, hours, responder], index) => {
            const own = drafts.flatMap((draft, nth) => {
              const isOwn = draft.responder === responder && draft.minute >= from * 60 && draft.minute < (from + hours) * 60;
              return isOwn ? [{ ...draft, name: draft.incident ?? draft.key ?? nth }] : [];
            });
            const isOver = own.some(
              ({ minute }) =>
                new Set(own.flatMap((o) => (o.minute >= minute && o.minute < minute + 720 ? [o.name] : []))).size > 2,
            );
            return [`${index}`, Number(isOver)];
          }),
        );
        expect(over(...items)).toEqual(expected);
        expect(over(...items.toReversed())).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
