import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../server/event/columns-of.ts';
import { MIXED, NEVER, type ItemColumns } from '../../server/event/columns.ts';
import { homeKey, homeOf, type Home } from '../../server/event/home.ts';
import { ItemTable } from '../../server/event/item-table.ts';
import type { Item } from '../../server/event/item.ts';
import type { Kind } from '../../server/event/kinds.ts';
import { projectItem } from '../../server/event/projection.ts';
import { decodeSegment } from '../../server/event/segment-read.ts';
import { encodeSegment } from '../../server/event/segment.ts';
import { TableReader } from '../../server/event/shared-table.ts';
import { hashesOf } from '../../server/event/uid-hash.ts';
import { itemOf } from './support/facts.ts';
import { history } from './support/histories.ts';
import { anyRows, columnsFrom, plainRows } from './support/plain-rows.ts';

/** Some that look like a later episode of others. */
const IDS = ['A', 'A#2', 'A#3', 'B', 'ü😀', 'C'];

type Step =
  | { readonly is: 'append'; readonly items: readonly Item[] }
  | { readonly is: 'remove'; readonly uids: readonly string[] }
  | { readonly is: 'compact' | 'reopen' | 'save' };

const itemsOf = (kind: Kind): fc.Arbitrary<Item[]> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...IDS), history(kind)), { minLength: 1, maxLength: 4, selector: ([id]) => id })
    .map((told) => told.flatMap(([id, events]) => projectItem(`desk:${kind}:${id}`, events) ?? []));

const stepsOf = (kind: Kind): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: itemsOf(kind).map((items): Step => ({ is: 'append', items })) },
      {
        weight: 1,
        arbitrary: fc.subarray(IDS).map((ids): Step => ({ is: 'remove', uids: ids.map((id) => `desk:${kind}:${id}`) })),
      },
      { weight: 3, arbitrary: fc.constantFrom<Step>({ is: 'compact' }, { is: 'reopen' }, { is: 'save' }) },
    ),
    { maxLength: 8 },
  );

const allRows = (columns: ItemColumns): Int32Array => Int32Array.from({ length: columns.length }, (_, row) => row);

/** A table, what it should hold, and its segments as they would be stored. */
class Kept {
  table: ItemTable;
  readonly items = new Map<string, Item>();
  readonly segments = new Map<string, { readonly home: Home; readonly bytes: Uint8Array }>();
  readonly #kind: Kind;
  /** Of appended rows among those stored. */
  readonly #share: number;
  #saves = 0;

  constructor(kind: Kind, share: number) {
    this.#kind = kind;
    this.#share = share;
    this.table = new ItemTable(kind);
  }

