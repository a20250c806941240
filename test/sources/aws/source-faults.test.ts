import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pagesOf } from '../../../server/sources/aws/pages.ts';
import type { Source } from '../../../server/sources/source.ts';
import { POLLED, type Polled } from './every-source.ts';
import { dryRun, HOUR_MS, inWatchHouse, MINUTE_MS, NOW, sourceOf, type WatchHouse } from './watch-house.ts';

const MANY = 4;
const entryOf = ({ type, settings }: Polled): string =>
  ['id: polled', `type: ${type}`, ...(settings === '' ? [] : [settings])].join(', ');

function filled(house: WatchHouse, polled: Polled, many = MANY): Source {
  for (let nth = 1; nth <= many; nth += 1) polled.add(house.server, nth, new Date(NOW - (4 + nth) * HOUR_MS));
  return house.source(polled.adapter, entryOf(polled));
}

const LISTS = POLLED.flatMap((polled) => polled.lists.map(([action, token]) => [polled.type, action, token, polled] as const));

// Runs of a pipeline are read only until the one that is looked for was found, however many pages there are.
describe.each(LISTS.filter(([, action]) => action !== 'ListPipelineExecutions'))(
  'pages of %s (%s) that lead to each other',
  (_, action, token, polled) => {
    inWatchHouse('are no answer, and the next pass ends complete', async ({ house }) => {
      const source = filled(house, polled);
      house.server.fail({ service: polled.service, action, as: 'same-token', token, times: Infinity });
      const record = await house.pull(source);
      expect(record).toMatchObject({ outcome: 'failed', completeUntil: null });
      expect(record.error).toContain('again and again');
      // It has not gone round for long.
      expect(house.server.calls.filter((call) => call.action === action).length).toBeLessThan(5);
      house.server.heal();
      house.now += 2 * HOUR_MS;
      expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 0 });
      expect(await polled.known(house)).toBe(MANY);
    });
  },
);

describe.each(LISTS)('pages of %s (%s) that are empty and lead on', (_, action, token, polled) => {
  inWatchHouse('are followed', async ({ house }) => {
    const source = filled(house, polled);
    house.server.fail({ service: polled.service, action, as: 'empty', token, times: 3 });
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 0 });
    expect(await polled.known(house)).toBe(MANY);
    expect(house.server.calls.filter((call) => call.answer === 'empty')).toHaveLength(3);
  });
});

it('pages without end are followed only so far, whatever their tokens', async () => {
  let pages = 0;
  const place = { name: 'eu-central-1', account: null, region: 'eu-central-1', role: null, externalId: null, endpoint: null };
  const read = async (): Promise<void> => {
    for await (const _ of pagesOf(
      place,
      'ssm:DescribeOpsItems',
      () => Promise.resolve({}),
      () => `page-${(pages += 1)}`,
    ));
  };
  await expect(read()).rejects.toThrow('ssm:DescribeOpsItems sends the same page again and again');
  expect(pages).toBeGreaterThan(10_000);
  expect(pages).toBeLessThan(1_000_000);
});

describe.each(POLLED.map((polled) => [polled.type, polled] as const))('a pull of %s', (_, polled) => {
  inWatchHouse.for([
    ['expired', 'had expired'],
    ['denied', 'may not call'],
    ['html', 'is no AWS service'],
    ['truncated', 'is no AWS service'],
    ['redirect', 'leads elsewhere'],
  ] as const)(
    'that meets an answer that is %s says so, vouches for nothing, and the next one ends complete',
    async ([as, words], { house }) => {
      const source = filled(house, polled);
      house.server.fail({ service: polled.service, as });
      const record = await house.pull(source);
      expect(record).toMatchObject({ outcome: 'failed', completeUntil: null });
      expect(record.error).toContain(words);
      expect((await house.state(source)).completeUntil).toBeNull();
      house.now += 10 * MINUTE_MS;
      expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 0 });
      expect(await polled.known(house)).toBe(MANY);
    },
  );

  inWatchHouse('finds things that came while it read, in the next pass at the latest, and none twice', async ({ house }) => {
    const source = filled(house, polled);
    house.server.fail({
      service: polled.service,
      as: 'empty',
      action: polled.lists[0]?.[0] ?? '',
      token: polled.lists[0]?.[1] ?? '',
    });
    const pulling = house.pull(source);
    polled.add(house.server, MANY + 1, new Date(NOW - 1));
    await pulling;
    polled.add(house.server, MANY + 2, new Date(NOW + 10 * MINUTE_MS));
    house.now += 2 * HOUR_MS;
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete' });
    expect(await polled.known(house)).toBe(MANY + 2);
  });

  inWatchHouse('is led nowhere else: who is there hears nothing', async ({ house }) => {
    const heard: IncomingMessage[] = [];
    const elsewhere = await listening((request, answer) => {
      heard.push(request);
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const leading = await listening((request, answer) => {
      answer.writeHead(307, { location: `${elsewhere}${request.url ?? '/'}` }).end();
    });
    const source = sourceOf(polled.adapter, entryOf(polled), `regions: [eu-central-1], endpoint: '${leading}'`);
    if (polled.type !== 'cloudwatch') await expect(dryRun(source, NOW)).rejects.toThrow('leads elsewhere');
    const record = await house.pull(source);
    expect(record).toMatchObject({ outcome: 'failed', newEvents: 0, newSamples: 0, completeUntil: null });
    expect(record.error).toContain('leads elsewhere');
    expect(heard).toEqual([]);
  });
});

// They wait for the next attempt, each as long as AWS asks for: together.
inWatchHouse.concurrent.for(POLLED.map((polled) => [polled.type, polled] as const))(
  'a pull of %s goes on where the service is too busy, drops a connection or finds the clock wrong',
  async ([, polled], { house }) => {
    const source = filled(house, polled);
    house.server.skew(12 * MINUTE_MS);
    for (const as of ['throttle', 'reset'] as const) house.server.fail({ service: polled.service, as });
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 0 });
    expect(await polled.known(house)).toBe(MANY);
    expect(house.server.calls.map(({ answer }) => answer)).toEqual(expect.arrayContaining(['ThrottlingException', 'reset']));
  },
);

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
