import type { Engine } from './engine.ts';
import { storeOn } from './kysely-store.ts';
import { migrate } from './migrate.ts';
import { openPostgresql } from './postgresql.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

export type StoreConfig =
  /** Folder of the embedded database; made where there is none. */
  | { readonly engine: 'sqlite'; readonly folder: string }
  /** A `postgres:` URL. */
  | { readonly engine: 'postgresql'; readonly url: string };

export interface StoreOptions {
  /** `write` brings the schema up to date and, on SQLite, keeps every other writer out; `read` writes nothing. */
  readonly mode: 'write' | 'read';
  /** Epoch milliseconds; the system's clock where it is not given. */
  readonly now?: () => number;
  /** Where this process can be reached; told to a second writer that is refused. */
  readonly url?: string;
}

/**
 * Opens the database.
 * @throws StoreError with what to do: locked, corrupt, newer-schema, read-only, full, unreachable
 */
export async function openStore(config: StoreConfig, options: StoreOptions): Promise<Store> {
  const now = options.now ?? Date.now;
  const engine = await openEngine(config, { ...options, now });
  try {
    await migrate(engine, now);
    return storeOn(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Opens the database as it is, whatever its schema. Throws StoreError. */
export async function openEngine(config: StoreConfig, options: StoreOptions & { readonly now: () => number }): Promise<Engine> {
  return config.engine === 'sqlite' ? openSqlite(config.folder, options) : openPostgresql(config.url, { mode: options.mode });
}
