import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../server/api/server.ts';
import type { Event } from '../../server/event/event.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from '../jobs/small-house.ts';
import { failure, HOST } from './api-house.ts';

const PACK = fileURLToPath(new URL('../../kpis/on-call/', import.meta.url));
const IDS = ['pages', 'noise', 'repeat-pages', 'interruptions-per-12h', 'broken-nights', 'lost-nights', 'shifts-over-budget'];
const HOUR = 3_600_000;

const shift = (team: string, responder: string, date: string, zone: string): Event => {
  const from = Date.parse(`${date}T00:00:00Z`);
  return event('shift', `S-${responder}-${date}`, `${date}T00:00:00Z`, {
    fields: { team, rotation: team, responder, zone, from, to: from + 24 * HOUR },
  });
};
const page = (team: string, responder: string, date: string, at: string, zone: string): Event => {
  const sent = Date.parse(`${date}T${at}:00Z`);
  return event('page', `P-${team}-${date}`, `${date}T${at}:00Z`, {
    fields: { team, key: 'disk full', responder, zone, sent, answered: sent + 60_000, needed_action: false },
  });
};
/** From a Monday on, for 13 weeks. */
const DAYS = Array.from({ length: 91 }, (_, index) => new Date(Date.UTC(2026, 7, 3 + index)).toISOString().slice(0, 10));
/** Six people are on call for payments, one person is search; each team is paged once a day. */
const FACTS = DAYS.flatMap((date, index) => [
  ...[0, 1, 2, 3, 4, 5].map((person) => shift('payments', `person-${person}`, date, 'Asia/Tokyo')),
  page('payments', `person-${index % 6}`, date, '01:30', 'Asia/Tokyo'),
  shift('search', 'person-alone', date, 'Europe/Berlin'),
  page('search', 'person-alone', date, '03:30', 'Europe/Berlin'),
]);

