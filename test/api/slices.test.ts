import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlicesAnswer } from '../../server/api/contract.ts';
import { apiHouse, failure, type ApiHouse } from './api-house.ts';

describe('slices of a number over HTTP', () => {
  let house: ApiHouse;
  beforeAll(async () => {
    house = await apiHouse();
  });
  afterAll(() => house.close());
  const slices = (path: string) => house.get(`/api/v1/kpis/${path}`);

  it('are given for the last 12 complete weeks where nothing else is asked for', async () => {
    const { status, body } = await slices('time-to-restore/slices?by=service');
    expect(status).toBe(200);
    const answer = body as SlicesAnswer;
    expect(answer.periods).toHaveLength(12);
    expect(answer.periods.at(-1)?.period).toBe('2026-W45');
    expect(answer.slices.map(({ label, count }) => [label, count])).toEqual([
      ['checkout', 4],
      ['=cmd|"/c calc"!A0', 1],
    ]);
    expect(answer.slices[0]?.readings.at(-1)).toEqual({ value: 14_400, emptiness: null, text: '4 h', count: 2 });
  });

  it('are given for one period, and for a scope', async () => {
    const { body } = await slices('pages/slices?by=team&period=2026-W45');
    expect((body as SlicesAnswer).slices.map(({ label, readings }) => [label, readings.map(({ text }) => text)])).toEqual([
      ['payments', ['6']],
      ['search', ['2']],
    ]);
    const within = await slices('pages/slices?by=key&period=2026-W45&scope=team:search');
    expect(within.body).toMatchObject({ scope: 'team:search', slices: [{ value: 'disk full', count: 2 }] });
  });

  it.each<[number, string, string, RegExp]>([
    [403, 'forbidden', 'interruptions/slices?by=team', /five or more/],
    [404, 'not-found', 'nope/slices?by=team', /no KPI "nope"/],
    [404, 'not-found', 'pages/slices?by=team&scope=team:none', /no team "none"/],
    [404, 'not-found', 'pages/slices?by=team&period=2099-W01', /has not begun/],
    [400, 'invalid', 'pages/slices', /query\.by is missing/],
    [400, 'invalid', 'pages/slices?by=responder', /cannot be cut by "responder"; write one of .*key/],
    [400, 'invalid', 'latency/slices?by=country', /nothing it could be cut by/],
    [400, 'invalid', 'pages/slices?by=team&period=soon', /is not a period/],
    [400, 'invalid', 'pages/slices?by=team&weeks=53', /query\.weeks must be: a whole number from 1 to 52/],
    [400, 'invalid', 'pages/slices?by=team&weeks=4&period=2026-W45', /period or weeks, not both/],
  ])('answer %i %s for %s', async (status, code, path, words) => {
    const answer = await slices(path);
    expect([answer.status, answer.body]).toEqual([status, failure(code, words)]);
  });
});
