import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusals } from '../../server/api/webhook-refusals.ts';
import { ELSEWHERE_MS, TOGETHER_MS } from '../../server/jobs/inbox-drain.ts';
import { HOUR_MS, MINUTE_MS, NOW } from '../sources/aws/watch-house.ts';
import { alarmTurned, busEvent } from '../sources/eventbridge/messages.ts';
import { BUS, SECRET, webhookHouse, type Told, type WebhookHouse } from './webhook-house.ts';

let house: WebhookHouse;
afterEach(async () => {
  vi.unstubAllEnvs();
  await house.close();
});

const raised = (name = 'checkout-errors', at = NOW - HOUR_MS): string => alarmTurned(name, at, 'OK', 'ALARM');
const said = ({ status, text }: Told): [number, unknown] => [status, JSON.parse(text)];
const failure = (code: string, words: RegExp): unknown => ({
  code,
  message: expect.stringMatching(words) as unknown,
  problems: [],
});

describe('a post with the secret', () => {
  beforeEach(async () => {
    house = await webhookHouse();
  });

  it('is kept before it is acknowledged, and read soon after, by one pass with those beside it', async () => {
    expect(said(await house.post(raised()))).toEqual([200, { outcome: 'kept' }]);
    expect(said(await house.post(alarmTurned('checkout-errors', NOW, 'ALARM', 'OK')))).toEqual([200, { outcome: 'kept' }]);
    expect(await house.store.waitingPosts()).toEqual([{ source: 'bus', count: 2, oldestAt: NOW }]);
    house.now += 5 * MINUTE_MS;
    expect((await house.status()).text).toContain('2 posted events wait to be read, the first came 5 m ago');
    expect(house.waits()).toEqual([TOGETHER_MS]);
    await house.drain();
    expect(await house.events()).toHaveLength(2);
    expect(await house.store.pulls('bus', 9)).toHaveLength(1);
    expect(await house.store.waitingPosts()).toEqual([]);
    expect((await house.status()).text).not.toContain('wait');
  });

  it('changes nothing the second time, before it was read and after', async () => {
    const body = raised();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => house.post(body)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(outcomes.filter(({ text }) => text === '{"outcome":"kept"}')).toHaveLength(1);
    await house.drain();
    expect(said(await house.post(body))).toEqual([200, { outcome: 'known' }]);
    expect(house.waits()).toEqual([]);
    expect(await house.events()).toHaveLength(1);
  });

  it('shares the sync of the disk with those that come at the same time', async () => {
    // Connections that are open already, as those of a proxy are.
    await Promise.all(Array.from({ length: 100 }, () => house.send('/healthz')));
    const before = house.commits();
    const outcomes = await Promise.all(Array.from({ length: 300 }, (_, at) => house.post(raised(`alarm-${at}`))));
    expect(outcomes.every(({ status }) => status === 200)).toBe(true);
    expect(house.commits() - before).toBeLessThan(100);
    await house.drain();
    expect(await house.events()).toHaveLength(300);
  });

  it('of what the source is not told to read is acknowledged, counted, and of no effect', async () => {
    expect((await house.post(busEvent('OpsItem Create', NOW, {}))).status).toBe(200);
    expect((await house.post(busEvent('Scheduled Event', NOW, {}))).status).toBe(200);
    await house.drain();
    expect(await house.events()).toEqual([]);
    expect(await house.status()).toMatchObject({
      rejectedCount: 0,
      rejected: [expect.stringContaining("webhook: 1 events 'OpsItem Create' are none that this source is told to read")],
    });
  });

  it('that cannot be read is refused with the reason, and counted', async () => {
    const wrong: [string, RegExp][] = [
      ['no JSON', /not valid JSON/],
      ['', /cannot be empty/],
      ['[1]', /This cannot be read: it is no event in JSON\./],
      ['{"detail":{}}', /'id', 'detail-type', 'account', 'region', 'time' and 'detail' belong to one/],
      [busEvent('OpsItem Create', NOW, {}, { id: 'x'.repeat(200) }), /its 'id' is none of EventBridge/],
      [busEvent('OpsItem Create', NOW, {}).replace('"detail":{}', '"detail":{"__proto__":{"admin":true}}'), /not valid JSON/],
      [busEvent('OpsItem Create', NOW, {}).replace('"detail":{}', '"constructor":{"prototype":{}}'), /not valid JSON/],
      [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, /it is no event/],
    ];
    for (const [body, words] of wrong)
      expect(said(await house.post(body)), body.slice(0, 40)).toEqual([400, failure('invalid', words)]);
    await house.drain();
    const { rejectedCount, rejected } = await house.status();
    expect(rejectedCount).toBe(4);
    expect(rejected[0]).toMatch(/^webhook, post of 2026-11-16T12:00:00.000Z: it is no event in JSON.*dead-letter queue/);
    expect(await house.events()).toEqual([]);
  });

  it('may carry any names, and they are names and nothing more', async () => {
    const body = raised().replace('"detail":{', '"detail":{"toString":1,"hasOwnProperty":{"x":2},"constructor":"x",');
    expect((await house.post(body)).status).toBe(200);
    await house.drain();
    expect(await house.events()).toHaveLength(1);
  });

  it('is refused where it is too large, of another type or packed', async () => {
    const large = raised('x'.repeat(1024 * 1024));
    expect(said(await house.post(large))).toEqual([413, failure('too-large', /1 MB/)]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])
      expect(said(await house.post(raised(), { 'content-type': type })), type).toEqual([
        415,
        failure('unsupported', /application\/json/),
      ]);
    const packed = await house.send('/api/v1/sources/bus/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-quarterdeck-secret': SECRET },
      body: gzipSync(raised()),
    });
    expect(said(packed)).toEqual([415, failure('unsupported', /without a content-encoding/)]);
    expect(await house.store.waitingPosts()).toEqual([]);
  });

  it('is to be posted again while the disk is full, and is taken once there is room', async () => {
    house.limit('as it is');
    const body = raised('large', NOW).replace('"detail":{', `"detail":{"more":"${'x'.repeat(200_000)}",`);
    const refused = await house.post(body);
    expect(said(refused)).toEqual([503, failure('unavailable', /Nothing can be stored just now; post it again/)]);
    expect(refused.headers['retry-after']).toBe('2');
    expect(refused.text).not.toContain(house.folder);
    expect(await house.store.waitingPosts()).toEqual([]);
    house.limit(1_000_000);
    expect(said(await house.post(body))).toEqual([200, { outcome: 'kept' }]);
    await house.drain();
    expect(await house.events()).toHaveLength(1);
  });

  it('waits while another process reads the same source, and is read then', async () => {
    const lease = await house.store.claim('pull bus', 'another process', NOW, HOUR_MS);
    if (lease === null) throw new Error('nobody else holds it');
    await house.post(raised());
    await house.drainOnce();
    expect(await house.events()).toEqual([]);
    expect(house.waits()).toEqual([ELSEWHERE_MS]);
    await house.store.release(lease);
    await house.drain();
    expect(await house.events()).toHaveLength(1);
  });
});

