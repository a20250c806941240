import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sample } from '../../server/event/event.ts';
import type { Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { MONDAY, sample } from './sample-data.ts';

const HOUR = 3_600_000;

export function samplesContract(fresh: () => Promise<Opened>): void {
  describe('samples', () => {
    let store: Store;
    beforeEach(async () => {
      ({ store } = await fresh());
    });
    const append = (samples: readonly Sample[]) => store.append('cloudwatch', MONDAY, [], samples);
    const all = (untilBatch?: number) => store.samples('checkout-requests', -Infinity, Infinity, untilBatch);

    test('come back in the order of statistic, dimensions and time, exactly', async () => {
      const points = [
        sample(MONDAY + 30 * HOUR, 0.1 + 0.2),
        sample(MONDAY, Number.MIN_VALUE),
        sample(MONDAY - 1, 1e300),
        sample(MONDAY, 5, { dimensions: 'country=US' }),
        sample(MONDAY, 2 ** 60, { statistic: 'average' }),
        sample(MONDAY, 7, { series: 'other' }),
      ];
      expect(await append(points)).toEqual({ batch: 1, newEvents: 0, newSamples: 6, isOfNewItems: false });
      expect(await all()).toEqual([
        { statistic: 'average', dimensions: '', at: MONDAY, value: 2 ** 60 },
        { statistic: 'sum', dimensions: '', at: MONDAY - 1, value: 1e300 },
        { statistic: 'sum', dimensions: '', at: MONDAY, value: Number.MIN_VALUE },
        { statistic: 'sum', dimensions: '', at: MONDAY + 30 * HOUR, value: 0.1 + 0.2 },
        { statistic: 'sum', dimensions: 'country=US', at: MONDAY, value: 5 },
      ]);
      expect(await store.seriesNames()).toEqual(['checkout-requests', 'other']);
    });

    test('are read from the first instant up to, not including, the last', async () => {
      await append([0, 1, 2, 30, 31].map((hour) => sample(MONDAY + hour * HOUR, hour)));
      const values = async (from: number, to: number) =>
        (await store.samples('checkout-requests', from, to)).map((point) => point.value);
      expect(await values(MONDAY + HOUR, MONDAY + 31 * HOUR)).toEqual([1, 2, 30]);
      expect(await values(MONDAY + HOUR, MONDAY + HOUR)).toEqual([]);
      expect(await values(-Infinity, MONDAY + HOUR)).toEqual([0]);
    });

    test('that are known write nothing, and those with another value are revisions', async () => {
      const points = [sample(MONDAY, 1), sample(MONDAY + HOUR, 2), sample(MONDAY + 25 * HOUR, 3)];
      await append(points);
      expect(await append(points.toReversed())).toEqual({ batch: null, newEvents: 0, newSamples: 0, isOfNewItems: false });
      expect(await append([sample(MONDAY, 9), sample(MONDAY + HOUR, 2)])).toEqual({
        batch: 2,
        newEvents: 0,
        newSamples: 1,
        isOfNewItems: false,
      });
      expect((await all()).map((point) => point.value)).toEqual([9, 2, 3]);
      expect((await all(1)).map((point) => point.value)).toEqual([1, 2, 3]);
      // Back to what it was is news, too.
      expect(await append([sample(MONDAY, 1)])).toMatchObject({ batch: 3, newSamples: 1, isOfNewItems: false });
      expect((await all()).map((point) => point.value)).toEqual([1, 2, 3]);
      expect(await append([sample(MONDAY, 1)])).toMatchObject({ batch: null });
    });

    test('of one call for one point: the last counts', async () => {
      expect(await append([sample(MONDAY, 1), sample(MONDAY, 2)])).toMatchObject({ newSamples: 1, isOfNewItems: false });
      expect((await all()).map((point) => point.value)).toEqual([2]);
    });

    test('tell which series a batch touched', async () => {
      await append([sample(MONDAY, 1)]);
      await append([sample(MONDAY, 1), sample(MONDAY + 25 * HOUR, 1, { series: 'b' }), sample(MONDAY + 1, 1, { series: 'a' })]);
      const touched = async (after: number) =>
        (await store.touchedSeries(after)).map(({ series, from }) => [series, (from - MONDAY) / HOUR]);
      // Each from the UTC day of its first touched point.
      expect(await touched(0)).toEqual([
        ['a', 0],
        ['b', 24],
        ['checkout-requests', 0],
      ]);
      expect(await touched(1)).toEqual([
        ['a', 0],
        ['b', 24],
      ]);
      expect(await touched(2)).toEqual([]);
    });

    test('of many days at once are kept and known', async () => {
      const points = Array.from({ length: 20_000 }, (_, hour) => sample(MONDAY + hour * HOUR, hour / 7));
      expect(await append(points)).toMatchObject({ newSamples: 20_000 });
      expect(await append(points)).toMatchObject({ batch: null });
      expect((await all()).map((point) => point.value)).toEqual(points.map((point) => point.value));
    });

    test('of days far apart are known, and so is what was revised between', async () => {
      const days = [0, 1, 9, 400].map((day) => MONDAY + day * 24 * HOUR);
      await append(days.map((at) => sample(at, 1)));
      await append([sample(MONDAY + 5 * 24 * HOUR, 5), sample(days[1] ?? 0, 2)]);
      expect(await append(days.map((at) => sample(at, at === days[1] ? 2 : 1)))).toMatchObject({ batch: null });
      expect(await append(days.map((at) => sample(at, 1)))).toMatchObject({ newSamples: 1 });
      expect((await all()).map((point) => point.value)).toEqual([1, 1, 5, 1, 1]);
    });

    test('stand as they were told last, in whatever order and however often they come', async () => {
      const told = fc.record({
        line: fc.constantFrom<Partial<Sample>>({}, { statistic: 'p90' }, { dimensions: 'country=US' }, { series: 'other' }),
        at: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(400, 2_000)).map((hour) => MONDAY + hour * HOUR),
        value: fc.integer({ min: 0, max: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(told, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 }),
          async (calls) => {
            ({ store } = await fresh());
            const known = new Map<string, number>();
            for (const call of calls) {
              const before = new Map(known);
              for (const { line, at, value } of call)
                known.set(`${line.series ?? ''} ${line.statistic ?? ''} ${line.dimensions ?? ''} ${at}`, value);
              const changed = [...known].filter(([name, value]) => before.get(name) !== value).length;
              const { batch, newSamples } = await append(call.map(({ line, at, value }) => sample(at, value, line)));
              expect([newSamples, batch === null]).toEqual([changed, changed === 0]);
            }
            for (const { line, at } of calls.flat()) {
              const points = await store.samples(line.series ?? 'checkout-requests', at, at + 1);
              const own = points.filter(
                (point) => point.statistic === (line.statistic ?? 'sum') && point.dimensions === (line.dimensions ?? ''),
              );
              expect(own.map(({ value }) => value)).toEqual([
                known.get(`${line.series ?? ''} ${line.statistic ?? ''} ${line.dimensions ?? ''} ${at}`),
              ]);
            }
          },
        ),
        { numRuns: 20 },
      );
    });

    test('may come as lines, beside single ones and more than once', async () => {
      const line = { source: 'cloudwatch', series: 'checkout-requests', dimensions: '', statistic: 'sum' };
      const lines = [
        { ...line, at: [MONDAY, MONDAY + HOUR], values: [1, -0] },
        { ...line, series: 'other', at: [], values: [] },
        { ...line, at: [MONDAY + HOUR, MONDAY + 25 * HOUR], values: [2, 3] },
      ];
      expect(await store.append('cloudwatch', MONDAY, [], lines)).toMatchObject({ batch: 1, newSamples: 3 });
      expect(await append([1, 2].map((value, hour) => sample(MONDAY + hour * HOUR, value)))).toMatchObject({ batch: null });
      expect((await all()).map((point) => point.value)).toEqual([1, 2, 3]);
      expect(await store.seriesNames()).toEqual(['checkout-requests']);
      const short = store.append('cloudwatch', MONDAY, [], [{ ...line, at: [MONDAY + 2 * HOUR], values: [] }]);
      await expect(short).rejects.toMatchObject({ code: 'invalid' });
    });

    test('keep no negative zero, which one database would and the other not', async () => {
      await append([sample(MONDAY, -0)]);
      expect(Object.is((await all())[0]?.value, 0)).toBe(true);
    });

    test.each([
      ['NaN', sample(MONDAY, Number.NaN), 'value'],
      ['Infinity', sample(MONDAY, Number.NEGATIVE_INFINITY), 'value'],
      ['an instant that is no integer', sample(0.5, 1), 'at'],
      ['a NUL character', sample(MONDAY, 1, { dimensions: '\0' }), 'dimensions'],
      ['a name that is too long', sample(MONDAY, 1, { series: 'x'.repeat(201) }), 'series'],
    ])('refuse %s, name it, and keep nothing of the call', async (_, wrong, place) => {
      const call = append([sample(MONDAY, 1), wrong]);
      await expect(call).rejects.toMatchObject({ code: 'invalid' });
      await expect(call).rejects.toThrow(place);
      expect(await all()).toEqual([]);
    });
  });
}
