import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpenAt, queueAt, stateAt } from '../../server/event/as-of.ts';
import { columnsOf } from '../../server/event/columns-of.ts';
import { NEVER } from '../../server/event/columns.ts';
import type { Item } from '../../server/event/item.ts';
import { STATES } from '../../server/event/kinds.ts';
import { projectItem } from '../../server/event/projection.ts';
import { isOpenState } from '../../server/event/states.ts';
import { secondsSince2000 } from '../../server/event/item-row.ts';
import { DAY, HOUR, at } from './support/facts.ts';
import { arrivals, history } from './support/histories.ts';

const UID = 'desk:incident:A';

describe('items do not depend on how their events arrive', () => {
  it.each([
    ['10,000', 'incident', 10_000],
    ['2,000', 'ticket', 2_000],
    ['2,000', 'deployment', 2_000],
  ] as const)('in %s histories of a kind (%s), told in another order and in part twice', (_, kind, numRuns) => {
    fc.assert(
      fc.property(arrivals(kind), ({ events, arrived }) => {
        // Byte for byte: even the order of names must not tell.
        return JSON.stringify(projectItem(UID, arrived)) === JSON.stringify(projectItem(UID, events));
      }),
      { numRuns, seed: 20261121 },
    );
  });

  it('and the histories contain what they are meant to: reopenings, repeats, merges, moves, cancellations', () => {
    const items = fc.sample(history('incident'), { numRuns: 2_000, seed: 1 }).flatMap((events) => projectItem(UID, events) ?? []);
    const share = (isSuch: (item: Item) => boolean): number => items.filter(isSuch).length / items.length;
    expect(share((item) => item.last.reopened !== undefined)).toBeGreaterThan(0.2);
    expect(share((item) => item.episodes.length > 1)).toBeGreaterThan(0.02);
    expect(share((item) => item.fields['merged_into'] !== undefined)).toBeGreaterThan(0.05);
    expect(share((item) => new Set(item.stretches.map(({ team }) => team)).size > 1)).toBeGreaterThan(0.1);
    expect(share((item) => item.last.cancelled !== undefined)).toBeGreaterThan(0.1);
  });
});

describe('every item is well formed', () => {
  it('has gapless stretches with no neighbours alike, episodes that tile them, and finite instants', () => {
    fc.assert(
      fc.property(history('incident'), (events) => {
        const item = projectItem(UID, events);
        if (item === null) return;
        for (const list of [item.stretches, ...item.episodes.map(({ stretches }) => stretches)]) {
          expect(list.length).toBeGreaterThan(0);
          expect(list.at(-1)?.to === null || list !== item.stretches).toBe(true);
          list.slice(1).forEach((next, index) => {
            const before = list[index];
            expect(before?.to).toBe(next.from);
            expect(next.from).toBeGreaterThan(before?.from ?? NaN);
            expect({ ...next, from: 0, to: 0 }).not.toEqual({ ...before, from: 0, to: 0 });
          });
        }
        item.episodes.forEach(({ instants, stretches }, index) => {
          expect(Object.values(instants).every((instant) => Number.isFinite(instant))).toBe(true);
          const next = item.episodes[index + 1];
          if (next !== undefined) expect(stretches.at(-1)?.to).toBe(next.stretches[0]?.from);
          // Open means: no restoration stands.
          const isOpen = isOpenState(stretches.at(-1)?.state ?? null) && next === undefined;
          if (isOpen) expect(instants).not.toHaveProperty('restored');
        });
      }),
      { numRuns: 3_000, seed: 20261121 },
    );
  });
});

describe('as of a past instant', () => {
  const probes = Array.from({ length: 60 }, (_, index) => at('2026-03-01T00:00Z') + index * 11 * HOUR + 1000);

  it('the columns know the same queue as a look at each item', () => {
    fc.assert(
      fc.property(fc.array(history('incident'), { maxLength: 4 }), (histories) => {
        const items = histories.flatMap((events, index) => projectItem(`desk:incident:${index}`, events) ?? []);
        const columns = columnsOf('incident', items);
        for (const probe of probes) {
          const second = secondsSince2000(probe);
          let open = 0;
          columns.stretchFrom.forEach((from, index) => {
            const to = columns.stretchTo[index] ?? NEVER;
            const isOpen = isOpenState(STATES[columns.stretchState[index] ?? -1] ?? null);
            if (isOpen && from <= second && (to === NEVER || second < to)) open += 1;
          });
          expect(open).toBe(queueAt(items, probe).length);
        }
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('an item has no state before it began and keeps its last one for ever', () => {
    fc.assert(
      fc.property(history('ticket'), (events) => {
        const item = projectItem('desk:ticket:A', events);
        if (item === null) return;
        const [first] = item.stretches;
        expect(stateAt(item, (first?.from ?? 0) - 1)).toBeNull();
        expect(isOpenAt(item, (first?.from ?? 0) - 1)).toBe(false);
        expect(stateAt(item, at('2030-01-01T00:00Z') + DAY)).toBe(item.stretches.at(-1)?.state);
      }),
      { numRuns: 1_000, seed: 20261121 },
    );
  });
});
