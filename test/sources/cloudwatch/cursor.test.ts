import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filledBy, historyFor } from '../../../server/sources/cloudwatch/backfill.ts';
import { seriesOf } from '../../../server/sources/cloudwatch/calls.ts';
import { NOTHING_READ, readPosition, writePosition, type Position } from '../../../server/sources/cloudwatch/cursor.ts';
import { KEY_LENGTH, keyOfSeries, type Series } from '../../../server/sources/cloudwatch/series.ts';
import type { PeriodMs } from '../../../server/sources/cloudwatch/windows.ts';

const NOW = Date.parse('2026-11-21T22:47:31Z');
const HOUR = 3_600_000;

const named = (name: string, periodMs: PeriodMs = HOUR): Series => {
  const wanted = { by: 'metric', namespace: 'Shop', metric: name, dimensions: [] } as const;
  const own = { name, wanted, statistics: [{ asked: 'Sum', name: 'sum' }], periodMs, labels: [], as: [] };
  return { ...own, accounts: null, regions: null, key: keyOfSeries(own) };
};
const SERIES = Array.from({ length: 40 }, (_, nth) => named(`m${nth}`, nth % 4 === 0 ? 60_000 : HOUR));

const keys = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: KEY_LENGTH, maxLength: KEY_LENGTH });
const instants = fc.integer({ min: 0, max: NOW });
const positions: fc.Arbitrary<Position> = fc.record({
  reached: fc.array(fc.tuple(keys, instants)).map((pairs) => new Map(pairs)),
  plan: fc.option(fc.record({ at: instants, keys: fc.array(keys), done: fc.nat(), digest: fc.string() })),
  troubles: fc
    .array(
      fc.tuple(
        keys,
        fc.record({
          tries: fc.nat(),
          next: instants,
          said: fc.string(),
          gaps: fc.array(fc.tuple(instants, instants)),
        }),
      ),
    )
    .map((pairs) => new Map(pairs)),
  nightAt: fc.option(instants),
  weekAt: fc.option(instants),
  historyFrom: fc.option(instants),
  completeUntil: fc.option(instants),
});

describe('the cursor of a place', () => {
  test('says what was written into it', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(readPosition(writePosition(position))).toEqual(position);
      }),
    );
  });

  test('is small: a thousand series that came equally far take eight characters each', () => {
    const reached = new Map(Array.from({ length: 1000 }, (_, nth) => [named(`s${nth}`).key, NOW]));
    expect(writePosition({ ...NOTHING_READ, reached }).length).toBeLessThan(1000 * KEY_LENGTH + 200);
  });

  test.each([null, '', '{', '[]', '{"version":2}', '{"version":1,"reached":7,"plan":0,"rereads":0,"history":0}'])(
    'of another kind (%s) says that nothing was read',
    (text) => {
      expect(readPosition(text)).toEqual(NOTHING_READ);
    },
  );
});

describe('the history of series', () => {
  const first = historyFor(SERIES, NOTHING_READ, NOW);
  if (first === null) throw new Error('there is none');
  const underWay: Position = { ...NOTHING_READ, plan: { ...first.plan, done: 3 } };
  const later = NOW + 5 * HOUR;

  test('goes on by the plan that was made, whatever the order in which series stand now, and what was added', () => {
    const again = historyFor([...SERIES.toReversed(), named('new')], underWay, later);
    expect(again).toEqual({ plan: underWay.plan, calls: first.calls });
  });

  test('begins anew where the calls would be others: with a series gone, or by another planner', () => {
    const without = historyFor(SERIES.slice(1), underWay, later);
    expect(without?.plan).toMatchObject({ at: later, done: 0 });
    const { plan } = underWay;
    const other = historyFor(SERIES, { ...underWay, plan: plan === null ? null : { ...plan, digest: 'another' } }, later);
    expect(other?.plan).toMatchObject({ at: later, done: 0 });
  });

  test('leaves out what is known', () => {
    const reached = new Map(SERIES.slice(2).map(({ key }) => [key, NOW]));
    expect(historyFor(SERIES, { plan: null, reached }, later)?.plan.keys).toEqual(SERIES.slice(0, 2).map(({ key }) => key));
    expect(historyFor(SERIES.slice(2), { plan: null, reached }, later)).toBeNull();
  });

  test('reads what decays first before all else, and knows with which call a series is whole', () => {
    const finest = first.calls.map(({ groups }) => Math.min(...groups.map(({ periodMs }) => periodMs)));
    expect(finest[0]).toBe(60_000);
    const filled = filledBy(first.calls);
    expect(filled.flat().sort()).toEqual(SERIES.map(({ key }) => key).sort());
    for (const [index, own] of filled.entries())
      for (const key of own)
        for (const call of first.calls.slice(index + 1)) expect(seriesOf(call).map((each) => each.key)).not.toContain(key);
  });
});
