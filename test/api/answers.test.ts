import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event } from '../jobs/small-house.ts';
import { apiHouse, failure, type ApiHouse } from './api-house.ts';
import { expectAsDescribed, operationsOf, type Operation } from './schemas.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const RESTORE = 'time-to-restore~organisation~2026-W45';

describe('the answers of the API', () => {
  let house: ApiHouse;
  let operations: Operation[];
  beforeAll(async () => {
    house = await apiHouse();
    operations = await operationsOf(house);
  });
  afterAll(() => house.close());

  const fine = async (route: string, path: string): Promise<unknown> => {
    const answer = await house.get(`/api/v1${path}`);
    expect(answer.status, `${path}: ${answer.text.slice(0, 200)}`).toBe(200);
    const operation = operations.find((one) => one.method === 'get' && one.path === `/api/v1${route}`);
    if (operation === undefined) throw new Error(`${route} is not described`);
    expectAsDescribed(operation, 200, answer.body, path);
    return answer.body;
  };

  it.each([
    ['/organisation', '/organisation'],
    ['/reviews/{week}', '/reviews/latest'],
    ['/reviews/{week}', '/reviews/2026-W46'],
    ['/reviews/{week}', '/reviews/2026-W44?scope=team:payments'],
    ['/reviews/{week}', '/reviews/2026-W44?scope=service:checkout'],
    ['/kpis', '/kpis'],
    ['/kpis/{id}', '/kpis/latency'],
    ['/kpis/{id}/snapshots', '/kpis/latency/snapshots?grain=week'],
    ['/kpis/{id}/snapshots', '/kpis/interruptions/snapshots?scope=team:search'],
    ['/snapshots/{id}/evidence', `/snapshots/${RESTORE}/evidence`],
    ['/snapshots/{id}/evidence', '/snapshots/latency~organisation~2026-10/evidence?limit=3'],
    ['/snapshots/{id}/evidence', '/snapshots/pages~team:payments~2026-Q4/evidence'],
    ['/snapshots/{id}/revisions', `/snapshots/${RESTORE}/revisions`],
    ['/snapshots/{id}/revisions', '/snapshots/time-to-restore~organisation~2027-W01/revisions'],
    ['/sources', '/sources'],
    ['/schemas/kpi.json', '/schemas/kpi.json'],
  ])('%s answers %s as it is described', async (route, path) => {
    await fine(route, path);
  });

  it('say for `latest` what they say for the last complete week', async () => {
    const latest = await fine('/reviews/{week}', '/reviews/latest');
    expect(latest).toEqual(await fine('/reviews/{week}', '/reviews/2026-W45'));
    expect(latest).toMatchObject({ week: { id: '2026-W45' }, scope: { id: 'organisation' } });
  });

  it('need not be sent again while they hold, and are once they do not', async () => {
    const first = await house.get('/api/v1/reviews/latest');
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const tag of [String(etag), `W/${String(etag)}`, `"other", ${String(etag)}`, '*']) {
      const again = await house.get('/api/v1/reviews/latest', { 'if-none-match': tag });
      expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', etag]);
    }
    expect((await house.get('/api/v1/reviews/latest', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await house.get('/api/v1/reviews/2026-W44', { 'if-none-match': String(etag) })).status).toBe(200);
  });

  it('list every definition in words, and the problems of a broken file with their place', async () => {
    const body = await fine('/kpis', '/kpis');
    expect(body).toMatchObject({
      kpis: expect.arrayContaining([
        expect.objectContaining({
          id: 'time-to-restore',
          target: 'at most 4 hours, every week',
          words: expect.any(String) as unknown,
        }),
        expect.objectContaining({
          id: null,
          section: 'Broken files',
          problems: expect.arrayContaining([
            expect.objectContaining({ line: 3, column: 1, message: expect.stringContaining('name') as unknown }),
          ]) as unknown,
        }),
      ]) as unknown,
    });
  });

  it('give a series settled and live, by scope, grain and day', async () => {
    const weeks = await fine('/kpis/{id}/snapshots', '/kpis/time-to-restore/snapshots?grain=week');
    expect(weeks).toMatchObject([
      { period: '2026-W41', revision: 1, value: 7200, count: 1 },
      { period: '2026-W42', revision: 1, value: 21600 },
      { period: '2026-W43', revision: 1, value: null, emptiness: 'none to measure' },
      { period: '2026-W44', revision: 1, value: 3600 },
      { period: '2026-W45', revision: 1, value: 14400, count: 2, exclusions: [{ reason: 'still open', count: 1 }] },
      { period: '2026-W46', revision: null, recordedAt: null },
    ]);
    const part = await fine('/kpis/{id}/snapshots', '/kpis/time-to-restore/snapshots?grain=week&from=2026-10-12&to=2026-10-26');
    expect(part).toMatchObject([{ period: '2026-W42' }, { period: '2026-W43' }, { period: '2026-W44' }]);
    expect(await fine('/kpis/{id}/snapshots', '/kpis/time-to-restore/snapshots?from=2026-10-26&to=2026-10-12')).toEqual([]);
    expect(await fine('/kpis/{id}/snapshots', '/kpis/time-to-restore/snapshots?scope=team:search&grain=week')).toMatchObject(
      Array.from({ length: 6 }, () => ({ value: null, emptiness: 'none to measure' })),
    );
  });

  it('give a series as it was known then: what settled later is live in it', async () => {
    const then = await fine('/kpis/{id}/snapshots', '/kpis/time-to-restore/snapshots?grain=week&known_at=2026-11-10T00:00Z');
    expect(then).toMatchObject([
      { period: '2026-W41', revision: 1 },
      { period: '2026-W42', revision: 1 },
      { period: '2026-W43', revision: 1 },
      { period: '2026-W44', revision: 1 },
      { period: '2026-W45', revision: null, value: 14_400 },
      { period: '2026-W46', revision: null, emptiness: 'none to measure' },
    ]);
    expect(await fine('/kpis/{id}/snapshots', '/kpis/time-to-restore/snapshots?known_at=2026-01-01T00:00Z')).toEqual([]);
  });

  it('give a queue as of any instant, oldest first, by scope', async () => {
    const queue = await fine('/queues/{of}', '/queues/incidents?at=2026-11-04T12:00Z');
    expect(queue).toMatchObject({
      kind: 'incident',
      depth: 1,
      p50: 7200,
      oldest: 7200,
      onHold: 0,
      items: [{ title: 'E', age: 7200, openedAt: '2026-11-04T10:00:00.000Z', state: 'opened', team: 'payments' }],
      total: 1,
    });
    expect(await fine('/queues/{of}', '/queues/incidents?at=2026-11-06T10:00Z')).toMatchObject({
      depth: 1,
      items: [{ title: 'F' }],
    });
    expect(await fine('/queues/{of}', '/queues/incidents?at=2026-11-06T10:00Z&scope=team:search')).toMatchObject({ depth: 0 });
    expect(await fine('/queues/{of}', '/queues/incidents')).toMatchObject({ depth: 1, oldest: 6 * 86_400 + 20 * 3600 });
  });

  it('give the list behind a number as it was known then', async () => {
    const path = '/snapshots/time-to-restore~organisation~2026-W45/evidence';
    const then = await fine('/snapshots/{id}/evidence', `${path}?known_at=2026-11-10T00:00Z`);
    expect(then).toMatchObject({ revision: null, value: 14_400, count: 2, isConfirmed: true });
    expect((await house.get(`/api/v1${path}?known_at=2099-01-01T00:00Z`)).body).toMatchObject({ code: 'invalid' });
    expect((await house.get(`/api/v1${path}?known_at=soon`)).body).toMatchObject({ code: 'invalid' });
    expect((await house.get('/api/v1/queues/deployments')).body).toMatchObject({
      code: 'invalid',
      message: 'There is no queue of "deployments". Queues: incidents, tickets, requests, actions.',
    });
    expect((await house.get('/api/v1/queues/tickets?at=2099-01-01T00:00Z')).body).toMatchObject({ code: 'invalid' });
  });

  it('give the same series as CSV, by `format` and by `Accept`', async () => {
    const path = '/api/v1/kpis/time-to-restore/snapshots?grain=week';
    const byFormat = await house.get(`${path}&format=csv`);
    expect(byFormat.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="time-to-restore.csv"',
    });
    expect(byFormat.text.split('\r\n')).toEqual([
      'kpi,scope,period,revision,value,emptiness,count,stale,recorded_at',
      'time-to-restore,organisation,2026-W41,1,7200,,1,,2026-11-09T06:00:00.000Z',
      'time-to-restore,organisation,2026-W42,1,21600,,1,,2026-11-09T06:00:00.000Z',
      'time-to-restore,organisation,2026-W43,1,,none to measure,0,,2026-11-09T06:00:00.000Z',
      'time-to-restore,organisation,2026-W44,1,3600,,1,,2026-11-09T06:00:00.000Z',
      'time-to-restore,organisation,2026-W45,1,14400,,2,,2026-11-12T06:00:00.000Z',
      'time-to-restore,organisation,2026-W46,,,none to measure,0,,',
      '',
    ]);
    for (const accept of ['text/csv', 'text/csv, application/json;q=0.5', 'TEXT/CSV;q=0.9, */*;q=0.1'])
      expect((await house.get(path, { accept })).text, accept).toBe(byFormat.text);
    for (const accept of ['application/json', '*/*', 'application/json, text/csv;q=0.5', 'text/csv;q=0'])
      expect((await house.get(path, { accept })).headers['content-type'], accept).toContain('application/json');
    expect((await house.get(path)).headers['vary']).toContain('accept');
  });

  it('list the very items behind a number, page by page', async () => {
    const whole = await fine('/snapshots/{id}/evidence', `/snapshots/${RESTORE}/evidence`);
    expect(whole).toMatchObject({
      revision: 1,
      value: 14400,
      text: '4 h',
      count: 2,
      exclusions: [{ reason: 'still open', count: 1 }],
      isConfirmed: true,
      withheld: null,
      total: 3,
      items: [
        {
          uid: 'desk:incident:D',
          title: 'D',
          value: 10800,
          valueText: '3 h',
          team: 'payments',
          service: 'checkout',
          severity: 1,
        },
        { uid: 'desk:incident:E', value: 18000, excluded: null },
        { uid: 'desk:incident:F', value: null, valueText: '', excluded: 'still open' },
      ],
    });
    const second = await fine('/snapshots/{id}/evidence', `/snapshots/${RESTORE}/evidence?offset=1&limit=1`);
    expect(second).toMatchObject({ total: 3, items: [{ uid: 'desk:incident:E' }] });
    expect(await fine('/snapshots/{id}/evidence', `/snapshots/${RESTORE}/evidence?offset=9999999`)).toMatchObject({
      total: 3,
      items: [],
    });
  });

  it('give the items as CSV in which no cell runs as a formula', async () => {
    const { text, headers } = await house.get('/api/v1/snapshots/time-to-restore~organisation~2026-W44/evidence?format=csv');
    expect(headers['content-disposition']).toBe('attachment; filename="time-to-restore~organisation~2026-W44.csv"');
    expect(text.split('\r\n')).toEqual([
      'item,value,at,team,service,severity,state,excluded',
      `desk:incident:C,3600,2026-10-28T11:00:00.000Z,payments,"'=cmd|""/c calc""!A0",1,restored,`,
      '',
    ]);
  });

  it('list every revision, oldest first', async () => {
    expect(await fine('/snapshots/{id}/revisions', `/snapshots/${RESTORE}/revisions`)).toMatchObject([
      { id: RESTORE, revision: 1, value: 14400, causes: ['settled'], recordedAt: '2026-11-12T06:00:00.000Z' },
    ]);
  });

  it('are at the root: alive, ready, figures', async () => {
    expect((await house.get('/healthz')).body).toEqual({ status: 'alive' });
    expect((await house.get('/readyz')).body).toEqual({ status: 'ready' });
    const { text, headers } = await house.get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('\nquarterdeck_events_total 19\n');
    expect(text).toContain('quarterdeck_source_up{source="desk"} 1\n');
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{source="[^"]*"\})? -?[\d.e+]+)$/);
  });
});

