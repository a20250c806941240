import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, failure, HOST, type ApiHouse } from './api-house.ts';

const LONG = 'x'.repeat(5000);

describe('a request that cannot be answered', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());

  it.each<[number, string, string, RegExp]>([
    [404, 'not-found', '/nonsense', /nothing at GET \/api\/v1\/nonsense.*openapi\.json/],
    [404, 'not-found', '/kpis/nope', /no KPI "nope".*\/api\/v1\/kpis/],
    [404, 'not-found', '/kpis/__proto__', /no KPI "__proto__"/],
    [404, 'not-found', '/kpis/constructor/snapshots', /no KPI "constructor"/],
    [404, 'not-found', '/kpis/nope/snapshots', /no KPI "nope"/],
    [404, 'not-found', '/kpis/latency/snapshots?scope=team:none', /no team "none"\. organisation\.yaml has payments/],
    [404, 'not-found', '/reviews/latest?scope=everyone', /no scope "everyone"/],
    [404, 'not-found', '/reviews/2026-W50', /2026-W50 has not begun/],
    [404, 'not-found', '/snapshots/nope~organisation~2026-W45/evidence', /no KPI "nope"/],
    [404, 'not-found', '/snapshots/nope~organisation~2026-W45/revisions', /no KPI "nope"/],
    [404, 'not-found', '/snapshots/latency~team:none~2026-W45/revisions', /no team "none"/],
    [400, 'invalid', '/reviews/2026-W99', /"2026-W99" is not a week that exists; write it as 2026-W46/],
    [400, 'invalid', '/reviews/2025-W53', /is not a week that exists/],
    [400, 'invalid', '/reviews/2026-10', /is not a week/],
    [400, 'invalid', '/reviews/%00', /is not a week/],
    [400, 'invalid', '/reviews/latest?scope=organisation&week=2026-W01', /query\.week is not known here; known: scope/],
    [400, 'invalid', '/reviews/latest?scope=organisation&scope=team:search', /query\.scope must be given once/],
    [400, 'invalid', '/kpis?limit=3', /query\.limit is not known here; this address takes no parameters/],
    [400, 'invalid', '/kpis/latency/snapshots?grain=day', /query\.grain must be one of week, month, quarter, year/],
    [400, 'invalid', '/kpis/latency/snapshots?from=2026-02-30', /from: "2026-02-30" is not a day that exists; write 2026-01-31/],
    [400, 'invalid', '/kpis/latency/snapshots?to=yesterday', /to: "yesterday" is not a day/],
    [400, 'invalid', '/kpis/latency/snapshots?known_at=2026-01-31', /known_at: "2026-01-31" is not an instant/],
    [400, 'invalid', '/kpis/latency/snapshots?known_at=2026-02-30T00:00Z', /known_at/],
    [400, 'invalid', '/kpis/latency/snapshots?format=xml', /query\.format must be one of csv/],
    [400, 'invalid', `/kpis/latency/snapshots?scope=${LONG}`, /query\.scope is longer than 200 characters/],
    [400, 'invalid', `/kpis/${'x'.repeat(450)}`, /path\.id is longer than 120 characters/],
    [400, 'invalid', `/kpis/${LONG}`, /longer than anything here/],
    [400, 'invalid', '/kpis/%E0%A4%A', /% that encodes nothing/],
    [400, 'invalid', '/snapshots/latency/evidence', /does not name a snapshot; write kpi~scope~period/],
    [400, 'invalid', '/snapshots/a~b~c~d/revisions', /does not name a snapshot/],
    [400, 'invalid', '/snapshots/latency~organisation~2026-W99/evidence', /"2026-W99" is not a period; write 2026-W46/],
    [400, 'invalid', '/snapshots/latency~organisation~%00/revisions', /is not a period/],
    [
      400,
      'invalid',
      '/snapshots/latency~organisation~2026-W45/evidence?limit=0',
      /query\.limit must be: a whole number from 1 to 1000/,
    ],
    [400, 'invalid', '/snapshots/latency~organisation~2026-W45/evidence?limit=1001', /from 1 to 1000/],
    [400, 'invalid', '/snapshots/latency~organisation~2026-W45/evidence?limit=1e2', /from 1 to 1000/],
    [
      400,
      'invalid',
      '/snapshots/latency~organisation~2026-W45/evidence?offset=-1',
      /query\.offset must be: a whole number from 0/,
    ],
    [400, 'invalid', '/snapshots/latency~organisation~2026-W45/evidence?offset=', /query\.offset/],
  ])('gets %i %s: %s', async (status, code, path, words) => {
    const answer = await house.get(`/api/v1${path}`);
    expect([answer.status, answer.body]).toEqual([status, failure(code, words)]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('names every fault at once, each with its place', async () => {
    const { body } = await house.get('/api/v1/snapshots/latency~organisation~2026-W45/evidence?limit=no&offset=no&page=1');
    expect(body).toMatchObject({
      problems: [{ path: 'query.page' }, { path: 'query.offset' }, { path: 'query.limit' }],
    });
  });

  it('may be a POST that a source, a week or a body makes wrong', async () => {
    expect((await house.post('/api/v1/reviews/2026-W99/publish')).body).toEqual(failure('invalid', /2026-W99/));
    expect((await house.post('/api/v1/reviews/latest/publish')).body).toEqual(failure('invalid', /"latest" is not a week/));
    expect((await house.post('/api/v1/reviews/2026-W45/publish?scope=x')).body).toEqual(failure('not-found', /no scope "x"/));
    expect((await house.post('/api/v1/sources/desk/pulls?now=1')).body).toEqual(failure('invalid', /query\.now is not known/));
    const json = { 'content-type': 'application/json' };
    expect((await house.post('/api/v1/measurements', json, '{"all":true}')).body).toEqual(failure('invalid', /takes no body/));
    expect((await house.post('/api/v1/measurements', json, '{"all":')).body).toEqual(failure('invalid', /./));
    expect((await house.post('/api/v1/measurements', json, '{"__proto__":{"a":1}}')).body).toEqual(failure('invalid', /./));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await house.post('/api/v1/measurements', form, 'a=1')).body).toEqual(failure('invalid', /body of this type/));
  });

  it('is not read to its end when it is too large, packed or not', async () => {
    const text = { 'content-type': 'application/json' };
    const large = JSON.stringify('x'.repeat(1024 * 1024));
    expect(await house.post('/api/v1/measurements', text, large)).toMatchObject({
      status: 413,
      body: failure('too-large', /1 MB/),
    });
    const bomb = gzipSync(JSON.stringify('x'.repeat(50 * 1024 * 1024)));
    const packed = await house.app.inject({
      method: 'POST',
      url: '/api/v1/measurements',
      headers: { host: HOST, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: bomb,
    });
    expect(packed.json()).toEqual(failure('too-large', /1 MB/));
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'finds nothing by %s, and opens no door to other origins',
    async (method) => {
      const headers = { host: HOST, origin: `http://${HOST}`, 'access-control-request-method': 'POST' };
      const answer = await house.app.inject({ method, url: '/api/v1/kpis', headers });
      expect([answer.statusCode, answer.json()]).toEqual([404, failure('not-found', new RegExp(`nothing at ${method} `))]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  it('by HEAD gets the headers alone', async () => {
    const whole = await house.get('/api/v1/reviews/latest');
    const head = await house.app.inject({ method: 'HEAD', url: '/api/v1/reviews/latest', headers: { host: HOST } });
    expect([head.statusCode, head.body, head.headers['etag']]).toEqual([200, '', whole.headers['etag']]);
    const missing = await house.app.inject({ method: 'HEAD', url: '/api/v1/kpis/nope', headers: { host: HOST } });
    expect([missing.statusCode, missing.body]).toEqual([404, '']);
  });
});

describe('a request from elsewhere', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());

  it.each([
    'evil.example',
    'evil.example:4680',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '10.0.0.1',
    '[::2]',
    '127.0.0.1:',
    '127.0.0.1@evil.example',
  ])('is refused where its Host is "%s", whatever it asks for', async (host) => {
    for (const path of ['/', '/api/v1/kpis', '/healthz', '/metrics', '/nonsense']) {
      const answer = await house.get(path, { host });
      expect([answer.status, answer.body], path).toEqual([
        403,
        failure('forbidden', /is not this machine. Use http:\/\/127\.0\.0\.1/),
      ]);
    }
  });

  it.each(['127.0.0.1', '127.0.0.1:4680', 'localhost:80', 'LOCALHOST', '[::1]:4680'])(
    'is ours where its Host is %s',
    async (host) => {
      expect((await house.get('/healthz', { host })).status).toBe(200);
      expect((await house.post('/api/v1/measurements', { host, origin: `http://${host}`.toLowerCase() })).status).toBe(200);
    },
  );

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `https://${HOST}` },
    { origin: 'http://127.0.0.1:9999' },
    { origin: 'http://localhost:4680' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' },
  ])('changes nothing: %o', async (headers) => {
    const { events } = await house.store.countEvents();
    for (const path of ['/measurements', '/sources/desk/pulls', '/reviews/2026-W45/publish']) {
      const answer = await house.post(`/api/v1${path}`, headers);
      expect([answer.status, answer.body]).toEqual([403, failure('forbidden', /comes from another site/)]);
    }
    expect(await house.store.publications(1)).toEqual([]);
    expect((await house.store.countEvents()).events).toBe(events);
  });

  it('from our own page, or from a program without a page, is done', async () => {
    const own = { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' };
    expect((await house.post('/api/v1/measurements', own)).status).toBe(200);
    expect((await house.post('/api/v1/measurements')).status).toBe(200);
  });

  it('gets the headers of a safe page with every answer', async () => {
    const paths = ['/', '/healthz', '/metrics', '/api/v1/kpis', '/api/v1/nope', '/api/v1/kpis/%E0%A4%A', `/api/v1/kpis/${LONG}`];
    for (const [path, headers] of [...paths.map((path) => [path, {}] as const), ['/', { host: 'evil.example' }] as const]) {
      const answer = await house.get(path, headers);
      const policy = String(answer.headers['content-security-policy']);
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
        expect(policy.split('; '), path).toContain(part);
      expect(policy).not.toContain('unsafe');
      expect(answer.headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
    }
  });
});

describe('a request that comes too early, or while the database is away', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());

  it('is told how far the history is, and when to ask again', async () => {
    house.engine.progress = 'Making the history: week 3 of 130 (2024-W21).';
    for (const path of ['/api/v1/reviews/latest', '/api/v1/kpis', '/api/v1/sources', '/readyz']) {
      const answer = await house.get(path);
      expect([answer.status, answer.body, answer.headers['retry-after']]).toEqual([
        503,
        failure('unavailable', /week 3 of 130/),
        '2',
      ]);
    }
    expect((await house.post('/api/v1/measurements')).status).toBe(503);
    for (const path of ['/healthz', '/metrics', '/api/v1/openapi.json', '/api/v1/schemas/kpi.json'])
      expect((await house.get(path)).status, path).toBe(200);
    house.engine.progress = null;
    expect((await house.get('/api/v1/kpis')).status).toBe(200);
    expect((await house.get('/readyz')).status).toBe(200);
  });

  it('hears of a fault inside only that there was one', async () => {
    await house.store.close();
    const answer = await house.get('/api/v1/sources');
    expect([answer.status >= 500, answer.text.includes('at ')]).toEqual([true, false]);
    expect((await house.get('/readyz')).status).toBeGreaterThanOrEqual(500);
    expect((await house.get('/healthz')).status).toBe(200);
  });
});
