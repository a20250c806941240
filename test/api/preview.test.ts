import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreviewAnswer } from '../../server/api/contract.ts';
import { TIME_TO_RESTORE } from '../jobs/small-house.ts';
import { apiHouse, failure, HOST, type Answer, type ApiHouse } from './api-house.ts';
import { expectAsDescribed, operationsOf, type Operation } from './schemas.ts';

const PATH = '/api/v1/kpis/preview';
const JSON_BODY = { 'content-type': 'application/json' };
const INTERRUPTIONS = `version: kpi/v1
id: interruptions
name: Interruptions
question: How often was somebody called?
section: On-call
role: outcome
owner: Head of Operations
better: lower
measure:
  count: { of: interruptions }
  where: { on_shift: [true, false] }
  counted_in: started
when_empty: zero
settles_after: 1 day
`;

describe('a preview of a definition', () => {
  let house: ApiHouse;
  let described: Operation | undefined;
  beforeAll(async () => {
    house = await apiHouse();
    described = (await operationsOf(house)).find(({ path }) => path === PATH);
  });
  afterAll(() => house.close());

  const ask = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    house.post(PATH, { ...JSON_BODY, ...headers }, typeof body === 'string' ? body : JSON.stringify(body));
  const preview = async (text: string, scopes?: readonly string[]): Promise<PreviewAnswer> => {
    const answer = await ask({ text, ...(scopes === undefined ? {} : { scopes }) });
    expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.any(String)]);
    if (described === undefined) throw new Error('the route is not described');
    expectAsDescribed(described, 200, answer.body, PATH);
    return answer.body as PreviewAnswer;
  };

  it('holds it against the one that is measured, over the last 12 weeks and months, with the items that move', async () => {
    const { problems, diff } = await preview(
      TIME_TO_RESTORE.replace('  counted_in', '  where: { service: [checkout] }\n  counted_in'),
    );
    expect(problems).toEqual([]);
    expect(diff).toMatchObject({ kpi: 'time-to-restore', is: 'changed', scopes: [{ scope: 'organisation' }] });
    const week = diff?.scopes[0]?.periods.find(({ period }) => period === '2026-W44');
    expect(week).toMatchObject({
      before: { text: '1 h', count: 1 },
      after: { value: null, emptiness: 'none to measure', text: 'none to measure' },
      moved: { leaves: 1, items: [{ title: 'C', how: 'leaves' }] },
    });
    expect(diff?.summary).toMatch(
      /^time-to-restore: 1 of 12 weeks changes;.* 1 week loses its value;.* 1 item leaves, 0 enter\.$/,
    );
    expect(diff?.words.after).toMatch(/checkout/);
  });

  it('answers a broken file with its problems, and never with a failure', async () => {
    const texts = [
      '',
      'version: kpi/v1\nid: [',
      'a: &a [*a]',
      '\u0000',
      '{"id": 3}',
      '- - -',
      `a: ${'['.repeat(30_000)}`,
      TIME_TO_RESTORE.replace('lower', 'loer'),
    ];
    for (const text of texts) {
      const { problems, diff } = await preview(text);
      expect(diff, text.slice(0, 20)).toBeNull();
      expect(problems.length, text.slice(0, 20)).toBeGreaterThan(0);
    }
    const [last] = (await preview(texts.at(-1) ?? '')).problems;
    expect(last).toMatchObject({ line: 8, column: 9, path: 'better', message: expect.stringMatching(/lower/) as unknown });
  });

  it('refuses what it would not read, more than ten scopes, and more than 64 kB', async () => {
    const text = TIME_TO_RESTORE;
    for (const [body, words] of [
      [{}, /body\.text is missing/],
      [{ text, scope: 'organisation' }, /body\.scope is not known here; known: text, file, scopes/],
      [{ text: 7 }, /body\.text/],
      [{ text, scopes: [] }, /body\.scopes/],
      [{ text, scopes: Array.from({ length: 11 }, () => 'organisation') }, /body\.scopes must NOT have more than 10 items/],
      [{ text: 'x'.repeat(65_537) }, /body\.text is longer than 65536 characters/],
      [[], /body/],
      ['{"text":', /./],
    ] as const)
      expect((await ask(body)).body, JSON.stringify(body).slice(0, 60)).toEqual(failure('invalid', words));
    expect((await house.post(PATH)).body).toEqual(failure('invalid', /body/));
    expect((await ask({ text: 'x'.repeat(1_100_000) })).status).toBe(413);
    expect((await house.post(`${PATH}?scope=x`, JSON_BODY, JSON.stringify({ text }))).body).toEqual(
      failure('invalid', /query\.scope/),
    );
    const unknown = await ask({ text, scopes: ['organisation', 'team:none'] });
    expect([unknown.status, unknown.body]).toEqual([404, failure('not-found', /no team "none"/)]);
  });

  it('is made for our own pages only, with the headers of a safe page', async () => {
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await ask({ text: TIME_TO_RESTORE }, headers)).status).toBe(403);
    const own = await ask({ text: TIME_TO_RESTORE }, { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' });
    expect(own.status).toBe(200);
    expect(String(own.headers['content-security-policy'])).toContain("default-src 'none'");
  });

  it('is made one at a time', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask({ text: TIME_TO_RESTORE })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503, 503]);
    expect(answers.find(({ status }) => status === 503)?.body).toEqual(failure('unavailable', /Another preview/));
    expect((await ask({ text: TIME_TO_RESTORE })).status).toBe(200);
  });

  describe('of what people bore', () => {
    const SCOPES = ['organisation', 'team:payments', 'team:search', 'service:checkout'];
    const valuesOf = ({ diff }: PreviewAnswer) =>
      (diff?.scopes ?? []).flatMap(({ scope, periods }) =>
        periods.flatMap(({ period, after }) =>
          after.value === null || after.value === 0 ? [] : [`${scope} ${period} ${after.value}`],
        ),
      );

    it('shows groups as the review does, and never an item', async () => {
      const answer = await preview(INTERRUPTIONS, SCOPES);
      expect(answer.diff).toMatchObject({ is: 'changed', withheld: null });
      expect(valuesOf(answer)).toEqual(['organisation 2026-W45 8']);
      const periods = answer.diff?.scopes.flatMap((scope) => scope.periods) ?? [];
      expect(periods.every(({ moved }) => moved === null)).toBe(true);
      expect(periods.filter(({ before }) => before?.emptiness === 'hidden').length).toBeGreaterThan(0);
      expect(JSON.stringify(answer)).not.toContain('desk:');
    });

    it('cannot single anyone out, whatever the condition: a team of two is not shown under the name of all', async () => {
      for (const condition of [
        'team: search',
        'team: { not: payments }',
        'team: { matches: "^s" }',
        'service: not set',
        'zone: Europe/Berlin',
        'pages: { at_least: 2 }',
      ]) {
        const answer = await preview(INTERRUPTIONS.replace('on_shift: [true, false]', condition), SCOPES);
        expect(answer.diff, condition).toBeNull();
        expect(
          answer.problems.map(({ message }) => message),
          condition,
        ).toEqual([expect.stringMatching(/could single people out/)]);
      }
    });

    it('is withheld where a new condition would leave the people of one zone over', async () => {
      for (const condition of ['during: holidays', 'during: weekends']) {
        const answer = await preview(INTERRUPTIONS.replace('on_shift: [true, false]', condition), SCOPES);
        expect(answer.problems, condition).toEqual([]);
        expect(answer.diff, condition).toMatchObject({
          scopes: [],
          withheld: expect.stringMatching(/single one of them out/) as unknown,
        });
        expect(valuesOf(answer), condition).toEqual([]);
      }
    });

    it('may not name a person at all', async () => {
      for (const id of ['interruptions', 'pages']) {
        const text = INTERRUPTIONS.replace('of: interruptions', `of: ${id}`).replace(
          'started',
          id === 'pages' ? 'sent' : 'started',
        );
        const { problems, diff } = await preview(text.replace('on_shift: [true, false]', 'responder: person-ada'));
        expect(diff).toBeNull();
        expect(problems.some(({ path, message }) => path.startsWith('measure.where.responder') && /people/.test(message))).toBe(
          true,
        );
      }
    });
  });
});
