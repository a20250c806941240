import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../server/event/columns.ts';
import { decodeSegment, isSegment } from '../../server/event/segment-read.ts';
import { encodeSegment } from '../../server/event/segment.ts';
import { hashesOf } from '../../server/event/uid-hash.ts';
import { anyRows, columnsFrom, plainRows, type PlainRow } from './support/plain-rows.ts';

const all = (rows: readonly unknown[]): Int32Array => Int32Array.from(rows.keys());
const encoded = (rows: readonly PlainRow[]): Uint8Array => encodeSegment(columnsFrom(rows), all(rows));
const row = (uid: string, changes: Partial<PlainRow> = {}): PlainRow => ({
  uid,
  instants: {},
  numbers: {},
  codes: {},
  stretches: [{ from: 1, to: NEVER, state: 0, severity: 0, team: null, service: null }],
  isSnapshot: false,
  lists: {},
  ...changes,
});

describe('a segment', () => {
  it('gives back every row as it was', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const columns = columnsFrom(rows);
        const decoded = decodeSegment(encodeSegment(columns, all(rows)));
        expect(plainRows(decoded)).toEqual(plainRows(columns));
        expect(hashesOf(decoded)).toEqual(hashesOf({ ...decoded, hashes: null }));
      }),
      { numRuns: 1_000, seed: 20261121 },
    );
  });

  it('is the same bytes in whatever order rows, columns and dictionaries stand', () => {
    fc.assert(
      fc.property(
        anyRows.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) => {
          expect(encoded(shuffled)).toEqual(encoded(rows));
        },
      ),
      { numRuns: 500, seed: 20261121 },
    );
  });

  it('holds the rows asked for and nothing of the others', () => {
    fc.assert(
      fc.property(anyRows, fc.func(fc.boolean()), (rows, isChosen) => {
        const columns = columnsFrom(rows);
        const chosen = rows.filter((each) => isChosen(each.uid));
        const indexes = Int32Array.from(chosen, (each) => rows.indexOf(each));
        expect(encodeSegment(columns, indexes)).toEqual(encoded(chosen));
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('can be read where its bytes lie askew', () => {
    const bytes = encoded([row('a', { instants: { opened: 5 } }), row('b', { numbers: { harm: 1.5 } })]);
    const askew = new Uint8Array(bytes.length + 3);
    askew.set(bytes, 3);
    for (const place of [askew.subarray(3), Buffer.from(askew.buffer, 3), Buffer.from(bytes)])
      expect(plainRows(decodeSegment(place))).toEqual(plainRows(decodeSegment(bytes)));
  });

  it('has no room for what no row sets', () => {
    const columns = columnsFrom([row('a'), row('b')]);
    const none = { dictionary: [], codes: Int32Array.of(-1, -1) };
    const empty = {
      ...columns,
      instants: { due: Int32Array.of(NEVER, NEVER) },
      numbers: { harm: Float64Array.of(NaN, NaN) },
      codes: { type: none },
      lists: { closings: { start: new Int32Array(3), columns: { closed: new Int32Array(0) } } },
    };
    expect(encodeSegment(empty, Int32Array.of(0, 1))).toEqual(encodeSegment(columns, Int32Array.of(0, 1)));
    expect(decodeSegment(encodeSegment(empty, Int32Array.of(0, 1)))).toMatchObject({
      instants: {},
      numbers: {},
      codes: {},
      lists: {},
    });
  });

  it('tells the first and last second it speaks of, and the teams and services in it', () => {
    const closed = [
      { from: 10, to: 20, state: 0, severity: 0, team: 'b', service: null },
      { from: 20, to: NEVER, state: 6, severity: 0, team: 'a', service: null },
    ];
    const ended = row('a', { instants: { opened: 10, due: 40 }, stretches: closed });
    expect(decodeSegment(encoded([ended])).parts).toEqual([
      { start: 0, end: 1, from: 10, until: 40, teams: Int32Array.of(0, 1), services: Int32Array.of(-1) },
    ]);
    expect(decodeSegment(encoded([ended, row('b')])).parts).toMatchObject([
      { start: 0, end: 2, from: 1, until: Infinity, teams: Int32Array.of(-1, 0, 1) },
    ]);
    const unknown = [{ from: NEVER, to: NEVER, state: 6, severity: 0, team: null, service: 'x' }];
    expect(decodeSegment(encoded([row('a', { stretches: unknown })])).parts).toMatchObject([
      { from: -Infinity, until: Infinity, services: Int32Array.of(0) },
    ]);
  });

  it('of another format is refused, not read as something else', () => {
    const bytes = encoded([row('a')]);
    const other = Uint8Array.from(bytes, (byte, index) => (index === 0 ? byte + 1 : byte));
    expect([isSegment(bytes), isSegment(other), isSegment(bytes.subarray(0, 7))]).toEqual([true, false, false]);
    expect(() => decodeSegment(other)).toThrow(RangeError);
    expect(() => decodeSegment(bytes.subarray(0, bytes.length - 8))).toThrow(RangeError);
  });
});
