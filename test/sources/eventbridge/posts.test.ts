import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import { ACCOUNT, HOUR_MS, MINUTE_MS, NOW, openWatchHouse, REGION, type WatchHouse } from '../aws/watch-house.ts';
import { busSource } from './bus.ts';
import { alarmTurned, busEvent, opsItemTold } from './messages.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

const WEBHOOK = "webhook: { secret: 'env:QUARTERDECK_TEST_WEBHOOK' }";
const bus = (families: string, more = '', at = house): Source =>
  busSource(`id: bus, ${WEBHOOK}, ${more === '' ? '' : `${more}, endpoint: '${at.server.url}',`} ${families}`, at.server.url);

/** As the door of the API keeps it. */
async function post(source: Source, bodies: readonly string[], at = house): Promise<void> {
  for (const body of bodies) {
    const identified = source.webhook?.identify(body);
    if (identified === undefined || 'fault' in identified) throw new Error(identified?.fault ?? 'nobody posts to it');
    await at.store.keepPost({ source: source.id, id: identified.id, receivedAt: at.now, body, fault: null });
  }
}
const waiting = async (): Promise<number> => (await house.store.waitingPosts())[0]?.count ?? 0;

const alerts = async (at = house): Promise<unknown[]> =>
  (await at.items('alert'))
    .filter(({ last }) => last.cancelled === undefined)
    .map(({ source, fields: { key, raised, cleared } }) => [source, key, raised, cleared ?? null]);

const STORY = ['a', 'b'].flatMap((name) => [
  alarmTurned(name, NOW - 50 * MINUTE_MS, 'OK', 'ALARM'),
  alarmTurned(name, NOW - 40 * MINUTE_MS, 'ALARM', 'INSUFFICIENT_DATA'),
  alarmTurned(name, NOW - 35 * MINUTE_MS, 'INSUFFICIENT_DATA', 'ALARM'),
  alarmTurned(name, NOW - 30 * MINUTE_MS, 'ALARM', 'OK'),
  alarmTurned(name, NOW - 20 * MINUTE_MS, 'OK', 'ALARM'),
]);
const TOLD = ['a', 'b'].flatMap((name) => [
  ['bus', name, NOW - 50 * MINUTE_MS, NOW - 30 * MINUTE_MS],
  ['bus', name, NOW - 20 * MINUTE_MS, null],
]);

