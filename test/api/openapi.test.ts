import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, failure, type ApiHouse } from './api-house.ts';
import { expectAsDescribed, operationsOf, type Operation, type Parameter } from './schemas.ts';

const ROUTES = [
  'delete /api/v1/actions/{id}',
  'delete /api/v1/annotations/{id}',
  'delete /api/v1/comments/{id}',
  'delete /api/v1/narratives/{id}',
  'get /api/v1/actions',
  'get /api/v1/actions/{id}/revisions',
  'get /api/v1/annotations',
  'get /api/v1/annotations/{id}/revisions',
  'get /api/v1/comments',
  'get /api/v1/comments/{id}/revisions',
  'get /api/v1/kpis',
  'get /api/v1/kpis/{id}',
  'get /api/v1/kpis/{id}/distribution',
  'get /api/v1/kpis/{id}/page',
  'get /api/v1/kpis/{id}/slices',
  'get /api/v1/kpis/{id}/snapshots',
  'get /api/v1/narratives',
  'get /api/v1/narratives/{id}/revisions',
  'get /api/v1/on-call/{team}',
  'get /api/v1/on-call/{team}/hand-over',
  'get /api/v1/organisation',
  'get /api/v1/queues/{of}',
  'get /api/v1/reports/{quarter}',
  'get /api/v1/reports/{quarter}/pdf',
  'get /api/v1/reviews/{week}',
  'get /api/v1/reviews/{week}/minutes',
  'get /api/v1/schemas/kpi.json',
  'get /api/v1/shifts/{token}',
  'get /api/v1/snapshots/{id}/evidence',
  'get /api/v1/snapshots/{id}/revisions',
  'get /api/v1/sources',
  'post /api/v1/actions',
  'post /api/v1/annotations',
  'post /api/v1/comments',
  'post /api/v1/kpis/preview',
  'post /api/v1/measurements',
  'post /api/v1/narratives',
  'post /api/v1/reviews/{week}/publish',
  'post /api/v1/sources/{id}/events',
  'post /api/v1/sources/{id}/pulls',
  'put /api/v1/actions/{id}',
  'put /api/v1/annotations/{id}',
  'put /api/v1/comments/{id}',
  'put /api/v1/narratives/{id}',
  'put /api/v1/shifts/{token}/answers',
];

const METHOD = { get: 'GET', post: 'POST', put: 'PUT', delete: 'DELETE' } as const;