describe('a post without the secret', () => {
  const refusals = async (): Promise<Told[]> => [
    await house.post(raised(), { 'x-quarterdeck-secret': 'another-secret-altogether' }),
    await house.post(raised(), { 'x-quarterdeck-secret': SECRET.slice(0, -1) }),
    await house.post(raised(), { 'x-quarterdeck-secret': '' }),
    await house.post('no JSON', { 'x-quarterdeck-secret': `${SECRET}, ${SECRET}` }),
    await house.send('/api/v1/sources/bus/events', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }),
    await house.send('/api/v1/sources/bus/events?x=1', { method: 'POST' }),
  ];

  it('is told the same whether there is such a source or not, and nothing of it is kept', async () => {
    house = await webhookHouse();
    const answers = [...(await refusals()), await house.post(raised(), {}, 'nope'), await house.post(raised(), {}, '__proto__')];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(said(answers[0] ?? (await house.post('')))).toEqual([401, failure('unauthorised', /takes the secret of the source/)]);
    expect(await house.store.waitingPosts()).toEqual([]);
  });

  it('of a source gets nowhere with that of another one', async () => {
    vi.stubEnv('QUARTERDECK_TEST_OTHER', 'the-secret-of-another-one');
    house = await webhookHouse({
      sources: [BUS, "id: other, webhook: { secret: 'env:QUARTERDECK_TEST_OTHER', header: X-Other }, alarms: {}"],
    });
    expect((await house.post(raised(), {}, 'other')).status).toBe(401);
    expect((await house.post(raised(), { 'x-other': SECRET }, 'other')).status).toBe(401);
    expect((await house.post(raised(), { 'x-other': 'the-secret-of-another-one' }, 'other')).status).toBe(200);
    expect((await house.post(raised(), { 'x-quarterdeck-secret': 'the-secret-of-another-one' })).status).toBe(401);
  });

  it('is all there is while no secret can be found, and the page of sources says why', async () => {
    house = await webhookHouse({ sources: ["id: bus, webhook: { secret: 'env:QUARTERDECK_TEST_MISSING' }, alarms: {}"] });
    for (const shown of ['', 'undefined', 'env:QUARTERDECK_TEST_MISSING', SECRET])
      expect((await house.post(raised(), { 'x-quarterdeck-secret': shown })).status).toBe(401);
    expect((await house.status()).text).toContain(
      'webhook: nothing can be posted to it: env:QUARTERDECK_TEST_MISSING is not set',
    );
    vi.stubEnv('QUARTERDECK_TEST_MISSING', 'short');
    expect((await house.post(raised(), { 'x-quarterdeck-secret': 'short' })).status).toBe(401);
    expect((await house.status()).text).toContain('holds no usable secret (A secret is 16 to 512 letters');
    expect((await house.status()).text).not.toContain('short');
  });

  it('is slowed down when there are too many, and whoever has the secret is not', async () => {
    house = await webhookHouse();
    const statuses: number[] = [];
    let last: Told | null = null;
    for (let at = 0; at < 70; at += 1) {
      last = await house.post(raised(), { 'x-quarterdeck-secret': 'wrong' }, at % 2 === 0 ? 'bus' : 'nope');
      statuses.push(last.status);
    }
    expect(statuses.slice(0, 60)).toEqual(Array(60).fill(401));
    expect(last).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect((await house.post(raised())).status).toBe(200);
  });

  it('is let off one by one as time passes', async () => {
    house = await webhookHouse();
    let now = 0;
    const count = new Refusals(() => now);
    const answered = (): number => Array.from({ length: 100 }, () => count.isTooMany()).filter((isTooMany) => !isTooMany).length;
    expect(answered()).toBe(60);
    now += 5_000;
    expect(answered()).toBe(5);
    now += 3_600_000;
    expect(answered()).toBe(60);
  });
});

