import { openConfiguredStore } from '../main.ts';
import type { Verb } from './terminal.ts';

export const migrate: Verb = {
  name: 'migrate',
  usage: 'migrate',
  summary: 'Brings the database to the schema of this version and says where it is. `serve` does it by itself.',
  flags: {},
  positionals: { least: 0, most: 0 },
  async run({ terminal, config, isJson }) {
    const store = await openConfiguredStore(config, 'write', terminal.clock);
    try {
      const { events, items, batches } = await store.countEvents();
      const place = config.databaseUrl === null ? config.dataFolder : 'PostgreSQL';
      terminal.out(
        isJson
          ? JSON.stringify({ engine: store.engine, place, events, items, batches })
          : `${place} (${store.engine}) is up to date: ${events} events of ${items} items in ${batches} batches.`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