describe('posted events', () => {
  it('say the same in whatever order, however often and over however many passes they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...STORY, ...STORY], { minLength: 20, maxLength: 20 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 19 }), { maxLength: 3 }),
        async (told, cuts) => {
          const own = await openWatchHouse();
          try {
            const source = bus('alarms: {}', '', own);
            const ends = [...cuts.sort((one, other) => one - other), told.length];
            for (const [at, end] of ends.entries()) {
              await post(source, told.slice(ends[at - 1] ?? 0, end), own);
              expect(await own.pull(source)).toMatchObject({ outcome: 'complete' });
            }
            expect(await alerts(own)).toEqual(TOLD);
            expect(await own.store.waitingPosts()).toEqual([]);
          } finally {
            await own.close();
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('read by one pass give the very same events in whatever order they came', async () => {
    const facts = async (told: readonly string[]): Promise<unknown> => {
      const own = await openWatchHouse();
      try {
        const source = bus('alarms: {}', '', own);
        await post(source, told, own);
        await own.pull(source);
        return await own.events();
      } finally {
        await own.close();
      }
    };
    const inOrder = await facts(STORY);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(STORY, { minLength: STORY.length, maxLength: STORY.length }), async (told) => {
        expect(await facts(told)).toEqual(inOrder);
      }),
      { numRuns: 10 },
    );
  });

  it('and those in a queue tell one story', async () => {
    const queue = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/quarterdeck`;
    house.server.state.sqs.queue(queue);
    const source = bus('alarms: {}', `queue: '${queue}', regions: [${REGION}]`);
    await post(source, [alarmTurned('checkout', NOW - HOUR_MS, 'OK', 'ALARM')]);
    house.server.state.sqs.send(queue, alarmTurned('checkout', NOW, 'ALARM', 'OK'));
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 2, completeUntil: NOW });
    expect(await alerts()).toEqual([['bus', 'checkout', NOW - HOUR_MS, NOW]]);
    // A queue that cannot be read keeps no post waiting.
    house.server.fail({ service: 'sqs', action: 'ReceiveMessage', as: 'denied' });
    await post(source, [alarmTurned('search', NOW, 'OK', 'ALARM')]);
    expect(await house.pull(source)).toMatchObject({ outcome: 'failed', newEvents: 1 });
    expect(await waiting()).toBe(0);
  });

  it('vouch for the time until the newest of them came, and for none before one did', async () => {
    const source = bus('alarms: {}');
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', completeUntil: null });
    await post(source, [busEvent('Scheduled Event', NOW, {})]);
    house.now += HOUR_MS;
    expect(await house.pull(source)).toMatchObject({ completeUntil: NOW, rejected: 0 });
    house.now += HOUR_MS;
    expect(await house.pull(source)).toMatchObject({ completeUntil: NOW });
  });

  it('that say nothing which could be understood are counted, and hold up nothing', async () => {
    const source = bus('alarms: {}');
    await post(source, [
      busEvent('CloudWatch Alarm State Change', NOW, { alarmName: 'odd', state: { value: 'MAYBE' } }),
      alarmTurned('checkout', NOW, 'OK', 'ALARM'),
    ]);
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 1, rejected: 1 });
    expect((await house.state(source)).rejected).toEqual([expect.stringContaining("'MAYBE' is no state of an alarm")]);
    expect(await waiting()).toBe(0);
  });

  it('can be looked at without being taken', async () => {
    const source = bus('alarms: {}');
    await post(source, [alarmTurned('checkout', NOW, 'OK', 'ALARM')]);
    const inbox = { next: (after: number) => house.store.posts('bus', after), take: () => Promise.reject(new Error('taken')) };
    const signal = new AbortController().signal;
    const shown = await source.dryRun({ cursor: null, now: NOW, pseudonym: (person) => person, signal, inbox }, 10);
    expect(shown).toMatchObject({ events: 1, rows: [{ kind: 'alert', key: 'checkout' }] });
    expect(await waiting()).toBe(1);
  });
});

describe('deployments that are posted', () => {
  const ended = (id: string, more: object = {}): string =>
    busEvent('CodeDeploy Deployment State-change Notification', NOW, { deploymentId: id, state: 'SUCCESS' }, more);
  const deploy = (deploymentId: string): void => {
    const [createTime, completeTime] = [new Date(NOW - HOUR_MS), new Date(NOW)];
    house.server.state.codedeploy.deployments(ACCOUNT, REGION).push({
      deploymentId,
      applicationName: 'checkout',
      deploymentGroupName: 'production',
      status: 'Succeeded',
      creator: 'user',
      createTime,
      startTime: createTime,
      completeTime,
    });
  };

  it('wait where they cannot be looked up, hold up nothing else, and are told once they can', async () => {
    deploy('d-ABCDEFGH1');
    const source = bus('alarms: {}, deployments: { source: codedeploy }', `regions: [${REGION}]`);
    expect(source.aws?.actions).toEqual(['codedeploy:BatchGetDeployments']);
    house.server.fail({ service: 'codedeploy', action: 'BatchGetDeployments', as: 'denied' });
    await post(source, [
      ended('d-ABCDEFGH1'),
      ended('d-ABCDEFGH2', { account: '444455556666' }),
      alarmTurned('checkout', NOW, 'OK', 'ALARM'),
    ]);
    const failed = await house.pull(source);
    expect(failed).toMatchObject({ outcome: 'failed', newEvents: 1 });
    expect(failed.error).toContain('codedeploy:BatchGetDeployments');
    expect(await waiting()).toBe(2);
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 1 });
    expect(await waiting()).toBe(0);
    expect(await house.items('deployment')).toMatchObject([{ source: 'codedeploy', id: 'd-ABCDEFGH1' }]);
    const polling = house.source(codeDeployAdapter, 'id: codedeploy, type: codedeploy');
    expect(await house.pull(polling)).toMatchObject({ outcome: 'complete', newEvents: 0 });
  });
});

describe('what a lost post would have said', () => {
  /** Alarms and OpsItems as AWS holds them, and the posts that tell the same. */
  function happened(at: WatchHouse): string[] {
    const book = at.server.state.cloudwatch.alarms;
    const posts: string[] = [];
    for (const [index, name] of ['checkout', 'search', 'login'].entries()) {
      const home = { name, account: ACCOUNT, region: REGION };
      const raised = NOW - (50 - index) * MINUTE_MS;
      book.put({ ...home, type: 'MetricAlarm', createdAt: NOW - 48 * HOUR_MS });
      book.turn(home, raised, 'ALARM');
      posts.push(alarmTurned(name, raised, 'OK', 'ALARM'));
      if (name === 'login') continue;
      book.turn(home, raised + 10 * MINUTE_MS, 'OK');
      posts.push(alarmTurned(name, raised + 10 * MINUTE_MS, 'ALARM', 'OK'));
    }
    const created = NOW - HOUR_MS;
    at.server.state.ssm.opsItems(ACCOUNT, REGION).push({
      OpsItemId: 'oi-1',
      Title: 'Queue of payments is full',
      Source: 'EC2',
      Status: 'Resolved',
      CreatedTime: new Date(created),
      LastModifiedTime: new Date(created + 30 * MINUTE_MS),
    });
    posts.push(opsItemTold('Create', 'oi-1', created, created, 'Open'));
    posts.push(opsItemTold('Update', 'oi-1', created, created + 30 * MINUTE_MS, 'Resolved'));
    return posts;
  }

  it('is told by the sources that poll, as the same items and once, whichever posts are lost and whoever comes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), fc.boolean(), async (isLost, isPolledFirst) => {
        const own = await openWatchHouse();
        try {
          const posts = happened(own).filter((_, at) => isLost[at] === false);
          const source = bus('alarms: { source: alarms }, ops_items: { source: ops }', '', own);
          expect(source.kinds).toEqual([]);
          const pollers = [
            own.source(cloudWatchAlarmsAdapter, 'id: alarms, type: cloudwatch-alarms'),
            own.source(opsCenterAdapter, 'id: ops, type: opscenter'),
          ];
          const poll = async (): Promise<void> => {
            for (const poller of pollers) expect(await own.pull(poller)).toMatchObject({ outcome: 'complete' });
          };
          if (isPolledFirst) await poll();
          await post(source, posts, own);
          expect(await own.pull(source)).toMatchObject({ outcome: 'complete', rejected: 0 });
          await poll();
          expect(await alerts(own)).toEqual([
            ['alarms', 'checkout', NOW - 50 * MINUTE_MS, NOW - 40 * MINUTE_MS],
            ['alarms', 'login', NOW - 48 * MINUTE_MS, null],
            ['alarms', 'search', NOW - 49 * MINUTE_MS, NOW - 39 * MINUTE_MS],
          ]);
          expect(await own.items('ticket')).toMatchObject([
            { source: 'ops', id: 'oi-1', last: { opened: NOW - HOUR_MS, resolved: NOW - 30 * MINUTE_MS } },
          ]);
        } finally {
          await own.close();
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('the settings of a webhook', () => {
  const wrong = (yaml: string) => () => busSource(`id: bus, ${yaml}`);

  it('say what is wrong with them, and never repeat a secret', () => {
    expect(wrong('alarms: {}')).toThrow("'queue' is missing, and 'webhook' too");
    expect(wrong('webhook: {}, alarms: {}')).toThrow("'secret' is missing");
    expect(wrong('webhook: { secret: [] }, alarms: {}')).toThrow('one secret, or two while it is changed');
    expect(wrong("webhook: { secret: ['env:A', 'env:B', 'env:C'] }, alarms: {}")).toThrow('one secret, or two');
    expect(wrong("webhook: { secret: 'ssm:/a' }, alarms: {}")).toThrow('no variable of the environment and no file');
    for (const header of ['Host', 'Content-Type', 'a b', 'x:y'])
      expect(wrong(`webhook: { secret: 'env:A', header: '${header}' }, alarms: {}`)).toThrow('cannot carry a secret');
    for (const host of ['https://hooks.example.com', 'hooks', '*.example.com', 'a b.example.com'])
      expect(wrong(`webhook: { secret: 'env:A', host: '${host}' }, alarms: {}`)).toThrow('is no name of a host');
    expect(wrong("webhook: { secrets: 'env:A' }, alarms: {}")).toThrow("there is no setting 'secrets' here");
    for (const yaml of ["secret: 'written-out-in-full'", "secret: ['env:A', 'written-out-in-full']"]) {
      expect(wrong(`webhook: { ${yaml} }, alarms: {}`)).toThrow('no file');
      expect(wrong(`webhook: { ${yaml} }, alarms: {}`)).not.toThrow('written-out');
    }
  });

  it('need no Region but where deployments are looked up', () => {
    expect(busSource(`id: bus, ${WEBHOOK}, alarms: {}`).aws).toBeUndefined();
    expect(wrong(`${WEBHOOK}, deployments: {}`)).toThrow("'regions' is missing: an event does not say what began a deployment");
    const source = busSource(`id: bus, ${WEBHOOK}, regions: [eu-central-1, us-east-1], deployments: {}`);
    expect(source.aws?.places).toHaveLength(2);
  });

  it('name as source one that is in the file and polls the same', () => {
    expect(wrong(`${WEBHOOK}, alarms: { source: alarmss }`)).toThrow(
      "line 8: there is no source 'alarmss' in this file (Did you mean 'alarms'?)",
    );
    expect(wrong(`${WEBHOOK}, health: { source: ops }`)).toThrow(
      "'ops' is of type opscenter, which does not poll what health tells",
    );
    expect(busSource(`id: bus, ${WEBHOOK}, alarms: { source: bus }`).kinds).toEqual(['alert']);
  });
});