describe('a secret that is changed', () => {
  it('opens beside the old one without a restart, and the old one no longer once it is taken away', async () => {
    house = await webhookHouse({
      sources: ["id: bus, webhook: { secret: ['file:secrets/new', 'file:secrets/old'], header: X-Key }, alarms: {}"],
      files: { 'secrets/old': 'the-old-secret-of-all\n' },
    });
    const put = (name: string, text: string): void => writeFileSync(join(house.folder, 'kpis', 'secrets', name), text);
    const status = async (secret: string): Promise<number> => (await house.post(raised(), { 'x-key': secret })).status;
    expect(await status('the-old-secret-of-all')).toBe(200);
    expect((await house.status()).text).toContain('webhook: one of its two secrets is missing: file:secrets/new cannot be read');
    put('new', 'the-new-secret-of-all');
    expect([await status('the-old-secret-of-all'), await status('the-new-secret-of-all')]).toEqual([200, 200]);
    expect((await house.status()).text).not.toContain('webhook');
    put('old', 'the-new-secret-of-all');
    expect([await status('the-old-secret-of-all'), await status('the-new-secret-of-all')]).toEqual([401, 200]);
    const { text } = await house.send('/api/v1/sources');
    expect(text).not.toMatch(/the-(old|new)-secret/);
  });
});

describe('a post through a proxy', () => {
  const HOSTS = "id: bus, webhook: { secret: 'env:QUARTERDECK_TEST_WEBHOOK', host: Hooks.example.com }, alarms: {}";

  it('is let in under the name that its webhook is set up with, and nothing else is', async () => {
    house = await webhookHouse({ sources: [HOSTS, BUS.replace('id: bus', 'id: inner')] });
    for (const host of ['hooks.example.com', 'HOOKS.example.com:443'])
      expect((await house.post(raised(), { host })).status, host).toBe(200);
    expect((await house.post(raised(), { host: 'hooks.example.com' }, 'inner')).status).toBe(401);
    expect((await house.post(raised(), { host: 'other.example.com' })).status).toBe(403);
    expect((await house.post(raised(), { host: 'hooks.example.com.evil.example' })).status).toBe(403);
    expect((await house.post(raised(), { host: 'hooks.example.com', origin: 'https://hooks.example.com' })).status).toBe(403);
    expect((await house.post(raised(), { host: 'hooks.example.com', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    for (const [method, path] of [
      ['GET', '/api/v1/sources'],
      ['GET', '/api/v1/sources/bus/events'],
      ['POST', '/api/v1/sources/bus/pulls'],
      ['POST', '/api/v1/sources/bus/events/more'],
      ['GET', '/healthz'],
      ['GET', '/'],
    ] as const) {
      const headers = { host: 'hooks.example.com', 'x-quarterdeck-secret': SECRET };
      expect((await house.send(path, { method, headers })).status, `${method} ${path}`).toBe(403);
    }
  });

  it('is refused under any name but this machine where none is set up', async () => {
    house = await webhookHouse();
    expect((await house.post(raised(), { host: 'hooks.example.com' })).status).toBe(403);
    expect((await house.post(raised(), { host: 'localhost:4680' })).status).toBe(200);
  });
});