describe('the on-call page over HTTP', () => {
  let house: SmallHouse;
  let app: Awaited<ReturnType<typeof buildServer>>;
  beforeAll(async () => {
    const desk = new GivenSource('desk', ['page', 'shift']);
    const files = Object.fromEntries(IDS.map((id) => [`on-call/${id}.yaml`, readFileSync(`${PACK}${id}.yaml`, 'utf8')]));
    house = await smallHouse([desk], files, '2026-11-12T06:00:00Z');
    desk.next = [{ events: FACTS }];
    await house.engine.pull({ who: 'test', roles: [], teams: [] }, 'desk');
    app = await buildServer({ engine: house.engine, webFolder: null, logLevel: 'silent', version: '0.0.0' });
    await app.ready();
  });
  afterAll(async () => {
    await app.close();
    await house.close();
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url: `/api/v1/on-call/${path}`, headers: { host: HOST, ...headers } });

  it('tells of a team what its alerts did, and of its people by the month; of a team of one its alerts alone', async () => {
    const many = (await get('payments?period=2026-Q3')).json<Record<string, unknown>>();
    expect(many).toMatchObject({
      scope: { id: 'team:payments', label: 'Payments' },
      period: { id: '2026-Q3', label: 'Q3 2026', isRunning: false, next: '2026-Q4' },
      alerts: { pages: 59, text: '1 alert = 100% of pages (59 of 59); of those answered, 100% (59 of 59) needed no action.' },
    });
    // The organisation has one team of one, so nobody may be told apart by taking payments from it.
    expect(many).toMatchObject({ hours: { counts: [], hidden: expect.stringMatching(/five or more/) as unknown } });
    const alone = (await get('search?period=2026-Q3')).json<{ nights: { series: { points: object[] } } }>();
    expect(alone).toMatchObject({ alerts: { pages: 59 }, hours: { counts: [], total: 0 } });
    expect(alone.nights.series.points.slice(-2)).toMatchObject([
      { period: '2026-08', text: 'hidden', drawn: null },
      { period: '2026-09', text: 'hidden', drawn: null },
    ]);
  });

  it('draws the hours of the week on the clock of whoever was paged', async () => {
    const whole = (await get('organisation?period=2026-Q3')).json<{
      hours: { counts: number[][]; total: number; span: string };
    }>();
    expect(whole.hours).toMatchObject({ total: 118, span: 'Q3 2026' });
    // 01:30 UTC is 10:30 in Tokyo, and 03:30 UTC is 05:30 in Berlin's summer.
    const byHour = Array.from({ length: 24 }, (_, hour) => whole.hours.counts.reduce((sum, row) => sum + (row[hour] ?? 0), 0));
    expect([byHour[10], byHour[5]]).toEqual([59, 59]);
  });

  it('is of the quarter of the last complete week where none is named', async () => {
    expect((await get('organisation')).json()).toMatchObject({
      period: { id: '2026-Q4', isRunning: true, days: '1 Oct – 8 Nov 2026', state: 'quarter to date, up to 8 Nov 2026' },
      before: 'Q3 2026',
    });
  });

  it('is a file, too, with nothing that the page hides', async () => {
    const file = await get('search?period=2026-Q3&format=csv');
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="on-call~search~2026-Q3.csv"',
    });
    expect(file.body).toContain('alert,disk full');
    expect(file.body).not.toMatch(/hour of week|person/);
    expect(file.body).toMatch(/series,broken-nights,Broken nights,2026-08,,,,0,hidden,hidden/);
    const by = await get('organisation?period=2026-Q3', { accept: 'text/csv' });
    expect(by.body.split('\r\n').filter((line) => line.startsWith('hour of week'))).toHaveLength(168);
  });

  it('holds as long as it says the same', async () => {
    const first = await get('payments?period=2026-Q3');
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[\w-]+(\.br)?"$/);
    expect((await get('payments?period=2026-Q3', { 'if-none-match': String(etag) })).statusCode).toBe(304);
    expect((await get('organisation?period=2026-Q3', { 'if-none-match': String(etag) })).statusCode).toBe(200);
  });

  it('says what is wrong with an address', async () => {
    const asked = async (path: string): Promise<[number, unknown]> => {
      const { statusCode, body } = await get(path);
      return [statusCode, JSON.parse(body)];
    };
    expect(await asked('nobody')).toEqual([404, failure('not-found', /There is no team "nobody"\. organisation\.yaml has /)]);
    expect((await asked('Paymets'))[1]).toMatchObject({
      message: 'There is no team "Paymets". Did you mean "payments"?',
      instead: { what: 'scope', id: 'team:payments' },
    });
    expect(await asked('payments?period=1999-Q1')).toEqual([
      404,
      expect.objectContaining({
        message: expect.stringMatching(/^The history begins with Q3 2026, .*: nothing is known of 1999-Q1\.$/) as unknown,
        instead: expect.objectContaining({ what: 'period', id: '2026-Q3' }) as unknown,
      }),
    ]);
    expect(await asked('payments?period=2026-W40')).toEqual([400, failure('invalid', /not a quarter .* write it as 2026-Q3/)]);
    expect(await asked('payments?period=2027-Q3')).toEqual([404, failure('not-found', /2027-Q3 has not begun yet/)]);
    expect((await asked('payments?person=3'))[0]).toBe(400);
  });

  it('lists pages by their day: the hour of one page is the hour at which somebody was called', async () => {
    const { body } = await app.inject({
      method: 'GET',
      url: '/api/v1/snapshots/pages~team:search~2026-09/evidence',
      headers: { host: HOST },
    });
    const { items } = JSON.parse(body) as { items: { at: number; atText: string }[] };
    expect(items).toHaveLength(30);
    expect(items[0]?.atText).toMatch(/^\d+ Sep 2026$/);
    expect(new Date(items[0]?.at ?? 0).toISOString()).toMatch(/T22:00:00/);
  });
});
