import fc from 'fast-check';
import type { Codes, ItemColumns, Part } from '../../../server/event/columns.ts';
import { NO_SPAN, widen } from '../../../server/event/lasting.ts';
import { plainColumns, type PlainItem } from './plain.ts';

/** How the same items may lie in a table. */
export interface Lie {
  /** Numbers to sort rows by. */
  readonly order: readonly number[];
  /** Rows that others have replaced: some of them of the very items that stand. */
  readonly replaced: readonly PlainItem[];
  /** Where parts begin, as shares of the table; null for none told. */
  readonly cuts: readonly number[] | null;
  readonly isRecoded: boolean;
}

export const lie = (replaced: fc.Arbitrary<readonly PlainItem[]>): fc.Arbitrary<Lie> =>
  fc.record({
    order: fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }),
    replaced,
    cuts: fc.option(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), { freq: 4 }),
    isRecoded: fc.boolean(),
  });

/** Items as columns in another order, with dead rows strewn in, cut into parts and with other dictionaries. */
export const lyingAs = ({ order, replaced, cuts, isRecoded }: Lie, items: readonly PlainItem[]): ItemColumns => {
  const rows = [...items.map((item) => ({ item, isDead: 0 })), ...replaced.map((item) => ({ item, isDead: 1 }))]
    .map((row, index) => ({ ...row, key: order[index % order.length] ?? 0 }))
    .sort((one, other) => one.key - other.key);
  const columns = plainColumns(
    'incident',
    rows.map(({ item }) => item),
  );
  const dead = replaced.length === 0 ? null : Uint8Array.from(rows, ({ isDead }) => isDead);
  const recode = isRecoded ? recoded : (codes: Codes): Codes => codes;
  const lying = {
    ...columns,
    dead,
    codes: Object.fromEntries(Object.entries(columns.codes).map(([name, codes]) => [name, recode(codes)])),
    stretchTeam: recode(columns.stretchTeam),
    stretchService: recode(columns.stretchService),
  };
  return { ...lying, parts: cuts === null ? null : partsOf(lying, cuts) };
};

/** The same texts the other way round, after one that no row uses. */
const recoded = ({ dictionary, codes }: Codes): Codes => ({
  dictionary: ['unused', ...dictionary.toReversed()],
  codes: codes.map((code) => (code < 0 ? -1 : dictionary.length - code)),
});

const partsOf = (columns: ItemColumns, cuts: readonly number[]): Part[] => {
  const { length, stretchStart, stretchTeam, stretchService } = columns;
  const bounds = [...new Set([0, ...cuts.map((share) => Math.floor(share * length)), length])].sort((a, b) => a - b);
  return bounds.slice(1).map((end, index) => {
    const start = bounds[index] ?? 0;
    const span = { ...NO_SPAN };
    widen(span, columns, start, end);
    const codesOf = ({ codes }: Codes): Int32Array =>
      Int32Array.from(new Set(codes.subarray(stretchStart[start], stretchStart[end]))).sort();
    return { start, end, ...span, teams: codesOf(stretchTeam), services: codesOf(stretchService) };
  });
};
