import { createRequire } from 'node:module';
import { getHeapSpaceStatistics } from 'node:v8';
import { main } from '../../server/cli.ts';

/** Asks the verb that is named for its help and says what the process has become of it; run in a process of its own. */
const [verb = ''] = process.argv.slice(2);
const silent = { out: () => undefined, err: () => undefined, progress: () => undefined };
await main([verb, '--help'], { ...silent, clock: () => 0, environment: {} });
// Lives through collections, by which the room for what is young grows where it may.
const kept = Array.from({ length: 500_000 }, (_, at) => ({ at }));
const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
const loaded = Object.keys(createRequire(import.meta.url).cache);
process.stdout.write(
  JSON.stringify({
    youngBytes: kept.length > 0 ? young?.space_size : 0,
    hasServer: loaded.some((file) => file.includes('/node_modules/fastify/')),
  }),
);
