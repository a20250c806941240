import { parse } from 'csv-parse/sync';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportSchema, type Report } from '../../server/api/contract.ts';
import { apiHouse, failure, HOST, type Answer, type ApiHouse } from './api-house.ts';

/** The quarterly report over HTTP: its figures are the snapshots', in JSON and in CSV; its texts hold live figures. */
let house: ApiHouse;
beforeAll(async () => {
  house = await apiHouse();
});
afterAll(() => house.close());

async function report(quarter: string, query = ''): Promise<Report> {
  const { status, body } = await house.get(`/api/v1/reports/${quarter}${query}`);
  expect(status).toBe(200);
  if (!Value.Check(ReportSchema, body)) throw new Error('not a report');
  return body;
}

async function send(method: 'POST' | 'PUT', path: string, body: unknown): Promise<Answer> {
  const answer = await house.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: answer.json<unknown>() };
}
const text = (rest: Record<string, unknown> = {}) => ({
  period: '2026-Q4',
  author: 'Head of Operations',
  body: { slot: 'summary', text: 'Time to restore service is {time-to-restore}.' },
  ...rest,
});

describe('GET /reports/{quarter}', () => {
  it('shows the value of each snapshot, and no other', async () => {
    for (const quarter of ['2026-Q3', '2026-Q4']) {
      const { figures } = await report(quarter);
      expect(figures.length).toBeGreaterThan(3);
      for (const { kpi, now } of figures) {
        const { body } = await house.get(`/api/v1/kpis/${kpi}/snapshots?grain=quarter`);
        const rows = body as { period: string; value: number | null; revision: number | null; count: number }[];
        const own = rows.find(({ period }) => period === quarter);
        expect([kpi, now.value, now.revision]).toEqual([kpi, own?.value ?? null, own?.revision ?? null]);
      }
    }
  });

  it('is the same as CSV: every figure, its value and its words', async () => {
    const made = await report('2026-Q4');
    const { headers, text: csv } = await house.get('/api/v1/reports/2026-Q4?format=csv');
    expect(headers['content-disposition']).toContain('report~organisation~2026-Q4.csv'.replace(':', '-'));
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    const amounts = made.figures.flatMap(({ kpi, now, previous, yearBefore, months }) =>
      [now, previous, yearBefore, ...months].map((amount) => ({ kpi, ...amount })),
    );
    expect(rows.map(({ kpi, period, value, text: words, count }) => [kpi, period, value, words, count])).toEqual(
      amounts.map(({ kpi, period, value, text: words, count }) => [
        kpi,
        period,
        value === null ? '' : String(value),
        words,
        String(count),
      ]),
    );
  });

  it('is the last quarter that is over where none is named, and tells what it cannot show', async () => {
    expect((await report('latest')).quarter).toMatchObject({ id: '2026-Q3', isRunning: false, next: '2026-Q4' });
    expect((await report('2026-Q4')).quarter).toMatchObject({ isRunning: true, state: 'runs until 31 Dec 2026; figures so far' });
    expect((await house.get('/api/v1/reports/2026-W46')).body).toEqual(failure('invalid', /write it as 2026-Q3/));
    expect((await house.get('/api/v1/reports/2027-Q1')).body).toEqual(failure('not-found', /has not begun/));
    expect((await house.get('/api/v1/reports/2026-Q3?scope=team:nobody')).status).toBe(404);
    const before = { what: 'period', id: '2026-Q4', label: 'Q4 2026, 1 Oct – 31 Dec 2026' };
    expect((await house.get('/api/v1/reports/2026-Q2')).body).toMatchObject({ code: 'not-found', instead: before });
  });

  it('holds as long as nothing changes, and not when somebody writes', async () => {
    const first = await house.get('/api/v1/reports/2026-Q4');
    const tag = String(first.headers['etag']);
    expect((await house.get('/api/v1/reports/2026-Q4', { 'if-none-match': tag })).status).toBe(304);
    expect((await send('POST', '/narratives', text({ body: { slot: 'risks', text: 'None that we see.' } }))).status).toBe(201);
    expect((await house.get('/api/v1/reports/2026-Q4', { 'if-none-match': tag })).status).toBe(200);
  });

  it('hides of a team what fewer than five people bore', async () => {
    const { figures } = await report('2026-Q4', '?scope=team:search');
    expect(figures.find(({ kpi }) => kpi === 'interruptions')?.now).toMatchObject({ value: null, text: 'hidden' });
    const { text: csv } = await house.get('/api/v1/reports/2026-Q4?scope=team:search&format=csv');
    expect(csv.split('\r\n').find((line) => line.startsWith('interruptions,'))).toContain(',hidden,');
  });
});

