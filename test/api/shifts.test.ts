import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShiftPage } from '../../server/api/contract.ts';
import { shiftLinksOf } from '../../server/shift-links.ts';
import { event } from '../jobs/small-house.ts';
import { instant, LONER, NOW, page, PEOPLE, shift, shiftHouse, shiftOf, type Answer, type ShiftHouse } from './shift-house.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIVEN = { feeling: 4, rest: 2, pages: 5 };
const viewer = { who: 'test', roles: [], teams: [] };
const scoresOf = (kpi: string): string => `/api/v1/kpis/${kpi}/snapshots?scope=team:payments&grain=month`;

let house: ShiftHouse;
beforeEach(async () => {
  house = await shiftHouse();
});
afterEach(() => house.close());

const get = (token: string): Promise<Answer> => house.ask('GET', `/api/v1/shifts/${token}`);
const opened = async (token: string): Promise<ShiftPage> => (await get(token)).body as ShiftPage;

describe('the link to a shift', () => {
  it('opens what that shift asked of that person, and nothing of anybody else', async () => {
    const { from } = shiftOf(1);
    house.desk.next = [
      {
        events: [
          event('alert', 'A1', instant(from), {
            fields: { key: 'disk full', service: 'checkout', runbook: 'runbooks/disk', raised: from },
          }),
          // At 23:30, and twice within the hour after; another by day; and one to somebody else in the same night.
          page(PEOPLE[1] ?? '', from + 14.5 * HOUR_MS, 'disk full', { alert: 'A1', needed_action: false }),
          page(PEOPLE[1] ?? '', from + 14.9 * HOUR_MS, 'disk full', { alert: 'A1', needed_action: true }),
          page(PEOPLE[1] ?? '', from + 15.2 * HOUR_MS, 'latency'),
          page(PEOPLE[1] ?? '', from + 4 * HOUR_MS, 'certificate of another day'),
          page(PEOPLE[2] ?? '', from + 15 * HOUR_MS, 'not mine'),
        ],
      },
    ];
    await house.engine.pull(viewer, 'desk');
    const shown = await opened(house.tokenOf(1));
    expect(shown.when).toBe('Tue 10 Nov, 09:00 to Wed 11 Nov 2026, 09:00');
    expect(shown.verdict).toBe(
      'You were interrupted 4 times in 1 d on call, 3 of them at night. 3 incidents paged you within 12 hours; there should be 2 at most. 1 night was broken.',
    );
    expect(shown.figures.map(({ name, own }) => [name, own])).toEqual([
      ['Interruptions per 12 h on call', '2'],
      ['Most paged incidents within 12 h (at most 2)', '3'],
      ['Disrupted hours', '3'],
      ['Broken nights', '1'],
      ['Lost nights', '0'],
    ]);
    expect(shown.hours.days.map(({ label, total }) => [label, total])).toEqual([
      ['Tue 10 Nov', 3],
      ['Wed 11 Nov', 1],
    ]);
    expect(shown.alerts.rows.map(({ key, pages, repeats, runbook }) => [key, pages, repeats, runbook])).toEqual([
      ['disk full', 2, 1, 'runbooks/disk'],
      ['certificate of another day', 1, 0, null],
      ['latency', 1, 0, null],
    ]);
    expect(JSON.stringify(shown)).not.toMatch(/person-|not mine/);
    expect((await opened(house.tokenOf(0))).verdict).toBe('You were not interrupted in 1 d on call.');
  });

  it('is answered alike whatever is wrong with it, and never says that there is such a shift', async () => {
    const token = house.tokenOf(1);
    const [uid = '', seal = ''] = token.split('.');
    const foreignKey = mkdtempSync(join(tmpdir(), 'quarterdeck-key-'));
    const ofAnotherKey = shiftLinksOf(foreignKey).tokenOf({ uid: 'desk:shift:S1', responder: PEOPLE[1] ?? '' });
    rmSync(foreignKey, { recursive: true, force: true });
    const wrong = [
      'x',
      uid,
      `${uid}.`,
      `${uid}.${seal.slice(0, -1)}`,
      `${uid}.${seal}A`,
      `${uid}.${seal.startsWith('A') ? 'B' : 'A'}${seal.slice(1)}`,
      `${uid}.${house.tokenOf(2).split('.')[1] ?? ''}`,
      `${house.tokenOf(2).split('.')[0] ?? ''}.${seal}`,
      `${uid}=.${seal}`,
      ofAnotherKey,
      house.links.tokenOf({ uid: 'desk:shift:S1', responder: PEOPLE[2] ?? '' }),
      house.links.tokenOf({ uid: 'desk:shift:S99', responder: PEOPLE[1] ?? '' }),
      house.links.tokenOf({ uid: 'desk:page:P1', responder: PEOPLE[1] ?? '' }),
    ];
    expect((await get(token)).status).toBe(200);
    const answers = await Promise.all(wrong.flatMap((one) => [get(one), house.answer(one, GIVEN)]));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toMatch(/opens no shift/);
    expect((await house.feedback()).size).toBe(7 * 3);
  });

  it('opens nothing once its round is closed, nor once the shift is somebody else’s', async () => {
    const token = house.tokenOf(0);
    house.now = shiftOf(0).to + 7 * DAY_MS - 1;
    expect((await get(token)).status).toBe(200);
    house.now += 1;
    const [closed, late] = [await get(token), await house.answer(token, GIVEN)];
    expect([closed.status, late.status]).toEqual([404, 404]);
    expect(closed.text).toBe((await get('x')).text);

    const { from, to } = shiftOf(5);
    expect((await get(house.tokenOf(5))).status).toBe(200);
    house.desk.next = [{ events: [{ ...shift('S5', LONER, from, to), effectiveAt: from + 1 }] }];
    await house.engine.pull(viewer, 'desk');
    expect((await get(house.tokenOf(5))).status).toBe(404);
  });

  it('leaves nothing behind: no cache, no referrer, no index', async () => {
    for (const { headers, status } of [
      await get(house.tokenOf(1)),
      await get('x'),
      await house.answer(house.tokenOf(1), GIVEN),
      await house.ask('POST', `/shift/${house.tokenOf(1)}`, { 'content-type': 'application/x-www-form-urlencoded' }, ''),
    ])
      expect([status, headers['cache-control'], headers['referrer-policy'], headers['x-robots-tag'], headers['etag']]).toEqual([
        status,
        'no-store',
        'no-referrer',
        'noindex, nofollow',
        undefined,
      ]);
  });

  it('is listed by no answer of the API', async () => {
    await house.answer(house.tokenOf(1), GIVEN);
    await house.drain();
    const seal = house.tokenOf(1).split('.')[1] ?? '';
    for (const path of [
      '/sources',
      '/organisation',
      '/kpis',
      '/on-call/payments',
      '/on-call/payments/hand-over',
      '/on-call/organisation',
      '/snapshots/shift-feeling~team:payments~2026-11/evidence',
      '/snapshots/pages~team:payments~2026-11/evidence',
      '/openapi.json',
    ]) {
      const { text, status } = await house.ask('GET', `/api/v1${path}`);
      expect(status, path).toBe(200);
      expect(text, path).not.toMatch(/person-/);
      expect(text, path).not.toContain(seal);
    }
  });
});

