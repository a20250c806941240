import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../server/event/columns.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { scopeTable } from '../../server/kpi/attribution.ts';
import { cutsOf, secondsOf } from '../../server/kpi/buckets.ts';
import { rangesFor, rangesWithout } from '../../server/kpi/row-ranges.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import { MEASURES } from './support/measures.ts';
import { ORGANISATION, plainColumns, plainWorld, type PlainItem } from './support/plain.ts';

const rowsIn = (ranges: Int32Array, dead: Uint8Array | null): number[] => {
  const rows: number[] = [];
  for (let index = 0; index < ranges.length; index += 2)
    for (let row = ranges[index] ?? 0; row < (ranges[index + 1] ?? 0); row += 1) if (dead?.[row] !== 1) rows.push(row);
  return rows;
};

describe('ranges of rows', () => {
  it('go around dead rows, first and last ones included', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (bounds, marks) => {
          const sorted = bounds.toSorted((one, other) => one - other);
          const ranges = Int32Array.from(sorted.slice(0, sorted.length - (sorted.length % 2)));
          const dead = Uint8Array.from(marks, Number);
          const without = rangesWithout(ranges, dead);
          expect(without.dead).toBeNull();
          expect(rowsIn(without.ranges, null)).toEqual(rowsIn(ranges, dead));
        },
      ),
    );
    expect(rangesWithout(Int32Array.of(0, 4), null)).toEqual({ ranges: Int32Array.of(0, 4), dead: null });
  });

  it('stay as they are, with the marks of dead rows, where those are many', () => {
    const dead = Uint8Array.from({ length: 20_000 }, (_, row) => row % 2);
    expect(rangesWithout(Int32Array.of(0, 20_000), dead)).toEqual({ ranges: Int32Array.of(0, 20_000), dead });
  });
});

describe('rows of parts', () => {
  const items = Array.from({ length: 6 }, (_, index): PlainItem => ({
    uid: `demo:incident:${index}`,
    instants: { opened: Date.UTC(2026, 2, 2) },
    stretches: [{ from: Date.UTC(2026, 2, 2), state: 'opened' }],
  }));
  const columns = plainColumns('incident', items);
  const [kpi] = MEASURES.filter(({ measure }) => measure.type === 'depth');
  const [team, nobody] = [Int32Array.of(0), Int32Array.of(-1)];
  const part = (start: number, end: number, teams: Int32Array, services = nobody): Part => ({
    start,
    end,
    from: secondsOf(Date.UTC(2026, 2, 2)),
    until: Infinity,
    teams,
    services,
  });
  const rangesOf = (parts: readonly Part[], scopes: readonly Scope[], dictionary: readonly string[] = ['payments']): number[] => {
    if (kpi?.measure.type !== 'depth') throw new Error('there is no depth');
    const parted = {
      ...columns,
      parts,
      stretchTeam: { ...columns.stretchTeam, dictionary },
      stretchService: { ...columns.stretchService, dictionary: ['search', 'attic'] },
    };
    const world = plainWorld({ items: { incident: items }, now: Date.UTC(2026, 3, 1) });
    const cuts = cutsOf(periodsBetween(ORGANISATION.calendar, 'month', 20_513, 20_540), world.now);
    return [...rangesFor(kpi, kpi.measure, world, parted, scopeTable(scopes, null, null), cuts)];
  };

  it('are one range where parts lie side by side, and several where others or nothing lies between', () => {
    const parts = [part(0, 2, team), part(2, 3, team), part(4, 4, team), part(4, 5, team), part(5, 6, nobody)];
    expect(rangesOf(parts, ['organisation'])).toEqual([0, 3, 4, 6]);
    expect(rangesOf(parts, ['team:payments'])).toEqual([0, 3, 4, 5]);
    expect(rangesOf(parts.toReversed(), ['organisation'])).toEqual([5, 6, 4, 5, 2, 3, 0, 2]);
  });

  it('are looked at where a team or service that is asked about has something, named or by owning a service', () => {
    const [search, attic] = [Int32Array.of(0), Int32Array.of(1)];
    const parts = [part(0, 1, team), part(2, 3, nobody, search), part(4, 5, nobody, attic), part(5, 6, nobody)];
    expect(rangesOf(parts, ['service:search'])).toEqual([2, 3]);
    expect(rangesOf(parts, ['team:payments'], ['platform'])).toEqual([2, 3]);
    expect(rangesOf(parts, ['service:attic', 'team:payments'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rangesOf(parts, ['team:unheard-of'])).toEqual([]);
  });
});
