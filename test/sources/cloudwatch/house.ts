import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { MetricAddress } from '../../../scripts/aws-server/cloudwatch/metric-store.ts';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import { pullSource } from '../../../server/jobs/pull.ts';
import { formatProblem } from '../../../server/kpi/problem.ts';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import { parseSources } from '../../../server/sources/config.ts';
import type { Source } from '../../../server/sources/source.ts';
import { openStore } from '../../../server/store/open.ts';
import type { PullRecord, Store } from '../../../server/store/store.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Saturday. */
export const NOW = Date.parse('2026-11-21T22:47:31Z');
/** Where its hour began: up to there hours are whole. */
export const LAST_HOUR = NOW - (NOW % HOUR);
const OWN = '999900001111';

export interface MetricHouse {
  readonly server: AwsServer;
  /** Of the services and of who pulls. */
  now: number;
  /** A source of these Regions of these accounts, whose roles are there to be taken. */
  source(accounts: Readonly<Record<string, readonly string[]>>, series: string, id?: string): Source;
  store(): Promise<Store>;
  pull(
    source: Source,
    store: Store,
    options?: { signal?: AbortSignal; onProgress?: (text: string) => void },
  ): Promise<PullRecord>;
}

/** A server that is AWS, in which this process has an identity. All is gone after the test. */
export async function metricHouse(now = NOW): Promise<MetricHouse> {
  const house = { now };
  const server = await startAwsServer({ now: () => house.now });
  onTestFinished(() => server.close());
  const { AWS_ENDPOINT_URL: _, ...identity } = server.environment(OWN);
  for (const [name, value] of Object.entries(identity)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return Object.assign(house, {
    server,
    source: (accounts: Readonly<Record<string, readonly string[]>>, series: string, id = 'metrics'): Source => {
      const places = Object.entries(accounts).map(([account, regions]) => {
        const role = `arn:aws:iam::${account}:role/quarterdeck`;
        server.state.sts.role(role, { externalId: 'review', accounts: [OWN] });
        return `      - { id: '${account}', role: '${role}', external_id: review, regions: [${regions.join(', ')}] }`;
      });
      const text = `version: sources/v1
sources:
  - id: ${id}
    type: cloudwatch
    endpoint: ${server.url}
    accounts:
${places.join('\n')}
    series:
${series.trim().replaceAll(/^(?=.)/gm, '      ')}
`;
      const { sources, problems } = parseSources(text, 'sources.yaml', [cloudwatchAdapter]);
      const [source] = sources;
      if (source === undefined) throw new Error(problems.map(formatProblem).join('\n'));
      return source;
    },
    store: async (): Promise<Store> => {
      const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-cloudwatch-'));
      const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => house.now });
      onTestFinished(async () => {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      });
      return store;
    },
    pull: (
      source: Source,
      store: Store,
      { signal = new AbortController().signal, onProgress }: { signal?: AbortSignal; onProgress?: (text: string) => void } = {},
    ): Promise<PullRecord> =>
      pullSource(source, {
        store,
        clock: () => house.now,
        pseudonym: (person) => person,
        signal,
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
  });
}

export const address = (metric: string, rest: Partial<MetricAddress> = {}): MetricAddress => ({
  account: '111122223333',
  region: 'eu-central-1',
  namespace: 'Shop',
  metric,
  dimensions: {},
  ...rest,
});

/** All that is known, as text: equal texts are equal points. */
export async function pointsIn(store: Store): Promise<string[]> {
  const points: string[] = [];
  for (const series of await store.seriesNames())
    for (const { statistic, dimensions, at, value } of await store.samples(series, -Infinity, Infinity))
      points.push(`${series} ${statistic} ${dimensions} ${new Date(at).toISOString()} ${value}`);
  return points.sort();
}

export const callsOf = (server: AwsServer, answer?: string): number =>
  server.calls.filter((call) => call.action === 'GetMetricData' && (answer === undefined || call.answer === answer)).length;
