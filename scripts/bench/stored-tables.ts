import { ItemTables } from '../../server/jobs/item-tables.ts';
import { loadColumns } from '../../server/jobs/stored-columns.ts';
import type { SharedWorld } from '../../server/jobs/shared-world.ts';
import type { Data } from './data.ts';
import { timed } from './measured.ts';
import { organisationFor, organisationText } from './organisation.ts';
import { NOW, type Size } from './size.ts';
import { MAKER, storedHouse } from './stored-house.ts';

/** Columns that were stored in a database of the product, and read from it. */
export interface StoredTables {
  readonly tables: ItemTables;
  readonly storingMs: number;
  readonly readingMs: number;
}

export async function storedTables(size: Size, data: Data): Promise<StoredTables> {
  const { ms: storingMs, given: house } = await timed(() => storedHouse(size, data, []));
  try {
    const tables = new ItemTables(organisationFor(size.teams));
    const { ms: readingMs, given: unusable } = await timed(() => loadColumns(house.store, tables, MAKER, Infinity));
    if (unusable !== null) throw new Error(unusable);
    return { tables, storingMs, readingMs };
  } finally {
    await house.close();
  }
}

/** As the product hands it to its threads: everything is known up to now. */
export function sharedWorld(size: Size, tables: ItemTables, kpis: SharedWorld['kpis']): SharedWorld {
  const state = { source: 'all', completeUntil: NOW, historyFrom: null, lastCompletedAt: NOW };
  return {
    organisationText: organisationText(size.teams),
    tables: Object.fromEntries(tables.kinds.map((kind) => [kind, tables.table(kind).share()])),
    series: {},
    sources: [{ source: { id: 'all', kinds: tables.kinds, series: [], staleAfterMs: Infinity }, state }],
    kpis,
    now: NOW,
  };
}
