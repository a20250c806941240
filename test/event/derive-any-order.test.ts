import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { columnsOf } from '../../server/event/columns-of.ts';
import { deriveColumns, withDerivedFields } from '../../server/event/derive.ts';
import type { Item } from '../../server/event/item.ts';
import { KINDS, isKind, type Kind } from '../../server/event/kinds.ts';
import { disarranged } from './support/disarranged.ts';
import { at } from './support/facts.ts';
import { ORGANISATION } from './support/organisation.ts';
import { rowsOf } from './support/rows.ts';
import { worlds } from './support/worlds.ts';

const NOW = at('2026-03-29T12:00Z');
const kinds = Object.keys(KINDS).filter(isKind);
const derivedKinds = kinds.filter((kind) => KINDS[kind].isDerived);

/** Plain columns of every kind among stored items, after something was done to them. */
function columnsAmong(items: readonly Item[], change: (columns: ItemColumns) => ItemColumns): (kind: Kind) => ItemColumns {
  const made = new Map<Kind, ItemColumns>();
  const columnsFor = (kind: Kind): ItemColumns => {
    const known = made.get(kind);
    if (known !== undefined) return known;
    const plain = KINDS[kind].isDerived
      ? deriveColumns(kind, columnsFor, ORGANISATION, NOW)
      : columnsOf(
          kind,
          items.filter((item) => item.kind === kind),
        );
    const changed = change(plain);
    made.set(kind, changed);
    return changed;
  };
  return columnsFor;
}

describe('whatever the order of rows and texts, and with replaced rows among them', () => {
  it.each(derivedKinds)('the same %s items are derived', (kind) => {
    let seen = 0;
    fc.assert(
      fc.property(worlds, fc.integer(), (items, seed) => {
        const expected = rowsOf(columnsAmong(items, (columns) => columns)(kind));
        seen += expected.length;
        expect(rowsOf(columnsAmong(items, (columns) => disarranged(columns, seed))(kind))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('the same fields are derived and linked', () => {
    fc.assert(
      fc.property(worlds, fc.integer(), (items, seed) => {
        const plain = columnsAmong(items, (columns) => columns);
        const other = columnsAmong(items, (columns) => disarranged(columns, seed));
        for (const kind of kinds)
          expect(rowsOf(withDerivedFields(kind, other(kind), other)), kind).toEqual(
            rowsOf(withDerivedFields(kind, plain(kind), plain)),
          );
      }),
      { numRuns: 300 },
    );
  });
});
