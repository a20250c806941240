import type { Engine } from './engine.ts';
import { StoreError, type StoreErrorCode } from './store.ts';

/** What does not pass when a request is repeated, but with what is wrong around the database. */
const LASTING: ReadonlySet<StoreErrorCode> = new Set(['full', 'read-only', 'unreachable', 'corrupt']);
/** Larger than what may be left in files that have their size already. */
const TRIED_CHARACTERS = 256 * 1024;

/**
 * The engine, and whether what is written to it can be stored. That something small could be written
 * after a failure proves nothing, so only a trial of some size ends the trouble.
 */
export function watched(engine: Engine): { readonly engine: Engine; readonly trouble: () => Promise<StoreError | null> } {
  let trouble: StoreError | null = null;
  const write: Engine['write'] = async (work, isAwaited) => {
    try {
      return await engine.write(work, isAwaited);
    } catch (error) {
      if (error instanceof StoreError && LASTING.has(error.code)) trouble = error;
      throw error;
    }
  };
  const tryWriting = async (): Promise<void> => {
    const name = 'can-store';
    await write(async (trx) => {
      await trx
        .insertInto('setting')
        .values({ name, value: 'x'.repeat(TRIED_CHARACTERS) })
        .execute();
      await trx.deleteFrom('setting').where('name', '=', name).execute();
    });
  };
  return {
    engine: { ...engine, write },
    trouble: async () => {
      if (trouble === null) return null;
      try {
        await tryWriting();
        trouble = null;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
      }
      return trouble;
    },
  };
}
