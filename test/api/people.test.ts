import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, failure, personOf, type ApiHouse } from './api-house.ts';

describe('what people bore', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());

  const PERIODS = ['2026-W45', '2026-W44', '2026-11', '2026-Q4', '2026'];
  const SCOPES = ['organisation', 'team:payments', 'team:search', 'service:checkout'];
  const series = (kpi: string) =>
    SCOPES.flatMap((scope) =>
      ['', '&format=csv', '&known_at=2026-11-12T06:00Z', '&grain=week'].map(
        (rest) => `/kpis/${kpi}/snapshots?scope=${scope}${rest}`,
      ),
    );
  const items = (kpi: string) =>
    SCOPES.flatMap((scope) =>
      PERIODS.flatMap((period) =>
        ['/evidence', '/evidence?limit=1000', '/revisions'].map((rest) => `/snapshots/${kpi}~${scope}~${period}${rest}`),
      ),
    );

  it('is told of nobody: no answer holds a person, by name or by any part of an item', async () => {
    const log = JSON.stringify([...(await house.store.eventsOf(['desk:page:P0', 'desk:page:P7'])).values()]);
    expect(log).toContain(personOf(0));
    const paths = [
      ...['interruptions', 'pages'].flatMap((kpi) => [...series(kpi), ...items(kpi)]),
      ...items('pages').map((path) => path.replace(/\/evidence$/, '/evidence?format=csv')),
      ...SCOPES.map((scope) => `/reviews/2026-W45?scope=${scope}`),
      '/kpis',
      '/sources',
      '/organisation',
    ];
    for (const path of paths) {
      const { text } = await house.get(`/api/v1${path}`);
      expect(text, path).not.toMatch(/person-|responder/);
    }
    expect((await house.get('/metrics')).text).not.toContain('person-');
  });

  it('is never listed item by item, as JSON or as CSV, and the answer says why', async () => {
    for (const scope of SCOPES) {
      const path = `/api/v1/snapshots/interruptions~${scope}~2026-W45/evidence`;
      const listed = await house.get(`${path}?limit=1000`);
      expect(listed.body).toMatchObject({ items: [], total: 0, withheld: expect.stringMatching(/five or more/) as unknown });
      const file = await house.get(`${path}?format=csv`);
      expect([file.status, file.body]).toEqual([403, failure('forbidden', /five or more/)]);
    }
    expect((await house.get('/api/v1/snapshots/pages~organisation~2026-W45/evidence')).body).toMatchObject({
      total: 8,
      withheld: null,
    });
  });

  it('is hidden for fewer than five, with count, digest and everything beside, in every answer', async () => {
    const hidden = { value: null, emptiness: 'hidden', count: 0, exclusions: [], also: {} };
    for (const scope of ['team:search', 'team:payments']) {
      const [row] = (await house.get(`/api/v1/kpis/interruptions/snapshots?scope=${scope}&grain=week&to=2026-11-02`))
        .body as unknown[];
      expect(row, scope).toMatchObject(hidden);
      const evidence = await house.get(`/api/v1/snapshots/interruptions~${scope}~2026-W45/evidence`);
      expect(evidence.body).toMatchObject({ value: null, text: 'hidden', count: 0, exclusions: [] });
    }
    const [other] = (await house.get('/api/v1/kpis/interruptions/snapshots?grain=week')).body as unknown[];
    expect(other).toMatchObject({ value: 8, emptiness: null });
  });
});
