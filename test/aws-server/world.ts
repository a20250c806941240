import { CloudWatchClient, type MetricDataQuery, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { STSClient } from '@aws-sdk/client-sts';
import { accountKey, type AccessKey } from '../../scripts/aws-server/caller.ts';
import type { MetricAddress } from '../../scripts/aws-server/cloudwatch/metric-store.ts';
import { startAwsServer, type AwsServer } from '../../scripts/aws-server/server.ts';
import type { Instant } from '../../server/time/period.ts';

export const NOW = Date.parse('2026-11-21T12:00:00Z');
export const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000] as const;
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** A server whose clock the test moves, and clients of it. */
export interface World extends AsyncDisposable {
  readonly server: AwsServer;
  now: Instant;
  readonly cloudwatch: (more?: ClientOptions) => CloudWatchClient;
  readonly sts: (more?: ClientOptions) => STSClient;
}

interface ClientOptions {
  readonly region?: string;
  readonly key?: AccessKey & { readonly sessionToken?: string };
  readonly maxAttempts?: number;
}

export async function startWorld(now: Instant = NOW): Promise<World> {
  const clients: { destroy(): void }[] = [];
  const world = { now };
  const server = await startAwsServer({ now: () => world.now });
  const settings = ({ region = REGION, key = accountKey(ACCOUNT), maxAttempts = 3 }: ClientOptions = {}) => ({
    region,
    endpoint: server.url,
    credentials: key,
    maxAttempts,
  });
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  return Object.assign(world, {
    server,
    cloudwatch: (more?: ClientOptions) => kept(new CloudWatchClient(settings(more))),
    sts: (more?: ClientOptions) => kept(new STSClient(settings(more))),
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      await server.close();
    },
  });
}

export const metricOf = (metric: string, more: Partial<MetricAddress> = {}): MetricAddress => ({
  account: ACCOUNT,
  region: REGION,
  namespace: 'Shop',
  metric,
  dimensions: { Service: 'checkout' },
  ...more,
});

export const query = (id: string, metric: string, statistic = 'Sum', periodSeconds = 60): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: 'Shop', MetricName: metric, Dimensions: [{ Name: 'Service', Value: 'checkout' }] },
    Period: periodSeconds,
    Stat: statistic,
  },
});

/** `11:00 5, 11:01 7 Complete`, for comparing at a glance. */
export const shown = ({ Timestamps = [], Values = [], StatusCode }: MetricDataResult): string =>
  [...Timestamps.map((at, index) => `${at.toISOString().slice(11, 16)} ${String(Values[index])}`), String(StatusCode)].join(', ');

/** One value each minute of `minutes` before `until`: how many minutes it is before. */
export const minutesBefore = (until: Instant, minutes: number) =>
  Array.from({ length: minutes }, (_, index) => ({ at: until - (minutes - index) * MINUTE, value: minutes - index }));