describe('the description of the API', () => {
  let house: ApiHouse;
  let operations: Operation[];
  beforeAll(async () => {
    house = await apiHouse();
    operations = await operationsOf(house);
  });
  afterAll(() => house.close());

  it('is an OpenAPI 3.1 document', async () => {
    const { status, body } = await house.get('/api/v1/openapi.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d$/) as unknown,
      info: { title: 'Quarterdeck', version: '0.0.0', license: { name: 'Apache-2.0' } },
    });
    // The specification: https://spec.openapis.org/oas/v3.1.0
    for (const { path, method, summary, parameters, answers } of operations) {
      const where = `${method} ${path}`;
      expect(summary, where).not.toBe('');
      expect(
        parameters.filter((one) => one.in === 'path').map((one) => one.name),
        where,
      ).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(
        parameters.filter((one) => one.in === 'path' && one.required !== true),
        where,
      ).toEqual([]);
      expect(
        parameters.filter((one) => one.required === true && 'default' in one.schema),
        where,
      ).toEqual([]);
      expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size, where).toBe(parameters.length);
      expect(
        [...answers.keys()].filter((key) => !/^([1-5]\d\d|[1-5]XX|default)$/.test(key)),
        where,
      ).toEqual([]);
    }
  });

  it('lists every route there is, and the product answers each', async () => {
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(ROUTES);
    const registered = routesOf(house.app.printRoutes({ commonPrefix: false })).filter((route) => route.includes(' /api/'));
    expect(registered.filter((route) => route !== 'get /api/v1/openapi.json').sort()).toEqual(ROUTES);
  });

  it('says of every route what it answers when it cannot', () => {
    for (const { path, statuses } of operations) {
      expect(statuses, path).toEqual(expect.arrayContaining(['4XX', '5XX']));
      expect(
        statuses.filter((status) => status.startsWith('2')),
        path,
      ).not.toEqual([]);
    }
  });

  it('is kept: whatever is asked, nothing breaks, and every answer is as described', async () => {
    const asked = fc
      // A print takes a browser, and is tried by itself.
      .constantFrom(...operations.filter(({ path }) => !path.endsWith('/pdf')))
      .chain((operation) =>
        fc.tuple(
          fc.constant(operation),
          fc.record(valuesOf(operation, 'path')),
          fc.record(valuesOf(operation, 'query'), { requiredKeys: [] }),
          fc.array(fc.tuple(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 })), { maxLength: 1 }),
          fc.option(fc.constantFrom('application/json', 'text/csv', 'text/html', '*/*', ';q=,', ''), { nil: undefined }),
        ),
      );
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(asked, async ([operation, path, query, more, accept]) => {
        const url = urlOf(operation, path, [...Object.entries(query), ...more]);
        const headers = accept === undefined ? {} : { accept };
        const answer = await house.send(METHOD[operation.method], url, headers);
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        expect(answer.status, `${operation.method} ${url}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
        if (answer.body !== undefined) expectAsDescribed(operation, answer.status, answer.body, `${operation.method} ${url}`);
        else if (answer.status !== 204) expect(answer.headers['content-type'], url).toMatch(/^text\/(csv|markdown)/);
        if (answer.status >= 400)
          expect(answer.body).toMatchObject(failure(String((answer.body as { code: string }).code), /\w.*[.!?]$/s));
        expect(answer.text).not.toContain('person-');
      }),
      { numRuns: 1_600 },
    );
    // Otherwise the requests would have been too wild to reach anything.
    expect(seen.get(200) ?? 0).toBeGreaterThan(100);
    expect((seen.get(400) ?? 0) + (seen.get(404) ?? 0)).toBeGreaterThan(100);
  });
});

/** What the router knows, from the tree that it prints; HEAD goes with every GET. */
function routesOf(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^([ │]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (indent === undefined || part === undefined) return [];
    const depth = indent.length / 4;
    above.length = depth;
    above.push(part);
    const path = above.join('').replaceAll(/:(\w+)/g, '{$1}');
    return (methods ?? '')
      .split(', ')
      .flatMap((method) => (method === '' || method === 'HEAD' ? [] : [`${method.toLowerCase()} ${path}`]));
  });
}

/** Values that mean something here, near misses, and anything at all. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  week: ['latest', '2026-W45', '2026-W46', '2025-W30', '2026-W99', '2020-W53', '0001-W01', '9999-W52', '2026-11', '-1-W01'],
  id: [
    'time-to-restore',
    'interruptions',
    'latency',
    'pages',
    'desk',
    'time-to-restore~organisation~2026-W45',
    'time-to-restore~team:payments~2026-11',
    'interruptions~organisation~2026-W45',
    'latency~service:checkout~2026-Q4',
    'pages~organisation~2026',
    'pages~organisation~9999-12',
    'pages~organisation~0001-W01',
    '~~',
    'time-to-restore~organisation',
  ],
  scope: ['organisation', 'team:payments', 'team:search', 'service:checkout', 'team:', 'team:__proto__', 'service:nope', ''],
  by: ['service', 'team', 'severity', 'cause', 'planned', 'key', 'responder', '__proto__'],
  period: ['2026-W45', '2026-10', '2026', '2026-W99', '9999-12', '0001-W01'],
  weeks: ['1', '12', '52', '53', '0'],
  from: ['2026-01-01', '2026-11-02', '0001-01-01', '9999-12-31', '2026-02-30'],
  to: ['2026-01-01', '2026-11-02', '0001-01-01', '9999-12-31', '2026-13-01'],
  known_at: ['2026-11-12T06:00Z', '2026-11-12T06:00:00+02:00', '0001-01-01T00:00Z', '9999-12-31T23:59:59Z', '2026-11-12'],
  offset: ['0', '1', '9999999', '007'],
  limit: ['1', '1000', '0', '5'],
};

const valuesOf = (operation: Operation, place: Parameter['in']): Record<string, fc.Arbitrary<string>> =>
  Object.fromEntries(operation.parameters.filter((one) => one.in === place).map((one) => [one.name, valueOf(one)]));

function valueOf({ name, schema }: Parameter): fc.Arbitrary<string> {
  const listed = Array.isArray(schema['enum']) ? schema['enum'].map(String) : [];
  const meant = [...listed, ...(MEANT[name] ?? [])];
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(meant.length === 0 ? ['x'] : meant)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 1200 }).map((length) => 'x'.repeat(length)) },
  );
}

function urlOf(
  operation: Operation,
  path: Readonly<Record<string, string>>,
  query: readonly (readonly [string, string | undefined])[],
): string {
  const filled = operation.path.replaceAll(
    /\{(\w+)\}/g,
    (_whole, name: string) => encodeURIComponent((path[name] ?? '').toWellFormed()) || '%20',
  );
  const search = query
    .map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent((value ?? '').toWellFormed())}`)
    .join('&');
  return search === '' ? filled : `${filled}?${search}`;
}
