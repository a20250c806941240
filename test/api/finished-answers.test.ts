import { request as askOver, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FinishedAnswers } from '../../server/api/finished-answers.ts';
import type { Store } from '../../server/store/store.ts';
import { event } from '../jobs/small-house.ts';
import { apiHouse, type ApiHouse } from './api-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** Over a real connection, with nothing unpacked on the way. */
const over = (url: string, headers: Record<string, string> = {}): Promise<Received> =>
  new Promise((resolve, reject) => {
    askOver(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });

const unpacked = ({ headers, bytes }: Received): string => {
  const encoding = headers['content-encoding'];
  return (encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
};

/** What is asked of a store from now on, by name. */
function askedOf(store: Store): string[] {
  const asked: string[] = [];
  const before = { ...store };
  for (const [name, own] of Object.entries(before)) {
    if (typeof own !== 'function') continue;
    const call = (...given: unknown[]): unknown => {
      asked.push(name);
      return Reflect.apply(own, store, given);
    };
    Object.assign(store, { [name]: call });
  }
  onTestFinished(() => void Object.assign(store, before));
  return asked;
}

describe('finished answers', () => {
  let house: ApiHouse;
  let url: string;
  const REVIEW = '/api/v1/reviews/2026-W45';
  const SERIES = '/api/v1/kpis/time-to-restore/snapshots?grain=week';
  const get = (path: string, headers: Record<string, string> = {}): Promise<Received> => over(`${url}${path}`, headers);
  beforeAll(async () => {
    house = await apiHouse();
    url = await house.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => house.close());

  it.each([REVIEW, SERIES])('travel in three forms that say the same, each with a strong tag of its own: %s', async (path) => {
    const [plain, br, gzip] = [
      await get(path),
      await get(path, { 'accept-encoding': 'gzip, deflate, br' }),
      await get(path, { 'accept-encoding': 'gzip' }),
    ];
    const forms = [plain, br, gzip];
    expect(forms.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
    expect(forms.map(unpacked)).toEqual(forms.map(() => plain.bytes.toString()));
    expect(forms.map(({ headers }) => Number(headers['content-length']))).toEqual(forms.map(({ bytes }) => bytes.length));
    const tags = forms.map(({ headers }) => String(headers.etag));
    expect(tags[0]).toMatch(/^"[\w-]{22}"$/);
    expect(tags).toEqual([tags[0], tags[0]?.replace(/"$/, '.br"'), tags[0]?.replace(/"$/, '.gzip"')]);
    for (const { headers } of forms) {
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers.vary).toBe(path === SERIES ? 'accept, accept-encoding' : 'accept-encoding');
    }
    expect(JSON.parse(plain.bytes.toString())).toEqual((await house.get(path)).body);
  });

  it.each([REVIEW, SERIES])('that hold are not sent again, nor is the database asked: %s', async (path) => {
    const tags = [await get(path), await get(path, { 'accept-encoding': 'br' })].map(({ headers }) => String(headers.etag));
    const asked = askedOf(house.store);
    for (const tag of [...tags, ...tags.map((tag) => `W/${tag}`), `"other", ${tags[0]}`, '*']) {
      const held = await get(path, { 'if-none-match': tag, 'accept-encoding': 'br' });
      expect([held.status, held.bytes.length, held.headers.etag], tag).toEqual([304, 0, tags[1]]);
    }
    const other = await get(path, { 'if-none-match': '"other"' });
    expect([other.status, other.headers.etag]).toEqual([200, tags[0]]);
    expect(asked).toEqual([]);
  });

  it('are those of their own address', async () => {
    const paths = [REVIEW, '/api/v1/reviews/2026-W44', `${REVIEW}?scope=team:payments`, SERIES]
      .concat(['month', 'quarter'].map((grain) => SERIES.replace('week', grain)))
      .concat([`${SERIES}&scope=team:payments`, `${SERIES}&from=2026-11-01`, `${SERIES}&to=2026-11-01`])
      .concat(SERIES.replace('time-to-restore', 'latency'));
    const answers = await Promise.all(paths.map((path) => get(path)));
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(paths.length);
    for (const [index, path] of paths.entries())
      expect(unpacked(answers[index] ?? (await get(path))), path).toBe((await house.get(path)).text);
  });

  it('change with a new number, and with a publication', async () => {
    const tagsNow = async (): Promise<unknown[]> => [(await get(REVIEW)).headers.etag, (await get(SERIES)).headers.etag];
    const before = await tagsNow();
    house.desk.next = [
      {
        events: [
          event('incident', 'late', '2026-11-05T10:00:00Z', {
            state: 'opened',
            fields: { team: 'payments', service: 'checkout', severity: 1 },
          }),
          event('incident', 'late', '2026-11-05T19:00:00Z', { state: 'restored' }),
        ],
      },
    ];
    await house.engine.pull(VIEWER, 'desk');
    const measured = await tagsNow();
    expect(measured[0]).not.toBe(before[0]);
    expect(measured[1]).not.toBe(before[1]);
    await house.engine.publish(VIEWER, '2026-W46', 'organisation');
    const published = await get(SERIES, { 'if-none-match': String(measured[1]) });
    expect(published.status).toBe(200);
    expect(unpacked(published)).toContain('"published"');
    expect((await get('/api/v1/reviews/2026-W46')).bytes.toString()).toMatch(/published/);
  });

  it('of reviews are made anew when a source is longer ago, and only then', async () => {
    const review = () => house.engine.review(VIEWER, '2026-W45', 'organisation');
    const first = await review();
    expect((await review()).review).toBe(first.review);
    house.now += 60_000 * 3;
    const later = await review();
    expect(later.tag).not.toBe(first.tag);
    expect(later.contentTag).toBe(first.contentTag);
    expect((await review()).review).toBe(later.review);
    // A minute in which the words stay the same costs nothing either.
    house.now += 60_000 * 120;
    const hours = await review();
    house.now += 60_000;
    expect((await review()).review).toBe(hours.review);
  });

  it('as known then are told as such, and faults are kept for nobody', async () => {
    const then = `${SERIES}&known_at=2026-11-10T00:00Z`;
    const first = await get(then);
    expect(first.status).toBe(200);
    const held = await get(then, { 'if-none-match': String(first.headers.etag) });
    expect([held.status, held.bytes.length]).toEqual([304, 0]);
    const missing = SERIES.replace('time-to-restore', 'nothing');
    for (let time = 0; time < 2; time += 1) {
      const fault = await get(missing, { 'accept-encoding': 'br' });
      expect([fault.status, fault.headers.etag, fault.headers['cache-control']]).toEqual([404, undefined, 'no-store']);
    }
  });
});

describe('what is kept of finished answers', () => {
  const made: string[] = [];
  let app: FastifyInstance;
  let url: string;
  const finished = new FinishedAnswers(40_000);
  const text = (name: string): string => `${name} ${Array.from({ length: 2500 }, (_, at) => String(at % 7)).join(' ')}`;
  beforeAll(async () => {
    app = fastify();
    app.get<{ Params: { name: string } }>('/:name', async (request, reply) => {
      const { name } = request.params;
      return finished.send(request, reply, {
        key: name,
        make: async () => {
          made.push(name);
          if (name === 'fault' && made.length === 1) throw new Error('once');
          return text(name);
        },
      });
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => app.close());
  const get = async (name: string): Promise<number | undefined> => {
    const answer = await over(`${url}/${name}`, { 'accept-encoding': 'br' });
    if (answer.status === 200) expect(unpacked(answer)).toBe(JSON.stringify(text(name)));
    return answer.status;
  };

  it('is made once, however many ask at once, and again after a fault', async () => {
    expect([await get('fault'), await get('fault')]).toEqual([500, 200]);
    made.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => get('a')));
    expect(made).toEqual(['a']);
  });

  it('stays below its bound: what was not asked for longest goes first', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'a']) await get(name);
    made.length = 0;
    for (const name of ['g', 'h', 'a', 'i', 'a', 'j', 'a']) {
      await get(name);
      expect(finished.bytes).toBeLessThanOrEqual(40_000);
      expect(finished.bytes).toBeGreaterThan(20_000);
    }
    expect(made).toEqual(['g', 'h', 'i', 'j']);
    await get('b');
    expect(made.at(-1)).toBe('b');
  });
});
