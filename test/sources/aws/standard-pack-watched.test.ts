import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { makeCloudWatchLogsAdapter } from '../../../server/sources/cloudwatch-logs/adapter.ts';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import { smallHouse, type SmallHouse } from '../../jobs/small-house.ts';
import { busSource } from '../eventbridge/bus.ts';
import { alarmTurned, opsItemTold } from '../eventbridge/messages.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const QUEUE = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/quarterdeck`;
const WEEK = '2026-W46';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const VIEWER = { who: 'test', roles: [], teams: [] };
const PACK = [
  'customers/good-requests',
  'customers/valid-requests',
  'customers/availability',
  'on-call/pages',
  'on-call/repeat-pages',
  'on-call/noise',
  'queues/arrivals',
  'queues/closures',
  'queues/queue-depth',
  'queues/oldest-open',
  'queues/time-to-resolve',
];
const POLLED = ['metrics', 'logs', 'alarms', 'ops', 'health'];

const root = fileURLToPath(new URL('../../../kpis/', import.meta.url));
const at = (text: string): number => Date.parse(text);

let server: AwsServer;
let house: SmallHouse;
/** Of who pulls, and of the services. */
let now = at('2026-11-08T12:00Z');

beforeEach(async () => {
  now = at('2026-11-08T12:00Z');
  server = await startAwsServer({ now: () => now });
  for (const [name, value] of Object.entries(server.environment(ACCOUNT))) vi.stubEnv(name, value);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
  const places = `regions: [${REGION}], endpoint: '${server.url}'`;
  const pages =
    "pages: { alarms: ['*-page'], no_action_within: 5 minutes }, alarms: [{ alarm: 'checkout-*', service: checkout }]";
  const text = `version: sources/v1
sources:
  - { id: metrics, type: cloudwatch, ${places}, series: [
      { name: valid-requests, namespace: Shop, metric: Requests, statistics: [Sum], as: { service: checkout } },
      { name: good-requests, namespace: Shop, metric: Good, statistics: [Sum], as: { service: checkout } } ] }
  - { id: logs, type: cloudwatch-logs, ${places}, series: [
      { name: search, log_groups: [/search/api], as: { service: search },
        query: 'stats count(*) as total, sum(ok) as good by bin(1h)', columns: { total: valid-requests, good: good-requests } } ] }
  - { id: alarms, type: cloudwatch-alarms, ${places}, ${pages} }
  - { id: ops, type: opscenter, ${places}, items: [{ title: '*checkout*', service: checkout }] }
  - { id: health, type: aws-health, ${places}, events: [{ aws_service: RDS, service: ledger }] }
`;
  const adapters = [
    cloudwatchAdapter,
    makeCloudWatchLogsAdapter(() => Promise.resolve()),
    cloudWatchAlarmsAdapter,
    opsCenterAdapter,
    awsHealthAdapter,
  ];
  const { sources, problems } = parseSources(text, 'kpis/sources.yaml', adapters);
  expect(problems).toEqual([]);
  server.state.sqs.queue(QUEUE);
  const families = `alarms: { source: alarms, ${pages} }, ops_items: { source: ops }`;
  const bus = busSource(`id: bus, queue: '${QUEUE}', ${families}, ${places}`, server.url);
  const files = Object.fromEntries(PACK.map((file) => [`${file}.yaml`, readFileSync(`${root}${file}.yaml`, 'utf8')]));
  // The demo organisation: weeks are cut in Berlin.
  const organisation = readFileSync(`${root}organisation.yaml`, 'utf8');
  house = await smallHouse([...sources, bus], { ...files, 'organisation.yaml': organisation }, '2026-11-08T12:00Z');
  fill();
});
afterEach(async () => {
  await house.close();
  await server.close();
  vi.unstubAllEnvs();
});

function fill(): void {
  const { cloudwatch, logs } = server.state;
  const metric = (name: string, value: (hour: number) => number): void =>
    cloudwatch.metrics.generate(
      { account: ACCOUNT, region: REGION, namespace: 'Shop', metric: name, dimensions: {} },
      { everyMs: HOUR_MS, since: at('2026-11-01T00:00Z'), value },
    );
  // A hundred an hour of which one fails, and a quarter in one bad hour.
  metric('Requests', () => 100);
  metric('Good', (hour) => (hour === at('2026-11-11T10:00Z') ? 75 : 99));
  logs.groups(ACCOUNT, REGION).push({ name: '/search/api', createdAt: at('2026-11-01T00:00Z') });
  logs.answer = ({ startTime }) => {
    const first = Math.ceil((startTime * 1000) / HOUR_MS) * HOUR_MS;
    return Array.from({ length: 24 }, (_, nth) => first + nth * HOUR_MS).map((hour) => ({
      at: hour,
      fields: { 'bin(1h)': new Date(hour).toISOString().replace('T', ' ').replace('Z', ''), total: '50', good: '50' },
    }));
  };
  for (const name of ['checkout-disk-page', 'checkout-errors-page', 'checkout-cpu'])
    cloudwatch.alarms.put({ name, account: ACCOUNT, region: REGION, type: 'MetricAlarm', createdAt: at('2026-11-01T00:00Z') });
}

const TURNS: readonly (readonly [name: string, raised: string, minutes: number])[] = [
  ['checkout-disk-page', '2026-11-09T10:00Z', 2],
  ['checkout-disk-page', '2026-11-10T09:00Z', 2],
  ['checkout-disk-page', '2026-11-13T10:00Z', 60],
  ['checkout-errors-page', '2026-11-13T12:00Z', 60],
  // Calls nobody.
  ['checkout-cpu', '2026-11-12T10:00Z', 60],
];

