import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventSum, eventSums } from '../../server/store/event-sums.ts';
import { fed, fedNext, finished, NOTHING_FED, rowSum } from '../../server/store/row-sum.ts';
import { keyAt } from '../../server/event/event-block.ts';
import { blockOf } from '../../server/store/append.ts';
import { event } from './sample-data.ts';

const short = fc.string({ unit: 'grapheme', maxLength: 20 });
const text = fc.oneof(short, fc.string({ minLength: 250, maxLength: 350 }));

test('a running sum of texts is the CRC-32 of them all', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), (parts) => {
      expect(finished(parts.reduce(fed, NOTHING_FED))).toBe(crc32(parts.join('')));
    }),
  );
});

test('a value that is missing is neither null nor empty', () => {
  const sums = [undefined, null, ''].map((value) => finished(fedNext(fed(NOTHING_FED, 'item'), value)));
  expect(new Set(sums).size).toBe(3);
});

test('the sum of an event is that of its row as it has been from the first, one by one and many at once', () => {
  const slot = fc.option(fc.oneof(short, fc.constantFrom('resolved', 'closed')));
  const sequence = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer());
  const effectiveAt = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.integer({ min: 1e9, max: 3e12 }));
  const state = fc.constantFrom('closed' as const, 'resolved' as const, null);
  const fields = fc.oneof(fc.constant({}), fc.record({ cause: text }));
  const origin = fc.constantFrom('native' as const, 'manual' as const);
  const facts = fc.array(
    fc.record({
      item: short,
      key: short,
      fields,
      slot,
      supersedes: fc.option(short, { freq: 1 }),
      sequence,
      effectiveAt,
      state,
      origin,
    }),
    { maxLength: 100 },
  );
  fc.assert(
    fc.property(facts, fc.integer({ min: 1, max: 9_999 }), (rows, batch) => {
      const events = rows.map((row) => event(row));
      const stored = new Map(events.toReversed().map((each) => [`${each.item} ${each.key}`, each]));
      const block = blockOf(events);
      const { length } = block;
      const keyOf = (row: number): string => keyAt(block, row);
      const sums = eventSums({ block, batch, keyOf, isOfNewItems: false, rows: Int32Array.from({ length }, (_, row) => row) });
      for (const [at, sum] of sums.entries()) {
        const textOf = (cells: Int32Array): string | null => block.texts[cells[at] ?? -1] ?? null;
        const item = textOf(block.item) ?? '';
        const told = stored.get(`${item.slice('servicenow:incident:'.length)} ${keyOf(at)}`);
        const row = {
          item,
          key: keyOf(at),
          batch,
          kind: 'incident' as const,
          effective_at: block.effectiveAt[at] ?? 0,
          sequence: block.sequence[at] ?? 0,
          origin: told?.origin ?? 'webhook',
          state: told?.state ?? null,
          fields: textOf(block.fields) ?? '',
          supersedes: textOf(block.supersedes),
          slot: textOf(block.slot),
        };
        expect(eventSum(row)).toBe(sum);
        expect(rowSum(Object.values(row))).toBe(sum);
      }
    }),
  );
});
