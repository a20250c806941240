import type { Config } from '../config.ts';
import { openEngine, type Running } from '../main.ts';
import { StoreError } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

/**
 * The engine over the database, or null where a running server holds it and must be asked instead.
 * @param isWanted which of the engine's warnings go to standard error; not those a verb tells by itself
 */
export async function openOrNull(
  config: Config,
  terminal: Terminal,
  isWanted: (message: string) => boolean = () => true,
): Promise<Running | null> {
  try {
    return await openEngine(config, terminal.clock, (level, message) => {
      if (level !== 'info' && isWanted(message)) terminal.err(message);
    });
  } catch (error) {
    if (error instanceof StoreError && error.code === 'locked') return null;
    throw error;
  }
}
