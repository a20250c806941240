import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Distribution, KpiPage } from '../../server/api/contract.ts';
import { event } from '../jobs/small-house.ts';
import { apiHouse, failure, HOST, personOf, type ApiHouse } from './api-house.ts';

describe('the page of a KPI over HTTP', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());
  const page = async (path: string): Promise<KpiPage> => (await house.get(`/api/v1/kpis/${path}`)).body as KpiPage;

  it('says what the review of the last complete week says, and holds the file', async () => {
    const { card, file, week } = await page('time-to-restore/page');
    const review = (await house.get('/api/v1/reviews/latest')).body as { cards: { id: string }[]; week: { id: string } };
    expect(card).toEqual(review.cards.find(({ id }) => id === 'time-to-restore'));
    expect(week.id).toBe(review.week.id);
    expect(file).toMatchObject({
      name: expect.stringMatching(/incidents\/time-to-restore\.yaml$/) as unknown,
      isLastGood: false,
      problems: [],
    });
    expect(file.text).toMatch(/^version: kpi\/v1/);
  });

  it('holds the same numbers as the series', async () => {
    const { views } = await page('time-to-restore/page?scope=team:payments');
    const rows = (await house.get('/api/v1/kpis/time-to-restore/snapshots?scope=team:payments&grain=week')).body as {
      period: string;
      value: number | null;
    }[];
    const points = views.find(({ id }) => id === 'week')?.points ?? [];
    expect(points.filter(({ value }) => value !== null).map(({ period, value }) => [period, value])).toEqual(
      rows.filter(({ value }) => value !== null).map(({ period, value }) => [period, value]),
    );
  });

  it('spreads out every item of a year', async () => {
    const spread = (await house.get('/api/v1/kpis/time-to-restore/distribution')).body as Distribution;
    expect(spread.dots.map(({ title, text }) => [title, text])).toEqual([
      ['A', '2 h'],
      ['B', '6 h'],
      ['C', '1 h'],
    ]);
    expect(spread.months.at(-1)).toMatchObject({ period: '2026-10', count: 3, medianText: '2 h' });
  });

  it('tells nothing item by item of what people bore', async () => {
    const told = await page('interruptions/page');
    expect(told.isPersonal).toBe(true);
    expect(told.slices).toEqual({ by: [], refused: expect.stringMatching(/five or more/) as unknown });
    const spread = (await house.get('/api/v1/kpis/interruptions/distribution')).body as Distribution;
    expect(spread).toMatchObject({ refused: expect.stringMatching(/never item by item/) as unknown, dots: [], total: 0 });
    expect(JSON.stringify([told, spread])).not.toContain(personOf(0));
  });

  it('holds what was said in every review as soon as it is written, and its edits', async () => {
    const json = { host: HOST, 'content-type': 'application/json' };
    const send = async (method: 'POST' | 'PUT', path: string, payload: unknown): Promise<{ id: number }> =>
      (await house.app.inject({ method, url: `/api/v1/${path}`, headers: json, payload: JSON.stringify(payload) })).json();
    const said = async () => (await page('time-to-restore/page')).said.comments.map(({ text, when }) => `${when}: ${text}`);
    expect(await said()).toEqual([]);
    const author = 'Service Operations';
    const old = { kpi: 'time-to-restore', period: '2026-W20', author, body: { text: 'Before any history.', point: null } };
    const { id } = await send('POST', 'comments', old);
    expect(await said()).toEqual(['Week 20, 11–17 May 2026: Before any history.']);
    await send('PUT', `comments/${id}`, { after: 1, author, body: { text: 'Edited.', point: null } });
    expect(await said()).toEqual(['Week 20, 11–17 May 2026: Edited.']);
    expect((await page('time-to-restore/page?scope=team:payments')).said.comments).toEqual([]);
  });

  it('holds what another process wrote a minute ago', async () => {
    const stood = house.now;
    // So long after a pass that no word changes in a minute.
    house.now += 2.5 * 86_400_000;
    const before = (await page('time-to-restore/page')).said.comments.length;
    await house.store.writeJournal({
      entry: null,
      after: 0,
      kind: 'comment',
      scope: 'organisation',
      kpi: 'time-to-restore',
      period: '2026-W21',
      author: 'Payments',
      recordedAt: house.now,
      isWithdrawn: false,
      body: JSON.stringify({ text: 'Written elsewhere.', point: null }),
    });
    house.now += 60_000;
    expect((await page('time-to-restore/page')).said.comments).toHaveLength(before + 1);
    house.now = stood;
  });

  it.each<[number, string, string, RegExp]>([
    [404, 'not-found', 'time-to-restor/page', /no KPI "time-to-restor"\. Did you mean 'time-to-restore'\?/],
    [404, 'not-found', 'time-to-restor/distribution', /Did you mean 'time-to-restore'\?/],
    [404, 'not-found', 'time-to-restore/page?scope=team:none', /no team "none"/],
    [400, 'invalid', 'time-to-restore/page?scop=team:none', /scop/],
  ])('answers %i %s for %s', async (status, code, path, words) => {
    const answer = await house.get(`/api/v1/kpis/${path}`);
    expect([answer.status, answer.body]).toEqual([status, failure(code, words)]);
  });

  it('shows what was told before late data came, and what is known now', async () => {
    const late = event('incident', 'G', '2026-10-14T12:00:00Z', {
      state: 'opened',
      fields: { team: 'payments', service: 'checkout', severity: 1 },
    });
    const restored = event('incident', 'G', '2026-10-14T14:00:00Z', { state: 'restored' });
    house.desk.next = [{ events: [late, restored] }];
    await house.engine.pull({ who: 'test', roles: [], teams: [] }, 'desk');
    const { revisions, views } = await page('time-to-restore/page');
    expect(revisions.find(({ period }) => period === '2026-W42')).toMatchObject({
      before: '6 h',
      after: '4 h',
      causes: ['late'],
      moved: 1,
    });
    expect(views.find(({ id }) => id === 'week')?.earlier).toContainEqual({ period: '2026-W42', drawn: 21_600, text: '6 h' });
  });
});
