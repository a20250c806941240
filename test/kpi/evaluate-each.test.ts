import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { evaluate, evaluateEach } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated, Wanted, World } from '../../server/kpi/world.ts';
import { SCOPES, drawn, worldOfDrawn } from './support/everywhere.ts';
import { MEASURES } from './support/measures.ts';
import { lie, lyingAs } from './support/other-rows.ts';
import { told } from './support/told.ts';

const STANDING = MEASURES.filter(({ measure }) => measure.type === 'age' || measure.type === 'depth');

/** A world that counts how often the ends of stretches are looked at, as only who looks for what stands open does. */
const counting = (world: World): { readonly world: World; looks: number } => {
  const columns = world.columns('incident');
  const counted = { world, looks: 0 };
  const watched: ItemColumns = Object.defineProperty({ ...columns }, 'stretchTo', {
    get: () => {
      counted.looks += 1;
      return columns.stretchTo;
    },
  });
  counted.world = { ...world, columns: () => watched };
  return counted;
};

describe('several KPIs over the same scopes and periods', () => {
  it('have the numbers and digests that each has alone, whatever their conditions and in whatever order they come', () => {
    let counted = 0;
    fc.assert(
      fc.property(
        drawn,
        drawn.map(({ where }) => where),
        lie(drawn.map(({ items }) => items)),
        fc.array(fc.tuple(fc.constantFrom(...STANDING, ...STANDING, ...MEASURES), fc.boolean()), { minLength: 2, maxLength: 5 }),
        fc.constantFrom('at once' as const, 'when asked' as const),
        (each, otherWhere, lies, some, digests) => {
          const kpis = some.map(([one, isOther], index): Kpi => ({
            ...one,
            id: `${one.id}-${index}`,
            where: [...one.where, ...(isOther ? otherWhere : each.where)],
          }));
          const columns = lyingAs(lies, each.items);
          const world = { ...worldOfDrawn(each), columns: () => columns };
          const made = evaluateEach(
            kpis.map((kpi) => ({ kpi })),
            world,
            SCOPES,
            each.periods,
            digests,
          );
          expect(made.map(told)).toEqual(kpis.map((kpi) => told(evaluate(kpi, world, SCOPES, each.periods, digests))));
          counted += made.flat().reduce((sum, { count }) => sum + count, 0);
        },
      ),
      { numRuns: 500 },
    );
    expect(counted).toBeGreaterThan(1000);
  });

  it('are what each is alone where few numbers of each are wanted, not all the same', () => {
    const few = fc.array(fc.nat(1000), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(
        drawn,
        lie(drawn.map(({ items }) => items)),
        fc.array(fc.option(few, { freq: 9 }), { minLength: 2, maxLength: 4 }),
        (each, lies, some) => {
          const columns = lyingAs(lies, each.items);
          const world = { ...worldOfDrawn(each), columns: () => columns };
          const places = SCOPES.flatMap((scope) => each.periods.map(({ id }) => `${scope} ${id}`));
          const beside = some.flatMap((nths, index) => {
            const kpi = STANDING[index % STANDING.length];
            const asked = nths === null ? null : new Set(nths.map((nth) => places[nth % places.length]));
            const isAsked = (place: string | undefined): boolean => asked?.has(place) ?? true;
            const wanted: Wanted | undefined = asked === null ? undefined : (scope, { id }) => isAsked(`${scope} ${id}`);
            return kpi === undefined ? [] : [{ kpi: { ...kpi, id: `${kpi.id}-${index}` }, wanted, isAsked }];
          });
          const made = evaluateEach(beside, world, SCOPES, each.periods, 'at once');
          beside.forEach(({ kpi, isAsked }, index) => {
            const only = (all: readonly Evaluated[]): unknown => told(all.filter((_, place) => isAsked(places[place])));
            expect(only(made[index] ?? [])).toEqual(only(evaluate(kpi, world, SCOPES, each.periods, 'at once')));
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('are looked for once where they look for the same, however many stand open', () => {
    const [each] = fc.sample(
      drawn.filter(({ items, where }) => items.length > 5 && where.length === 0),
      { numRuns: 1, seed: 6 },
    );
    if (each === undefined) throw new Error('nothing was drawn');
    const items = Array.from({ length: 900 }, () => each.items).flat();
    const world = worldOfDrawn({ ...each, items });
    const [depth, age] = ['depth', 'age'].map((id) => {
      const kpi = MEASURES.find((one) => one.id === id);
      if (kpi === undefined) throw new Error(`there is no ${id}`);
      return { kpi };
    });
    if (depth === undefined || age === undefined) throw new Error('one is missing');
    const severe: Kpi = {
      ...age.kpi,
      where: [{ field: 'severity', condition: { test: 'in', values: [1, 2], negated: false } }],
    };
    const looksOf = (kpis: readonly { readonly kpi: Kpi }[]): number => {
      const watched = counting(world);
      const made = evaluateEach(kpis, watched.world, SCOPES, each.periods, 'at once');
      expect(made.map(told)).toEqual(kpis.map(({ kpi }) => told(evaluate(kpi, world, SCOPES, each.periods, 'at once'))));
      expect(made[0]?.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(3000);
      return watched.looks;
    };
    const once = looksOf([depth]);
    expect(once).toBeGreaterThan(0);
    expect(looksOf([depth, age, depth])).toBe(once);
    expect(looksOf([depth, { kpi: severe }])).toBeGreaterThan(once);
  });
});
