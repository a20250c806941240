import { sql } from 'kysely';
import type { Header } from './backup-format.ts';
import type { Engine, Write } from './engine.ts';
import type { LoadOptions } from './load.ts';
import { shapesOf } from './shape.ts';
import { StoreError } from './store.ts';

export interface RestoreOptions extends LoadOptions {
  /** Puts what is there aside instead of refusing. */
  readonly isReplacing: boolean;
  /** Path of the key file of the pseudonyms. */
  readonly keyFile: string;
}

export interface Restored {
  readonly header: Header;
  /** Names of migrations that were applied to what the backup holds. */
  readonly migrated: readonly string[];
  /** Where that went which was replaced: a folder, or a schema; null where nothing was. */
  readonly aside: string | null;
}

/** True where no table has a row, beside the record of migrations. */
export async function isEmpty(trx: Write, engine: Engine['name']): Promise<boolean> {
  for (const { table } of await shapesOf(trx, engine)) {
    if (table === 'migration') continue;
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(trx);
    if (rows.length > 0) return false;
  }
  return true;
}

export const refuseFull = (place: string): StoreError =>
  new StoreError(
    'conflict',
    `${place} has data already. Nothing was changed.`,
    'Restore into another place (QUARTERDECK_DATA or DATABASE_URL), or put what is there aside with --replace.',
  );

/** `2026-11-21-054830`: for the name of what is put aside. */
export const timeName = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