  take(step: Step): void {
    if (step.is === 'append') {
      this.table.append(columnsOf(this.#kind, step.items));
      for (const item of step.items) this.items.set(item.uid, item);
    } else if (step.is === 'remove') {
      this.table.remove(step.uids);
      for (const uid of step.uids) this.items.delete(uid);
    } else if (step.is === 'compact') this.table.compact(0);
    else if (step.is === 'save') this.save();
    else this.reopen();
  }

  save(): void {
    const changes = this.table.changes(Math.floor((this.#saves += 1) / 4), this.#share);
    for (const home of changes.drop) this.segments.delete(homeKey(home));
    for (const { home, rows } of changes.put)
      this.segments.set(homeKey(home), { home, bytes: encodeSegment(this.table.columns(), rows) });
    this.table.stored(changes);
  }

  reopen(): void {
    this.save();
    this.table = new ItemTable(this.#kind);
    const inOrder = [...this.segments.values()].sort(
      ({ home: one }, { home: other }) =>
        Buffer.compare(Buffer.from(one.cluster), Buffer.from(other.cluster)) || one.month - other.month,
    );
    for (const { home, bytes } of inOrder) this.table.load(decodeSegment(bytes), home);
  }

  /** What the items give without a table. */
  expected(): ItemColumns {
    return columnsOf(this.#kind, [...this.items.values()]);
  }
}

function expectParts(columns: ItemColumns): void {
  let before = 0;
  const covered = new Set<number>();
  for (const { start, end, from, until, teams, services } of columns.parts ?? []) {
    expect(start).toBeGreaterThanOrEqual(before);
    before = end;
    expect([...teams]).toEqual([...teams].sort((one, other) => one - other));
    for (let row = start; row < end; row += 1) {
      covered.add(row);
      for (const at of Object.values(columns.instants).map((cells) => cells[row] ?? NEVER)) {
        if (at !== NEVER) expect(from <= at && at <= until).toBe(true);
      }
      const [first = 0, last = 0] = columns.stretchStart.subarray(row, row + 2);
      for (let stretch = first; stretch < last; stretch += 1) {
        expect(teams).toContain(columns.stretchTeam.codes[stretch]);
        expect(services).toContain(columns.stretchService.codes[stretch]);
      }
    }
  }
  for (let row = 0; row < columns.length; row += 1) if (columns.dead?.[row] !== 1) expect(covered).toContain(row);
}

/** Whose each row was throughout is what its stretches say. */
function expectNotes(columns: ItemColumns): void {
  for (const { codes, ofRow } of [columns.stretchTeam, columns.stretchService])
    for (let row = 0; row < columns.length; row += 1) {
      const own = new Set(codes.subarray(columns.stretchStart[row], columns.stretchStart[row + 1]));
      const [only = MIXED] = own.size === 1 ? own : [];
      if (ofRow?.[row] !== only) expect([row, ofRow?.[row] ?? MIXED]).toEqual([row, only]);
    }
}

describe.each(['incident', 'ticket', 'page'] as const)('a table of %ss', (kind) => {
  it('holds what a list of the items would, whatever was appended, replaced, removed, put in place, stored and loaded', () => {
    fc.assert(
      fc.property(stepsOf(kind), fc.constantFrom(0, 0.5, 2), (steps, share) => {
        const kept = new Kept(kind, share);
        const elsewhere = new TableReader();
        for (const step of steps) {
          kept.take(step);
          const columns = kept.table.columns();
          const expected = plainRows(kept.expected());
          expect(plainRows(columns)).toEqual(expected);
          expect(plainRows(elsewhere.columns(structuredClone(kept.table.share())))).toEqual(expected);
          expect(kept.table.count).toBe(expected.length);
          expect(columns.hashes).toEqual(hashesOf({ ...columns, hashes: null }));
          expectParts(columns);
          if (kind !== 'page') [columns, elsewhere.columns(kept.table.share())].forEach(expectNotes);
          for (const id of IDS) {
            const item = kept.items.get(`desk:${kind}:${id}`);
            const uids = kept.table.rowsOf(`desk:${kind}:${id}`).map((row) => columns.uids.at(row));
            expect(uids).toEqual(item?.episodes.map(({ uid }) => uid) ?? []);
          }
        }
      }),
      { numRuns: 150, seed: 20261121 },
    );
  });

  it('has segments that are those of the items, to the byte', () => {
    fc.assert(
      fc.property(stepsOf(kind), (steps) => {
        const kept = new Kept(kind, 0);
        for (const step of steps) kept.take(step);
        kept.save();
        const homes = new Map<string, Item[]>();
        for (const item of kept.items.values()) {
          const columns = columnsOf(kind, [item]);
          const byEpisode = [...allRows(columns)].sort(
            (one, other) =>
              (columns.stretchFrom[columns.stretchStart[one] ?? 0] ?? 0) -
              (columns.stretchFrom[columns.stretchStart[other] ?? 0] ?? 0),
          );
          const key = homeKey(homeOf(columns, byEpisode));
          homes.set(key, [...(homes.get(key) ?? []), item]);
        }
        expect([...kept.segments.keys()].sort()).toEqual([...homes.keys()].sort());
        for (const [key, items] of homes) {
          const columns = columnsOf(kind, items);
          expect(kept.segments.get(key)?.bytes).toEqual(encodeSegment(columns, allRows(columns)));
        }
      }),
      { numRuns: 100, seed: 20261121 },
    );
  });
});

describe('a table', () => {
  const ticket = (item: string, team: string) =>
    itemOf({ kind: 'ticket', item, at: '2026-03-02T10:00Z', state: 'opened', fields: { team } });

  it('holds any rows that columns can, also those of other columns alone', () => {
    fc.assert(
      fc.property(fc.array(anyRows, { maxLength: 4 }), (batches) => {
        const table = new ItemTable('ticket');
        const expected = new Map(batches.flat().map((row) => [row.uid, row]));
        for (const rows of batches) {
          const others = [...rows, ...rows.map((row) => ({ ...row, uid: `not ${row.uid}` }))];
          table.append(columnsFrom(others), Int32Array.from(rows.keys()));
        }
        expect(plainRows(table.columns())).toEqual(plainRows(columnsFrom([...expected.values()])));
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });

  it('gives the same columns until it changes, and then others', () => {
    const table = new ItemTable('ticket');
    table.append(columnsOf('ticket', [ticket('A', 'payments')]));
    const columns = table.columns();
    expect(table.columns()).toBe(columns);
    table.append(columnsOf('ticket', [ticket('A', 'search')]));
    expect(table.columns()).not.toBe(columns);
    expect(table.columns().dead).toEqual(Uint8Array.of(1, 0));
    expect(columns.stretchTeam.dictionary).toEqual(['payments']);
  });

  it('is put in place only where much of it is not', () => {
    const table = new ItemTable('ticket');
    const items = Array.from({ length: 100 }, (_, index) => ticket(`T${index}`, index % 2 === 0 ? 'payments' : 'search'));
    table.append(columnsOf('ticket', items));
    expect(table.compact()).toBe(true);
    expect(table.columns().parts).toMatchObject([
      { start: 0, end: 50 },
      { start: 50, end: 100 },
    ]);
    table.append(columnsOf('ticket', [ticket('T1', 'payments')]));
    expect(table.compact()).toBe(false);
    expect(table.columns()).toMatchObject({ length: 101, parts: [{ start: 0 }, { start: 50 }, { start: 100, end: 101 }] });
  });

  it('tells which homes have other rows than before, where an item left and where it came', () => {
    const table = new ItemTable('ticket');
    table.append(columnsOf('ticket', [ticket('A', 'payments'), ticket('B', 'search')]));
    table.stored(table.changes(1));
    table.append(columnsOf('ticket', [ticket('A', 'search')]));
    const month = 2026 * 12 + 2;
    const changes = table.changes(2);
    expect(changes).toEqual({
      put: [{ home: { cluster: 'search', month }, rows: Int32Array.of(1, 2) }],
      drop: [{ cluster: 'payments', month }],
    });
    table.stored(changes);
    expect(table.changes(3)).toEqual({ put: [], drop: [] });
  });

  it('stores few appended rows by themselves, and all where they belong once those are many', () => {
    const table = new ItemTable('ticket');
    table.append(
      columnsOf(
        'ticket',
        Array.from({ length: 48 }, (_, index) => ticket(`T${index}`, 'payments')),
      ),
    );
    const putOf = (batch: number) => {
      const changes = table.changes(batch);
      table.stored(changes);
      return [changes.put.map(({ home, rows }) => [home.cluster, rows.length]), changes.drop.map(({ month }) => month)];
    };
    expect(putOf(1)).toEqual([[['payments', 48]], []]);
    table.append(columnsOf('ticket', [ticket('T1', 'search')]));
    expect(putOf(2)).toEqual([[['\u{10ffff}', 1]], []]);
    table.append(columnsOf('ticket', [ticket('T2', 'search')]));
    expect(putOf(3)).toEqual([[['\u{10ffff}', 1]], []]);
    // A heap is named by its batch, and another of that name would take its place.
    table.append(columnsOf('ticket', [ticket('T9', 'payments')]));
    expect(table.changes(3).put).toMatchObject([{ home: { cluster: 'payments' } }, { home: { cluster: 'search' } }]);
    expect(table.changes(4).put).toHaveLength(1);
    table.append(columnsOf('ticket', [ticket('T3', 'search'), ticket('T4', 'search')]));
    expect(putOf(4)).toEqual([
      [
        ['payments', 44],
        ['search', 4],
      ],
      [2, 3],
    ]);
  });

  it('is the same in memory of its own, however far it grows', () => {
    const own = new ItemTable('ticket', 'own');
    const shared = new ItemTable('ticket');
    const batch = 3000;
    // The longest columns outgrow what is first taken for them alone.
    for (let from = 0; from < 40_000; from += batch) {
      const items = Array.from({ length: batch }, (_, index) => ticket(`T${from + index}`, `team-${index % 7}`));
      for (const table of [own, shared]) table.appendNew(columnsOf('ticket', items));
    }
    const segmentsOf = (table: ItemTable): (readonly [string, Uint8Array])[] =>
      table.changes(1, 0).put.map(({ home, rows }) => [homeKey(home), encodeSegment(table.columns(), rows)] as const);
    expect(segmentsOf(own)).toHaveLength(7);
    expect(segmentsOf(own)).toEqual(segmentsOf(shared));
    for (const table of [own, shared]) expect(table.compact()).toBe(true);
    expect(segmentsOf(own)).toEqual(segmentsOf(shared));
    expect(own.columns().parts).toEqual(shared.columns().parts);
  });

  it('knows the sources that its uids name', () => {
    const table = new ItemTable('ticket');
    const uids = ['b:ticket:1', 'a:ticket:1', 'a:ticket:2'];
    const rows = uids.map((uid) => ({ uid, instants: {}, numbers: {}, codes: {}, stretches: [], isSnapshot: false, lists: {} }));
    table.append(columnsFrom(rows));
    expect(table.columns().uids.sources).toEqual(['a', 'b']);
  });
});