describe('the three questions', () => {
  it('are asked of everybody whose shift is over, and what was asked and answered is the response rate', async () => {
    const asked = await house.feedback();
    expect(asked.size).toBe(7 * 3);
    for (let index = 0; index < 5; index += 1) {
      const answer = await house.answer(house.tokenOf(index), { feeling: index + 1, rest: 3, pages: 5 });
      expect(answer.status).toBe(200);
    }
    await house.drain();
    expect((await house.feedback()).size).toBe(7 * 3);
    // The month is over, and settled.
    house.now = Date.parse('2026-12-07T06:00:00Z');
    await house.engine.pull(viewer, 'desk');
    await house.engine.pull(viewer, 'survey');
    const rowOf = async (kpi: string): Promise<object | undefined> =>
      ((await house.ask('GET', scoresOf(kpi))).body as { period: string }[]).find(({ period }) => period === '2026-11');
    expect(await rowOf('shift-feeling')).toMatchObject({
      value: 3,
      count: 5,
      also: { 'response rate': 5 / 6 },
      exclusions: [{ reason: 'not answered', count: 1 }],
    });
    expect(await rowOf('shift-rest')).toMatchObject({ value: 3, count: 5, also: { 'response rate': 5 / 6 } });
    expect(await rowOf('shift-pages')).toMatchObject({ value: 5, count: 5, also: { 'response rate': 5 / 6 } });
    // One of one is nobody's business.
    const alone = (await house.ask('GET', '/api/v1/kpis/shift-feeling/snapshots?scope=team:search&grain=month')).body;
    for (const row of alone as object[]) expect(row).toMatchObject({ emptiness: 'hidden', count: 0 });
    expect(alone).not.toEqual([]);
  });

  it('are asked of whoever had the shift in the end: a swap that is told late takes the asking along', async () => {
    await house.answer(house.tokenOf(4), GIVEN);
    await house.drain();
    const { from, to } = shiftOf(5);
    house.desk.next = [{ events: [{ ...shift('S5', 'person-gus', from, to), effectiveAt: from + 1 }] }];
    await house.engine.pull(viewer, 'desk');
    await house.engine.pull(viewer, 'survey');
    for (const token of [0, 1, 2, 3].map((index) => house.tokenOf(index))) await house.answer(token, GIVEN);
    await house.drain();
    house.now = Date.parse('2026-12-07T06:00:00Z');
    await house.engine.pull(viewer, 'desk');
    await house.engine.pull(viewer, 'survey');
    const rows = (await house.ask('GET', scoresOf('shift-feeling'))).body as { period: string }[];
    expect(rows.find(({ period }) => period === '2026-11')).toMatchObject({
      count: 5,
      also: { 'response rate': 5 / 6 },
      exclusions: [{ reason: 'not answered', count: 1 }],
    });
  });

  it('show whoever answers what stands, before it is read and after', async () => {
    const token = house.tokenOf(1);
    expect((await opened(token)).survey).toMatchObject({ state: 'open', given: null, thanks: null });
    const { body } = await house.answer(token, GIVEN);
    const thanks = expect.stringMatching(/join those given in November 2026.*five or more people answered/) as unknown;
    expect((body as ShiftPage).survey).toMatchObject({ given: GIVEN, thanks });
    await house.drain();
    expect((await opened(token)).survey).toMatchObject({ given: GIVEN, thanks });
    expect((await opened(house.tokenOf(2))).survey).toMatchObject({ given: null });
  });

  it('count the last answer once, in the month of the first, however often and in whatever order it is read', async () => {
    const token = house.tokenOf(5);
    house.now = Date.parse('2026-11-16T07:00:00Z');
    await house.answer(token, GIVEN);
    await house.answer(token, GIVEN);
    await house.drain();
    const once = await house.feedback();
    house.now += DAY_MS;
    await house.answer(token, { feeling: 1, rest: 1, pages: 1 });
    expect((await opened(token)).survey.given).toEqual({ feeling: 1, rest: 1, pages: 1 });
    await house.answer(token, GIVEN);
    await house.answer(token, { feeling: 2, rest: 3, pages: 4 });
    await house.drain();
    const changed = await house.feedback();
    expect(changed.size).toBe(once.size);
    expect((await opened(token)).survey.given).toEqual({ feeling: 2, rest: 3, pages: 4 });
    const answers = [...changed.values()].flat().filter(({ slot }) => slot === 'answered');
    expect(new Set(answers.map(({ fields }) => fields['answered']))).toEqual(new Set([Date.parse('2026-11-16T07:00:00Z')]));
  });

  it.each([
    [{ feeling: 4, rest: 2 }],
    [{ feeling: 0, rest: 2, pages: 3 }],
    [{ feeling: 6, rest: 2, pages: 3 }],
    [{ feeling: 2.5, rest: 2, pages: 3 }],
    [{ feeling: '4', rest: 2, pages: 3 }],
    [{ feeling: 4, rest: 2, pages: 3, more: 1 }],
    [[]],
  ])('refuse what is no answer to all three: %j', async (answers) => {
    expect((await house.answer(house.tokenOf(1), answers)).status).toBe(400);
    expect((await house.store.waitingPosts()).length).toBe(0);
  });

  it('wait until the shift is over', async () => {
    const [from, to] = [NOW - HOUR_MS, NOW + DAY_MS];
    house.desk.next = [{ events: [shift('S9', PEOPLE[0] ?? '', from, to)] }];
    await house.engine.pull(viewer, 'desk');
    await house.engine.pull(viewer, 'survey');
    const token = house.links.tokenOf({ uid: 'desk:shift:S9', responder: PEOPLE[0] ?? '' });
    expect((await opened(token)).survey).toMatchObject({
      state: 'later',
      text: expect.stringMatching(/once the shift is over, from Tue 17 Nov 2026, 07:00 on/) as unknown,
    });
    expect((await house.answer(token, GIVEN)).status).toBe(409);
    expect((await house.feedback()).size).toBe(7 * 3);
  });
});

