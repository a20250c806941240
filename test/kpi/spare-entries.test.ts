import { describe, expect, it } from 'vitest';
import type { Entries } from '../../server/kpi/buckets.ts';
import { giveEntries, takeEntries } from '../../server/kpi/spare-entries.ts';

const MANY = 20_000;

const fill = (entries: Entries, rows: number): void => {
  for (let row = 0; row < rows; row += 1) entries.push(row, row + 1, 2, 3, 4, row / 2, 5, 6);
};

describe('entries that were compared', () => {
  it('leave their memory to the next, which finds nothing there and keeps the rows that it is made for', () => {
    const first = takeEntries(MANY, new Uint8Array(MANY).fill(1));
    fill(first, MANY);
    giveEntries(first);

    const odd = Uint8Array.from({ length: MANY }, (_, row) => row % 2);
    const next = takeEntries(MANY - 1, odd);
    expect(next.row).toBe(first.row);
    expect(next.length).toBe(0);
    fill(next, 4);
    expect([...next.row.subarray(0, next.length)]).toEqual([1, 3]);
    expect([...next.value.subarray(0, next.length)]).toEqual([0.5, 1.5]);

    // Nobody gave it back yet.
    expect(takeEntries(MANY, odd).row).not.toBe(next.row);
  });

  it('leave none that is too short for the next', () => {
    const short = takeEntries(MANY, new Uint8Array(MANY));
    giveEntries(short);
    expect(takeEntries(10 * MANY, new Uint8Array(MANY)).row).not.toBe(short.row);
    expect(takeEntries(MANY, new Uint8Array(MANY)).row).toBe(short.row);
  });
});