/** What happened by then, put where the services tell of it, and all sources pulled. */
async function pullAt(text: string, ...ids: readonly string[]): Promise<void> {
  const before = now;
  now = at(text);
  house.now = now;
  const hasCome = (then: number): boolean => then > before && then <= now;
  for (const [name, raised, minutes] of TURNS) {
    const alarm = { name, account: ACCOUNT, region: REGION };
    if (!hasCome(at(raised))) continue;
    server.state.cloudwatch.alarms.turn(alarm, at(raised), 'ALARM');
    server.state.cloudwatch.alarms.turn(alarm, at(raised) + minutes * MINUTE_MS, 'OK');
  }
  const items = server.state.ssm.opsItems(ACCOUNT, REGION);
  const stands = (id: string, created: string, status: string, modified = created): void => {
    const known = items.findIndex(({ OpsItemId }) => OpsItemId === id);
    if (known >= 0) items.splice(known, 1);
    const [CreatedTime, LastModifiedTime] = [new Date(created), new Date(modified)];
    items.push({
      OpsItemId: id,
      Title: 'Queue of checkout is full',
      Source: 'EC2',
      Status: status,
      CreatedTime,
      LastModifiedTime,
    });
  };
  stands('oi-old', '2026-11-01T00:00Z', 'Open');
  if (now >= at('2026-11-10T10:00Z')) stands('oi-done', '2026-11-10T10:00Z', 'Open');
  if (now >= at('2026-11-13T10:00Z')) {
    // Resolved on the 11th, and commented upon two days later: polling cannot know the former.
    stands('oi-done', '2026-11-10T10:00Z', 'Resolved', '2026-11-13T10:00Z');
    stands('oi-new', '2026-11-13T10:00Z', 'Open');
  }
  const events = server.state.health.events(ACCOUNT);
  if (now >= at('2026-11-12T09:00Z') && events.length === 0)
    events.push({
      arn: `arn:aws:health:${REGION}::event/RDS/MAINTENANCE/1`,
      service: 'RDS',
      eventTypeCode: 'AWS_RDS_MAINTENANCE_SCHEDULED',
      eventTypeCategory: 'scheduledChange',
      region: REGION,
      startTime: new Date('2026-11-25T09:00Z'),
      lastUpdatedTime: new Date('2026-11-12T09:00Z'),
      statusCode: 'upcoming',
    });
  for (const id of ids) {
    const { outcome, rejected, error } = await house.engine.pull(VIEWER, id);
    expect({ id, outcome, rejected, error }).toEqual({ id, outcome: 'complete', rejected: 0, error: null });
  }
}

async function valuesOf(scope: string): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const kpi of PACK.map((file) => file.slice(file.indexOf('/') + 1))) {
    const { live } = await house.engine.snapshots(VIEWER, { kpi, scope, grain: 'week' });
    values[kpi] = live.find(({ period }) => period === WEEK)?.value;
  }
  return values;
}

const DAY = 86_400;
const EXPECTED = {
  // 168 hours of metrics, one of them bad, and as many of logs.
  'good-requests': 168 * 99 - 24 + 168 * 50,
  'valid-requests': 168 * 100 + 168 * 50,
  availability: (168 * 149 - 24) / (168 * 150),
  pages: 4,
  // The second time within a day that the disk called, of four.
  'repeat-pages': 1 / 4,
  // Two were over within five minutes.
  noise: 2 / 4,
  // Two OpsItems, and a change that AWS announced.
  arrivals: 3,
  closures: 1,
  'queue-depth': 3,
  // Since the first of the month, to the end of the week in Berlin.
  'oldest-open': 14 * DAY + 23 * 3600,
  // As far as polling knows: to when it was last modified.
  'time-to-resolve': 3 * DAY,
};

describe('the standard pack, on the demo organisation', () => {
  it('measures what AWS tells of metrics, logs, alarms, OpsItems and its own health', async () => {
    await pullAt('2026-11-08T12:00Z', ...POLLED);
    await pullAt('2026-11-12T12:00Z', ...POLLED);
    await pullAt('2026-11-16T12:00Z', ...POLLED);
    expect(await valuesOf('organisation')).toEqual(EXPECTED);
    expect(await valuesOf('service:checkout')).toMatchObject({
      availability: (168 * 99 - 24) / (168 * 100),
      pages: 4,
      arrivals: 2,
      'queue-depth': 2,
    });
    expect(await valuesOf('service:ledger')).toMatchObject({ arrivals: 1, 'queue-depth': 1, pages: 0 });
  });

  it('measures the same where EventBridge told of it as well, and knows by it when an OpsItem was resolved', async () => {
    const told = (text: string, ...bodies: readonly string[]): Promise<void> => {
      server.state.sqs.send(QUEUE, ...bodies);
      return pullAt(text, 'bus', ...POLLED);
    };
    const created = at('2026-11-10T10:00Z');
    await told('2026-11-08T12:00Z');
    await told(
      '2026-11-12T12:00Z',
      alarmTurned('checkout-disk-page', at('2026-11-09T10:00Z'), 'OK', 'ALARM'),
      alarmTurned('checkout-disk-page', at('2026-11-09T10:02Z'), 'ALARM', 'OK'),
      opsItemTold('Create', 'oi-done', created, created, 'Open'),
      opsItemTold('Update', 'oi-done', created, created + 24 * HOUR_MS, 'Resolved'),
    );
    await told('2026-11-16T12:00Z');
    expect(await valuesOf('organisation')).toEqual({ ...EXPECTED, 'time-to-resolve': DAY });
  });
});