describe('the report of an organisation with fiscal years of its own', () => {
  it.each([
    [
      'that begin in April',
      'fiscal_year_ends: march\n',
      '2027-Q3',
      '1 Oct – 31 Dec 2026',
      'runs until 31 Dec 2026; figures so far',
    ],
    [
      'of weeks, 4-4-5',
      'fiscal_year_ends: january\nfiscal_pattern: 4-4-5\nfiscal_year_end_rule: last sunday\n',
      '2027-Q4',
      '26 Oct 2026 – 31 Jan 2027',
      'runs until 31 Jan 2027; figures so far',
    ],
  ])('%s says so wherever it names a quarter', async (_years, organisation, id, days, state) => {
    const other = await apiHouse({ organisation });
    const asked = async (quarter: string): Promise<Report> => {
      const { body } = await other.get(`/api/v1/reports/${quarter}`);
      if (!Value.Check(ReportSchema, body)) throw new Error(`no report of ${quarter}: ${JSON.stringify(body)}`);
      return body;
    };
    const [year, number] = [id.slice(0, 4), Number(id.slice(6))];
    const name = `Q${number} of fiscal ${year}`;
    const { quarter, figures, method } = await asked(id);
    expect(quarter).toMatchObject({
      id,
      label: name,
      days,
      state,
      isRunning: true,
      next: null,
      latest: `${year}-Q${number - 1}`,
    });
    expect(figures[0]?.now.label).toBe(name);
    expect(figures[0]?.previous.label).toBe(`Q${number - 1} of fiscal ${year}`);
    expect(figures[0]?.yearBefore.label).toBe(`${name.slice(0, -4)}${Number(year) - 1}`);
    expect(method.map(({ text: said }) => said).join(' ')).toContain(`${name} (${days}, `);
    expect(JSON.stringify(figures)).not.toMatch(/Q\d \d{4}/);
    expect((await asked('latest')).quarter).toMatchObject({ id: `${year}-Q${number - 1}`, next: id });
    const { headers, text: csv } = await other.get(`/api/v1/reports/${id}?format=csv`);
    expect(headers['content-disposition']).toContain(`${id}.csv`);
    expect(csv).toContain(`,${id},`);
    const { body } = await other.get(`/api/v1/on-call/organisation?period=${id}`);
    expect(body).toMatchObject({ period: { id, label: name } });
    await other.close();
  });
});

describe('texts of a report', () => {
  it('show figures as they stand, and say which number is not the snapshot’s', async () => {
    const written = await send('POST', '/narratives', text());
    expect(written.status).toBe(201);
    const summary = async () => (await report('2026-Q4')).narratives.find(({ slot }) => slot === 'summary');
    const own = (await report('2026-Q4')).figures.find(({ kpi }) => kpi === 'time-to-restore')?.now.text ?? '';
    expect((await summary())?.blocks[0]?.inlines[0]?.text).toBe(`Time to restore service is ${own}.`);
    expect((await summary())?.checks).toEqual([]);
    const { id } = written.body as { id: number };
    const body = { slot: 'summary', text: 'Time to restore service is 99 h.' };
    expect((await send('PUT', `/narratives/${id}`, { after: 1, author: 'Head of Operations', body })).status).toBe(200);
    expect((await summary())?.checks[0]?.text).toBe(
      `The text says 99 h, the snapshot says ${own} (Time to restore service, Q4 2026).`,
    );
  });

  it('are one for each place, of a quarter', async () => {
    expect((await send('POST', '/narratives', text())).body).toEqual(failure('conflict', /is written already/));
    expect((await send('POST', '/narratives', text({ period: '2026-W45' }))).body).toEqual(
      failure('invalid', /belongs to a quarter/),
    );
    expect((await send('POST', '/narratives', text({ body: { slot: 'cover', text: 'x' } }))).status).toBe(400);
    expect((await send('POST', '/narratives', text({ scope: 'team:payments' }))).status).toBe(201);
  });
});

describe('GET /reports/{quarter}/pdf', () => {
  it('says what to do where no page is served', async () => {
    expect((await house.get('/api/v1/reports/2026-Q3/pdf')).body).toEqual(failure('unavailable', /serves no pages/));
    expect((await house.get('/api/v1/reports/2026-Q3/pdf?paper=a0')).status).toBe(400);
  });
});
