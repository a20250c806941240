import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { HIGH_SEED, LOW_SEED, hashText } from '../../server/event/uid-hash.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { ListHash } from '../../server/kpi/list-hash.ts';
import type { Evaluated, World } from '../../server/kpi/world.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import { SCOPES, drawn, worldOfDrawn, type Drawn } from './support/everywhere.ts';
import { MEASURES } from './support/measures.ts';
import { lie, lyingAs } from './support/other-rows.ts';
import { ORGANISATION, plainWorld, type PlainItem } from './support/plain.ts';

const scopes = fc.oneof(fc.constant([...SCOPES]), fc.shuffledSubarray([...SCOPES], { minLength: 1, maxLength: 2 }));
const lying = lie(drawn.map(({ items }) => items));
const measure = fc.constantFrom(...MEASURES);

const kpiIn = (kpi: Kpi, { where }: Drawn): Kpi => ({ ...kpi, where: [...kpi.where, ...where] });
const worldWith = (each: Drawn, columns: ItemColumns): World => ({
  ...worldOfDrawn(each),
  columns: () => columns,
  kpi: (id) => MEASURES.find((kpi) => kpi.id === id),
});
const told = (all: readonly Evaluated[]): unknown =>
  all.map((each) => ({
    scope: each.scope,
    period: each.period,
    value: each.value,
    emptiness: each.emptiness,
    count: each.count,
    exclusions: each.exclusions,
    also: Object.entries(each.also),
    digest: each.digest,
    evidence: each.evidence(),
  }));

describe('however the same items lie in a table', () => {
  it('their numbers, exclusions, digests and lists are the same', () => {
    let counted = 0;
    fc.assert(
      fc.property(drawn, lying, measure, scopes, (each, lies, one, asked) => {
        const kpi = kpiIn(one, each);
        const plain = told(evaluate(kpi, worldWith(each, worldOfDrawn(each).columns('incident')), asked, each.periods));
        expect(told(evaluate(kpi, worldWith(each, lyingAs(lies, each.items)), asked, each.periods))).toEqual(plain);
        counted += each.items.length;
      }),
      { numRuns: 1500 },
    );
    expect(counted).toBeGreaterThan(1000);
  }, 120_000);

  it('numbers of which few are wanted are what they are among all, though parts are left out', () => {
    const nths = fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(drawn, lying, measure, nths, (each, lies, one, few) => {
        const kpi = kpiIn(one, each);
        const world = worldWith(each, lyingAs(lies, each.items));
        const places = SCOPES.flatMap((scope) => each.periods.map(({ id }) => `${scope} ${id}`));
        const asked = new Set(few.map((nth) => places[nth % places.length]));
        const isWanted = (scope: string, { id }: { readonly id: string }): boolean => asked.has(`${scope} ${id}`);
        const only = (all: readonly Evaluated[]): unknown => told(all.filter((_, index) => asked.has(places[index])));
        expect(only(evaluate(kpi, world, SCOPES, each.periods, 'at once', isWanted))).toEqual(
          only(evaluate(kpi, world, SCOPES, each.periods, 'at once')),
        );
      }),
      { numRuns: 1500 },
    );
  }, 120_000);

  it('all grains, scopes and periods at once give what each gives alone', () => {
    fc.assert(
      fc.property(drawn, measure, (each, one) => {
        const kpi = kpiIn(one, each);
        const world = worldWith(each, worldOfDrawn(each).columns('incident'));
        const alone = SCOPES.flatMap((scope) => each.periods.flatMap((period) => evaluate(kpi, world, [scope], [period])));
        expect(told(evaluate(kpi, world, SCOPES, each.periods))).toEqual(told(alone));
      }),
      { numRuns: 500 },
    );
  }, 120_000);
});

describe('the digest of a number over items', () => {
  it('is the hash of its list', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom(...MEASURES.filter(({ id }) => id !== 'difference')), (each, one) => {
        const world = worldWith(each, worldOfDrawn(each).columns('incident'));
        for (const made of evaluate(kpiIn(one, each), world, SCOPES, each.periods)) {
          const list = new ListHash();
          for (const { uid, value, excluded } of made.evidence()) {
            const [high, low] = [hashText(uid, HIGH_SEED), hashText(uid, LOW_SEED)];
            if (excluded === null) list.addValue(high, low, value ?? Number.NaN);
            else list.addReason(high, low, excluded);
          }
          expect(made.digest).toBe(list.toString());
        }
      }),
      { numRuns: 500 },
    );
  }, 120_000);
});

describe('what other rows or parts could hide', () => {
  const HOUR_MS = 3_600_000;
  const monday = Date.UTC(2026, 2, 2);
  const stretch = (from: number, state: 'opened' | 'restored') => ({ from, state, service: 'checkout' });
  const itemFrom = (uid: string, opened: number, restored: number): PlainItem => ({
    uid,
    instants: { opened, restored },
    stretches: [stretch(opened, 'opened'), stretch(restored, 'restored')],
  });
  const weeks = periodsBetween(ORGANISATION.calendar, 'week', 20_514, 20_535);
  const measured = (id: string, columns: ItemColumns): Evaluated[] => {
    const kpi = MEASURES.find((each) => each.id === id);
    if (kpi === undefined) throw new Error(`no measure ${id}`);
    const now = monday + 60 * 24 * HOUR_MS;
    return evaluate(kpi, { ...plainWorld({ now }), columns: () => columns }, ['service:checkout'], weeks.slice(-1));
  };

  it('is what never ended: it is still open long after all that its part speaks of', () => {
    const items = [itemFrom('demo:incident:1', monday, monday + HOUR_MS)];
    const lying = lyingAs({ order: [0], replaced: [], cuts: [], isRecoded: false }, items);
    expect(lying.parts?.[0]?.until).toBeLessThan(((weeks.at(-1)?.start ?? 0) - Date.UTC(2000, 0, 1)) / 1000);
    expect(measured('close', lying)[0]?.exclusions).toEqual([{ reason: 'still open', count: 1 }]);
    expect(measured('restore', lying)[0]?.exclusions).toEqual([]);
  });

  it('is who came first by uid of those that began together', () => {
    const last = weeks.at(-1)?.start ?? 0;
    const items = [
      itemFrom('demo:incident:1', last, last + HOUR_MS),
      itemFrom('demo:incident:2', last, last + 3 * HOUR_MS),
      itemFrom('demo:incident:3', last, last + 2 * HOUR_MS),
    ];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const lying = lyingAs({ order, replaced: [], cuts: null, isRecoded: false }, items);
      expect(
        measured('impact-once', lying)[0]
          ?.evidence()
          .map(({ value }) => value),
      ).toEqual([3600, 7200, 0]);
      expect(
        measured('since', lying)[0]
          ?.evidence()
          .map(({ uid }) => uid),
      ).toEqual(['demo:incident:3']);
    }
  });
});
