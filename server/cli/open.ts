import type { Config } from '../config.ts';
import { openEngine, type Running } from '../main.ts';
import { StoreError } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

/** The engine over the database, or null where a running server holds it and must be asked instead. */
export async function openOrNull(config: Config, terminal: Terminal): Promise<Running | null> {
  try {
    return await openEngine(config, terminal.clock, (level, message) => {
      if (level !== 'info') terminal.err(message);
    });
  } catch (error) {
    if (error instanceof StoreError && error.code === 'locked') return null;
    throw error;
  }
}
