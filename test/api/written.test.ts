import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, failure, HOST, type Answer, type ApiHouse } from './api-house.ts';

/** Comments, actions and annotations over HTTP, and the review that holds them. */
let house: ApiHouse;
beforeAll(async () => {
  house = await apiHouse();
});
afterAll(() => house.close());

async function send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, headers = {}): Promise<Answer> {
  const answer = await house.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { host: HOST, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    body: answer.body === '' ? undefined : answer.json<unknown>(),
  };
}
const comment = (rest: Record<string, unknown> = {}) => ({
  kpi: 'time-to-restore',
  period: '2026-W45',
  author: 'Service Operations',
  body: { text: 'The runbook was *stale*.', point: '2026-W45' },
  ...rest,
});
const action = (rest: Record<string, unknown> = {}) => ({
  kpi: 'time-to-restore',
  period: '2026-W45',
  author: 'Service Operations',
  body: {
    title: 'Rehearse the failover',
    owner: 'Payments',
    due: '2026-11-10',
    expected: { direction: 'at_most', value: 14_400, text: '4 hours', by: '2026-12-31' },
    state: 'open',
    closedOn: null,
    note: '',
  },
  ...rest,
});

describe('what people write, over HTTP', () => {
  it('is part of the review as soon as it is written, and of its tag', async () => {
    const before = await house.get('/api/v1/reviews/2026-W45');
    const written = await send('POST', '/comments', comment());
    expect(written).toMatchObject({ status: 201, body: { revision: 1, kpi: 'time-to-restore', scope: 'organisation' } });
    const after = await house.get('/api/v1/reviews/2026-W45', { 'if-none-match': String(before.headers['etag']) });
    expect(after.status).toBe(200);
    expect(after.body).toMatchObject({
      cards: expect.arrayContaining([
        expect.objectContaining({
          id: 'time-to-restore',
          comments: [
            expect.objectContaining({
              text: 'The runbook was *stale*.',
              when: 'this week',
              author: 'Service Operations',
            }) as unknown,
          ],
        }) as unknown,
      ]) as unknown,
    });
  });

  it('is edited with its history, and refused where another was faster', async () => {
    const { body } = await send('POST', '/comments', comment({ kpi: null, body: { text: 'first', point: null } }));
    const { id } = Object(body) as { id: number };
    const edit = { after: 1, author: 'Payments', body: { text: 'second', point: null } };
    expect(await send('PUT', `/comments/${id}`, edit)).toMatchObject({ status: 200, body: { revision: 2, period: '2026-W45' } });
    expect(await send('PUT', `/comments/${id}`, edit)).toMatchObject({
      status: 409,
      body: failure('conflict', /was changed meanwhile: it stands at revision 2, not 1/),
    });
    const history = await house.get(`/api/v1/comments/${id}/revisions`);
    expect(history.body).toMatchObject([{ body: { text: 'first' } }, { body: { text: 'second' }, author: 'Payments' }]);
    expect(await send('DELETE', `/comments/${id}?after=2&author=Payments`)).toMatchObject({ status: 204 });
    expect((await house.get('/api/v1/comments?period=2026-W45')).body).toHaveLength(1);
    expect((await house.get(`/api/v1/comments/${id}/revisions`)).body).toHaveLength(3);
  });

  it('puts an overdue action on the agenda until it is done', async () => {
    const { body } = await send('POST', '/actions', action());
    const { id } = Object(body) as { id: number };
    const agenda = async () => (await house.get('/api/v1/reviews/2026-W45')).body;
    expect(await agenda()).toMatchObject({
      agenda: expect.arrayContaining([expect.objectContaining({ reason: 'overdue action', action: id }) as unknown]) as unknown,
    });
    const done = { after: 1, author: 'Payments', body: { ...action().body, state: 'done', closedOn: '2026-11-11' } };
    expect(await send('PUT', `/actions/${id}`, done)).toMatchObject({ status: 200 });
    expect(JSON.stringify(await agenda())).not.toContain('overdue action');
  });

  it('stands in the minutes, which are a file of Markdown', async () => {
    const minutes = await house.get('/api/v1/reviews/2026-W45/minutes');
    expect(minutes).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/markdown; charset=utf-8',
        'content-disposition': 'attachment; filename="review-2026-W45-organisation.md"',
      },
    });
    expect(minutes.text).toMatch(/^# .*: weekly review, All teams\n/);
    expect(minutes.text).toContain('| Rehearse the failover | Payments | done on 11 Nov |');
  });

  it('is told what cannot be filed, each with what to do', async () => {
    const refused: [Promise<Answer>, number, RegExp][] = [
      [send('POST', '/comments', comment({ kpi: 'nonesuch' })), 404, /There is no KPI "nonesuch"/],
      [send('POST', '/comments', comment({ scope: 'team:nobody' })), 404, /There is no team "nobody"/],
      [send('POST', '/comments', comment({ period: '2026-W99' })), 400, /"2026-W99" is not a period/],
      [send('POST', '/comments', comment({ body: { text: '  ', point: null } })), 400, /The text is blank/],
      [send('POST', '/comments', comment({ author: ' ' })), 400, /Say for whom it is written/],
      [send('POST', '/comments', comment({ body: { text: 'x'.repeat(8_001), point: null } })), 400, /text/],
      [send('POST', '/comments', comment({ body: { text: 'a\0b', point: null } })), 400, /NUL/],
      [send('POST', '/comments', { ...comment(), extra: 1 }), 400, /extra/],
      [
        send('POST', '/actions', action({ body: { ...action().body, due: '2026-02-30' } })),
        400,
        /2026-02-30 is not a day that exists/,
      ],
      [send('POST', '/actions', action({ body: { ...action().body, state: 'done' } })), 400, /Say on which day it was closed/],
      [send('PUT', '/actions/4711', { after: 1, author: 'x', body: action().body }), 404, /There is no action 4711/],
      [
        send('PUT', '/annotations/1', { after: 1, author: 'x', body: { day: '2026-11-01', type: 'note', text: 'x' } }),
        404,
        /no annotation 1/,
      ],
      [send('POST', '/comments', comment(), { origin: 'http://evil.example' }), 403, /another site/],
    ];
    for (const [answer, status, words] of refused) {
      expect(await answer, String(words)).toMatchObject({ status, body: { message: expect.stringMatching(words) as unknown } });
    }
  });
});