describe('the form without a script', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const send = (token: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
    house.ask('POST', `/shift/${token}`, { ...FORM, ...headers }, body);

  it('keeps the answers and leads back to the page', async () => {
    const token = house.tokenOf(1);
    // What browsers send from a page that is referred to by nobody.
    const { status, headers } = await send(token, 'feeling=4&rest=2&pages=5', {
      origin: 'null',
      'sec-fetch-site': 'same-origin',
    });
    expect([status, headers['location']]).toEqual([303, `/shift/${token}#thanks`]);
    expect((await opened(token)).survey.given).toEqual(GIVEN);
  });

  it('is refused where it comes from another site, or from nowhere that is known', async () => {
    for (const headers of [
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      expect((await send(house.tokenOf(1), 'feeling=4&rest=2&pages=5', headers)).status, JSON.stringify(headers)).toBe(403);
    expect((await opened(house.tokenOf(1))).survey.given).toBe(null);
  });

  it('says what is missing on a page, and keeps nothing', async () => {
    for (const body of [
      '',
      'feeling=4&rest=2',
      'feeling=4&rest=2&pages=9',
      'feeling=4&feeling=5&rest=2&pages=3',
      'feeling=04&rest=2&pages=3',
    ]) {
      const { status, text, headers } = await send(house.tokenOf(1), body, { accept: 'text/html' });
      expect([status, headers['content-type']], body).toEqual([400, 'text/html; charset=utf-8']);
      expect(text).toMatch(/Answer all three questions/);
    }
    expect((await opened(house.tokenOf(1))).survey.given).toBe(null);
    expect((await send('x', 'feeling=4&rest=2&pages=5', { accept: 'text/html' })).status).toBe(404);
  });
});

describe('what a team hands over', () => {
  it('is told by day and rotation, with alerts and incidents, and names nobody', async () => {
    const { from } = shiftOf(3);
    house.desk.next = [
      {
        events: [
          page(PEOPLE[3] ?? '', from + 2 * HOUR_MS, 'disk full'),
          page(PEOPLE[3] ?? '', from + 3 * HOUR_MS, 'disk full'),
          page(LONER, from + 3 * HOUR_MS, 'elsewhere', {}, 'search'),
          event('incident', 'INC-1', instant(from), {
            state: 'opened',
            fields: { team: 'payments', service: 'checkout', severity: 2 },
          }),
        ],
      },
    ];
    await house.engine.pull(viewer, 'desk');
    const { status, text, body } = await house.ask('GET', '/api/v1/on-call/payments/hand-over');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      days: '9–15 Nov 2026',
      shifts: { text: '6 shifts were handed over; none runs that is known.' },
      alerts: { rows: [{ key: 'disk full', pages: 2, repeats: 1 }] },
      open: { rows: [{ title: 'INC-1', severity: 2, age: 'open for 3 d 22 h' }] },
      risks: [],
    });
    // Days, no hours; rotations, no people; and this team alone.
    expect(text).not.toMatch(/person-|\d\d:\d\d|elsewhere|T\d\d/);
    expect((await house.ask('GET', '/api/v1/on-call/nobody/hand-over')).status).toBe(404);
    expect((await house.ask('GET', '/api/v1/on-call/organisation/hand-over')).status).toBe(404);
  });
});
