import type { Write } from './engine.ts';

/**
 * The number of the next row, one more than the last. Writers follow one another, so there are no
 * gaps and no duplicates, and a rebuilt database has the same numbers (a sequence would leave gaps).
 */
export async function nextNumber(trx: Write, table: 'pull' | 'run' | 'publication' | 'journal'): Promise<number> {
  const last = await trx.selectFrom(table).select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
  return (last?.number ?? 0) + 1;
}
