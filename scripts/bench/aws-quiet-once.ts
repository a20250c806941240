import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullSource } from '../../server/jobs/pull.ts';
import { cloudwatchAdapter } from '../../server/sources/cloudwatch/adapter.ts';
import { parseSources } from '../../server/sources/config.ts';
import type { Source } from '../../server/sources/source.ts';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate } from '../../server/store/migrate.ts';
import { DATABASE_FILE, openSqlite, type SqliteEngine } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { startAwsServer } from '../aws-server/server.ts';
import { ACCOUNT, ASKED_AT, HOUR_MS } from './aws-answer.ts';
import { timed } from './measured.ts';

/** What a pass wrote. */
export interface Written {
  /** Points, batches and events. */
  readonly facts: number;
  /** Rows of any table, as SQLite counts them: put, changed or taken away. */
  readonly rows: number;
  /** Of these, in the log of passes. */
  readonly passes: number;
  /** Of the write-ahead log. */
  readonly bytes: number;
  readonly calls: number;
  readonly ms: number;
}

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'] as const;
const TEN_MINUTES_MS = 10 * 60_000;

const house = { now: ASKED_AT };
const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-quiet-'));
const server = await startAwsServer({ now: () => house.now });
const engine = openSqlite(folder, { mode: 'write', now: () => house.now });

function sourceOf(series: number): Source {
  for (const region of REGIONS)
    for (let nth = 0; nth < series; nth += 1)
      server.state.cloudwatch.metrics.generate(
        { account: ACCOUNT, region, namespace: 'Shop', metric: `metric-${nth}`, dimensions: {} },
        // Something happens once an hour, at its beginning: ten minutes later nothing is new.
        { everyMs: HOUR_MS, value: (at) => (at / HOUR_MS + nth) % 97, since: ASKED_AT - 14 * 24 * HOUR_MS },
      );
  const text = `version: sources/v1
sources:
  - id: metrics
    type: cloudwatch
    endpoint: ${server.url}
    regions: [${REGIONS.join(', ')}]
    series:
${Array.from({ length: series }, (_, nth) => `      - { name: metric-${nth}, namespace: Shop, metric: metric-${nth}, statistics: [Sum] }`).join('\n')}
`;
  const { sources, problems } = parseSources(text, 'sources.yaml', [cloudwatchAdapter]);
  const [source] = sources;
  if (source === undefined) throw new Error(JSON.stringify(problems[0]));
  return source;
}

const counted = ({ connection }: SqliteEngine, question: string): number =>
  Number(connection.prepare(`select ${question}`).pluck().get());
const FACTS = '(select count(*) from sample_chunk) + (select count(*) from batch) + (select count(*) from event)';
const PASSES = '(select count(*) from pull)';

async function passOver(source: Source, store: Store): Promise<Written> {
  engine.connection.pragma('wal_checkpoint(TRUNCATE)');
  const look = () => ({
    facts: counted(engine, FACTS),
    rows: counted(engine, 'total_changes()'),
    passes: counted(engine, PASSES),
    bytes: statSync(`${join(folder, DATABASE_FILE)}-wal`).size,
    calls: server.calls.length,
  });
  const before = look();
  const { ms, given } = await timed(() =>
    pullSource(source, {
      store,
      clock: () => house.now,
      pseudonym: (person) => person,
      signal: new AbortController().signal,
    }),
  );
  if (given.outcome !== 'complete' || given.rejected > 0) throw new Error(given.error ?? 'the pass rejected something');
  const after = look();
  return {
    facts: after.facts - before.facts,
    rows: after.rows - before.rows,
    passes: after.passes - before.passes,
    bytes: after.bytes - before.bytes,
    calls: after.calls - before.calls,
    ms,
  };
}

/** A first read, an hour that brings something, and so many polls that bring nothing. */
const [series = 1, rounds = 1] = process.argv.slice(2).map(Number);
const { AWS_ENDPOINT_URL: _, ...identity } = server.environment(ACCOUNT);
Object.assign(process.env, identity);
try {
  await migrate(engine, () => house.now);
  const store = storeOn(engine);
  const source = sourceOf(series);
  await passOver(source, store);
  house.now += HOUR_MS;
  const busy = await passOver(source, store);
  if (busy.facts < series) throw new Error(`an hour later ${busy.facts} facts were new`);
  const quiet: Written[] = [];
  for (let nth = 0; nth < rounds; nth += 1) {
    // Within the hour, and within the day that it belongs to.
    house.now += Math.floor(TEN_MINUTES_MS / rounds);
    quiet.push(await passOver(source, store));
  }
  if (process.send === undefined) console.log(JSON.stringify({ busy, quiet }));
  else process.send({ busy, quiet });
} finally {
  await engine.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  if (process.connected) process.disconnect();
}
