import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../server/event/columns-of.ts';
import type { ItemColumns } from '../../server/event/columns.ts';
import { findRows, sourcesOf } from '../../server/event/find-rows.ts';
import { hashesOf } from '../../server/event/uid-hash.ts';

/** Columns with these uids alone, and the rows whose uid was read. */
function columnsWith(uids: readonly string[], dead: Uint8Array | null = null): { columns: ItemColumns; read: number[] } {
  const read: number[] = [];
  const plain: ItemColumns = { ...columnsOf('ticket', []), length: uids.length, dead, uids };
  const columns: ItemColumns = {
    ...plain,
    hashes: hashesOf(plain),
    uids: {
      length: uids.length,
      at: (row) => {
        read.push(row);
        return uids[row];
      },
    },
  };
  return { columns, read };
}

describe('rows by uid', () => {
  it('are those that a search through all of them finds, asked for once or twice', () => {
    const uid = fc.nat({ max: 40 }).map((item) => `desk:ticket:${item}`);
    fc.assert(
      fc.property(fc.uniqueArray(uid, { maxLength: 30 }), fc.array(uid, { maxLength: 30 }), (uids, asked) => {
        expect([...findRows(columnsWith(uids).columns, asked)]).toEqual(asked.map((each) => uids.indexOf(each)));
      }),
      { numRuns: 1000 },
    );
  });

  it('are never replaced ones, and only what is found is read', () => {
    const uids = ['a', 'b', 'a', 'c'].map((item) => `desk:ticket:${item}`);
    const { columns, read } = columnsWith(uids, Uint8Array.of(1, 0, 0, 0));
    expect([...findRows(columns, ['desk:ticket:a', 'desk:ticket:z'])]).toEqual([2, -1]);
    expect(read).toEqual([2]);
  });

  it('with one hash are told apart by their texts', () => {
    const { columns } = columnsWith(['desk:ticket:a', 'desk:ticket:b']);
    const [high = 0] = hashesOf(columns).high;
    const [low = 0] = hashesOf(columns).low;
    const alike: ItemColumns = { ...columns, hashes: { high: Int32Array.of(high, high), low: Int32Array.of(low, low) } };
    expect([...findRows(alike, ['desk:ticket:a'])]).toEqual([0]);
  });
});

it('sources are those told, else those in the uids', () => {
  expect([...sourcesOf(['desk:ticket:1', 'pager:ticket:1', 'desk:ticket:2', 'desk2:ticket:1'])].sort()).toEqual([
    'desk',
    'desk2',
    'pager',
  ]);
  expect(sourcesOf({ length: 1, at: () => 'desk:ticket:1', sources: ['told'] })).toEqual(['told']);
});