describe('requests that change something', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());

  it('pull a source now, and what it brought is measured when the answer comes', async () => {
    house.desk.next = [
      {
        events: [
          event('incident', 'G', '2026-11-10T10:00:00Z', { state: 'opened' }),
          event('incident', 'G', '2026-11-10T12:00:00Z', { state: 'restored' }),
        ],
      },
    ];
    const pull = await house.post('/api/v1/sources/desk/pulls');
    expect(pull).toMatchObject({ status: 200, body: { outcome: 'complete', newEvents: 2, rejected: 0, error: null } });
    const { body } = await house.get('/api/v1/kpis/time-to-restore/snapshots?grain=week&from=2026-11-09');
    expect(body).toMatchObject([{ period: '2026-W46', value: 7200, revision: null }]);
    expect((await house.get('/api/v1/sources')).body).toMatchObject([{ pulls: [{ newEvents: 2 }, {}, {}] }]);
  });

  it('answer a pull that failed with what failed, and the sources page says so', async () => {
    house.now += 60_000;
    house.desk.next = [new Error('the token has expired')];
    expect(await house.post('/api/v1/sources/desk/pulls')).toMatchObject({
      status: 200,
      body: { outcome: 'failed', error: 'the token has expired' },
    });
    expect((await house.get('/api/v1/sources')).body).toMatchObject([
      { freshness: 'failing', lastError: 'the token has expired' },
    ]);
    expect((await house.get('/metrics')).text).toContain('quarterdeck_source_up{source="desk"} 0');
  });

  it('measure what changed', async () => {
    const { status, body } = await house.post('/api/v1/measurements');
    expect([status, body]).toEqual([
      200,
      {
        measured: expect.any(Number) as unknown,
        settled: expect.any(Number) as unknown,
        restated: expect.any(Number) as unknown,
      },
    ]);
  });

  it('publish a review: values are pinned, the review says so, and its tag changes', async () => {
    const before = await house.get('/api/v1/reviews/2026-W46');
    const published = await house.post('/api/v1/reviews/2026-W46/publish');
    expect(published).toMatchObject({ status: 200, body: { at: '2026-11-12T06:01:00.000Z' } });
    const after = await house.get('/api/v1/reviews/2026-W46', { 'if-none-match': String(before.headers['etag']) });
    expect(after.status).toBe(200);
    const { body } = await house.get('/api/v1/snapshots/time-to-restore~organisation~2026-W46/revisions');
    expect(body).toMatchObject([{ revision: 1, value: 7200, causes: ['published'] }]);
  });

  it('let what came after a publication be seen in every answer before it settles', async () => {
    house.desk.next = [
      {
        events: [
          event('incident', 'H', '2026-11-11T10:00:00Z', { state: 'opened' }),
          event('incident', 'H', '2026-11-11T14:00:00Z', { state: 'restored' }),
        ],
      },
    ];
    await house.engine.pull(VIEWER, 'desk');
    const shown = { value: 10800, count: 2, revision: null };
    const series = await house.get('/api/v1/kpis/time-to-restore/snapshots?grain=week&from=2026-11-09');
    expect(series.body).toMatchObject([shown]);
    expect((await house.get('/api/v1/snapshots/time-to-restore~organisation~2026-W46/evidence')).body).toMatchObject(shown);
    expect(JSON.stringify((await house.get('/api/v1/reviews/2026-W46')).body)).toContain('"value":10800');
  });

  it('tell freshness as of now, also with a review that was made before', async () => {
    const first = await house.get('/api/v1/reviews/latest');
    house.now += 3 * 3_600_000;
    const later = await house.get('/api/v1/reviews/latest', { 'if-none-match': String(first.headers['etag']) });
    expect(later.status).toBe(200);
    expect(later.body).toMatchObject({ sources: [{ text: expect.stringContaining('last complete pass 3 h ago') as unknown }] });
  });

  it('are refused for a source that is not there', async () => {
    expect(await house.post('/api/v1/sources/disk/pulls')).toMatchObject({
      status: 404,
      body: failure('not-found', /no source "disk".*Known: desk/),
    });
  });
});

describe('a queue as it was known then', () => {
  it('does not hold an incident that nobody had told of', async () => {
    const house = await apiHouse();
    try {
      house.desk.next = [{ events: [event('incident', 'LATE', '2026-11-04T09:00:00Z', { state: 'opened' })] }];
      const before = new Date(house.now).toISOString();
      house.now += 1000;
      await house.engine.pull({ who: 'test', roles: [], teams: [] }, 'desk');
      const asked = async (query: string) => (await house.get(`/api/v1/queues/incidents?at=2026-11-04T12:00Z${query}`)).body;
      expect(await asked('')).toMatchObject({ depth: 2, items: [{ title: 'LATE' }, { title: 'E' }], knownAt: null });
      expect(await asked(`&known_at=${before}`)).toMatchObject({ depth: 1, items: [{ title: 'E' }], knownAt: before });
    } finally {
      await house.close();
    }
  });
});
