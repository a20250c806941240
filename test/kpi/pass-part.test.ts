import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, evaluateParts, evaluateShare } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { isSummed, shareOf, type PassPart } from '../../server/kpi/pass-part.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import { SCOPES, drawn, worldOfDrawn } from './support/everywhere.ts';
import { MEASURES } from './support/measures.ts';
import { lie, lyingAs } from './support/other-rows.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainItem } from './support/plain.ts';
import { told } from './support/told.ts';

describe('a pass in shares of its rows', () => {
  const summed = MEASURES.filter(isSummed);

  it('finds what one pass over all of them finds, in whatever order the shares come', () => {
    let counted = 0;
    fc.assert(
      fc.property(
        drawn,
        lie(drawn.map(({ items }) => items)),
        fc.constantFrom(...summed),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (each, lies, one, of, isPersonal) => {
          const kpi: Kpi = { ...one, where: [...one.where, ...each.where], isPersonal };
          const columns = lyingAs(lies, each.items);
          const world = { ...worldOfDrawn(each), columns: () => columns };
          const shares = Array.from({ length: of }, (_, nth) =>
            evaluateShare(kpi, world, SCOPES, each.periods, 'at once', { nth, of }),
          ).reverse();
          const made = evaluateParts(kpi, world, SCOPES, each.periods, 'at once', undefined, shares);
          expect(told(made)).toEqual(told(evaluate(kpi, world, SCOPES, each.periods, 'at once')));
          counted += made.reduce((sum, { count }) => sum + count, 0);
        },
      ),
      { numRuns: 1000 },
    );
    expect(new Set(summed.map(({ measure }) => measure.type))).toEqual(new Set(['count', 'ratio', 'depth']));
    expect(counted).toBeGreaterThan(1000);
  });

  it('counts everyone on call once among whom someone is hidden, interrupted or not', () => {
    const [month] = periodsBetween(ORGANISATION.calendar, 'month', 20_513, 20_514);
    if (month === undefined) throw new Error('no month');
    const period = { ...month, id: '2026-W10', grain: 'week' as const };
    const kpi = kpiOf(
      { type: 'count', of: 'interruption', per: null },
      { isPersonal: true, whenEmpty: 'zero', countedIn: 'started' },
    );
    const evaluated = (people: number): unknown => {
      const shift = Array.from({ length: 2 * people }, (_, index): PlainItem => ({
        uid: `demo:shift:${index}`,
        codes: { responder: `p${index % people}` },
        instants: { from: month.start, to: month.end },
        stretches: [{ from: month.start, state: null, team: index < people ? 'payments' : 'platform' }],
      }));
      const interruption = ['p0', 'p1'].map((responder, index): PlainItem => ({
        uid: `demo:page:${index}`,
        codes: { responder },
        instants: { started: month.start + 3_600_000 * (index + 1) },
        stretches: [{ from: month.start, state: null, team: 'payments' }],
      }));
      const world = plainWorld({ items: { shift, interruption }, now: month.end + 90 * 86_400_000 });
      const scopes = ['organisation'] as const;
      const share = (nth: number): PassPart => evaluateShare(kpi, world, scopes, [period], 'at once', { nth, of: 2 });
      const [made] = evaluateParts(kpi, world, scopes, [period], 'at once', undefined, [share(1), share(0)]);
      expect(told(made === undefined ? [] : [made])).toEqual(told(evaluate(kpi, world, scopes, [period], 'at once')));
      return made?.value ?? made?.emptiness;
    };
    expect([3, 4, 5].map(evaluated)).toEqual(['hidden', 'hidden', 2]);
  });

  it('is of equal shares, which hold every row once', () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 9 })), { maxLength: 8 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 5 }), (gapsAndRows, of) => {
        const ranges: number[] = [];
        let at = 0;
        for (const [gap, rows] of gapsAndRows) ranges.push((at += gap), (at += rows));
        const rowsIn = (all: Int32Array): number[] => {
          const rows: number[] = [];
          for (let index = 0; index < all.length; index += 2)
            for (let row = all[index] ?? 0; row < (all[index + 1] ?? 0); row += 1) rows.push(row);
          return rows;
        };
        const shares = Array.from({ length: of }, (_, nth) => rowsIn(shareOf(Int32Array.from(ranges), { nth, of })));
        expect(shares.flat()).toEqual(rowsIn(Int32Array.from(ranges)));
        const sizes = shares.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses what its parts do not add up to, and parts of other rows', () => {
    const [each] = fc.sample(
      drawn.filter(({ items }) => items.length > 1),
      { numRuns: 1, seed: 4 },
    );
    if (each === undefined) throw new Error('nothing was drawn');
    const world = worldOfDrawn(each);
    const share = { nth: 0, of: 1 };
    for (const kpi of MEASURES.filter((one) => !isSummed(one)))
      expect(() => evaluateShare(kpi, world, SCOPES, each.periods, 'at once', share)).toThrow('cannot be evaluated in parts');
    const [kpi] = summed;
    if (kpi === undefined) throw new Error('nothing adds up');
    const parts = [evaluateShare(kpi, world, SCOPES, each.periods, 'at once', share)];
    const fewer = worldOfDrawn({ ...each, items: each.items.slice(1) });
    expect(() => evaluateParts(kpi, fewer, SCOPES, each.periods, 'at once', undefined, parts)).toThrow('is none of');
  });
});
