import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Review } from '../../server/api/contract.ts';
import { buildServer } from '../../server/api/server.ts';
import type { DrawnPage, Pages } from '../../server/api/first-pages.ts';
import { PageDrawer } from '../../server/page-drawer.ts';
import { uncarried, type FirstAnswer } from '../../web/client/first-answer.ts';
import { drawing, PROGRAM, WEB } from '../web/drawing.ts';
import { apiHouse, HOST, type ApiHouse } from './api-house.ts';

const BROWSER = { host: HOST, accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };
const EVIL = `</script><img src=x onerror=alert(1)> & "Co"`;

/** Draws as the product does, and counts. */
class CountingPages implements Pages {
  readonly drawn: string[] = [];
  fault: Error | null = null;
  readonly #drawer = new PageDrawer({ template: `${WEB}/index.html`, program: PROGRAM });
  async draw(address: string, answer: string): Promise<DrawnPage | null> {
    this.drawn.push(address);
    if (this.fault !== null) throw this.fault;
    return this.#drawer.draw(address, answer);
  }
  close(): Promise<void> {
    return this.#drawer.close();
  }
}

let house: ApiHouse;
let pages: CountingPages;
let app: Awaited<ReturnType<typeof buildServer>>;
let shell: string;
beforeAll(async () => {
  await drawing();
  shell = readFileSync(`${WEB}/index.html`, 'utf8');
  house = await apiHouse();
  pages = new CountingPages();
  app = await buildServer({ engine: house.engine, webFolder: WEB, pages, logLevel: 'silent', version: '0.0.0' });
});
afterAll(async () => {
  await app.close();
  await pages.close();
  await house.close();
});
beforeEach(() => {
  pages.drawn.length = 0;
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { ...BROWSER, ...headers } });
const dataIn = (html: string): FirstAnswer | null =>
  uncarried(/<script type="application\/json" id="first-answer">([^<]*)</.exec(html)?.[1] ?? '');

describe('the page of a review', () => {
  it('holds its verdicts in the first response, and the very answer that the API gives', async () => {
    const answer = await get('/review/2026-W45?scope=team:payments');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    const asked = await app.inject({ url: '/api/v1/reviews/2026-W45?scope=team:payments', headers: { host: HOST } });
    const review: Review = asked.json();
    expect(review.agenda.length).toBeGreaterThan(0);
    const talkedAbout = review.cards.filter(({ id }) => review.agenda.some(({ kpi }) => kpi === id));
    for (const { verdict } of talkedAbout)
      expect(answer.body).toContain(verdict.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    expect(dataIn(answer.body)).toEqual({ path: '/api/v1/reviews/2026-W45?scope=team%3Apayments', answer: review });
  });

  it('is answered once: nothing is sent after it, of which the log would tell', async () => {
    const warned = vi.spyOn(app.log, 'warn');
    onTestFinished(() => warned.mockRestore());
    const { headers } = await get('/review/2026-W45');
    expect((await get('/review/2026-W45', { 'if-none-match': String(headers['etag']) })).statusCode).toBe(304);
    await app.ready();
    expect(warned.mock.calls).toEqual([]);
  });

  it('is drawn once, whoever asks and how often, and told to hold still where it does', async () => {
    const [one, two] = await Promise.all([get('/review/2026-W44'), get('/review/2026-W44')]);
    const three = await get('/review/2026-W44?xmr=pages');
    expect(pages.drawn).toEqual(['/review/2026-W44']);
    expect([two?.body, three.body]).toEqual([one?.body, one?.body]);
    const etag = String(one?.headers['etag']);
    for (const named of [etag, `"other", ${etag}`, '*']) {
      const held = await get('/review/2026-W44', { 'if-none-match': named });
      expect([held.statusCode, held.body, held.headers['etag']]).toEqual([304, '', etag]);
    }
    expect((await get('/review/2026-W44', { 'if-none-match': '"other"' })).statusCode).toBe(200);
    expect((await get('/review/2026-W45', { 'if-none-match': etag })).statusCode).toBe(200);
  });

  it('stays the same while only the clock moves on, and changes when a number does', async () => {
    const before = String((await get('/')).headers['etag']);
    house.now += 3 * 60_000;
    const later = await get('/', { 'if-none-match': before });
    expect(later.statusCode).toBe(304);
    await house.engine.publish({ who: 'test', roles: [], teams: [] }, '2026-W45', 'organisation');
    const published = await get('/', { 'if-none-match': before });
    expect(published.statusCode).toBe(200);
    expect(published.body).toMatch(/published/);
  });

  it('travels packed as the browser takes it, and whole to one that takes neither', async () => {
    const whole = await get('/');
    expect(whole.headers['content-encoding']).toBeUndefined();
    expect(whole.headers['vary']).toBe('accept-encoding');
    for (const [accepted, encoding, unpacked] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
    ] as const) {
      const packed = await get('/', { 'accept-encoding': accepted });
      expect(packed.headers['content-encoding']).toBe(encoding);
      expect(unpacked(packed.rawPayload).toString()).toBe(whole.body);
      expect(packed.rawPayload.length).toBeLessThan(whole.rawPayload.length / 3);
    }
  });

  it('answers 404 for a week or a scope that is none, and leaves it to the browser to help', async () => {
    for (const path of ['/review/2026-W99', '/review/nonsense', '/?scope=team:nobody', '/review/2026-W45?scope=']) {
      const answer = await get(path);
      expect([answer.statusCode, answer.body], path).toEqual([path.endsWith('scope=') ? 200 : 404, shell]);
    }
  });

  it('is left to the browser while presenting, while a history is made, and where drawing fails', async () => {
    expect((await get('/?present')).body).toBe(shell);
    house.engine.progress = 'week 3 of 130';
    expect((await get('/')).body).toBe(shell);
    house.engine.progress = null;
    pages.fault = new Error('broken');
    const failed = await get('/review/2026-W43');
    expect([failed.statusCode, failed.body]).toEqual([200, shell]);
    pages.fault = null;
    expect((await get('/review/2026-W43')).body).toContain('first-answer');
  });
});

describe('the pages of definitions and sources', () => {
  it('are drawn too, and again only when what they say changed', async () => {
    for (const [path, words, api] of [
      ['/kpis', 'Time to restore', '/api/v1/kpis'],
      ['/sources', 'last complete pass', '/api/v1/sources'],
    ] as const) {
      const page = await get(path);
      expect(page.body).toContain(words);
      const asked = await app.inject({ url: api, headers: { host: HOST } });
      expect(dataIn(page.body)).toEqual({ path: api, answer: asked.json() });
      expect((await get(path, { 'if-none-match': String(page.headers['etag']) })).statusCode).toBe(304);
      expect((await get(path)).body).toBe(page.body);
    }
    expect(pages.drawn).toEqual(['/kpis', '/sources']);
  });
});

describe('the thread that draws', () => {
  const place = { template: `${WEB}/index.html`, program: PROGRAM };

  it('lets nothing that people wrote become markup', async () => {
    const drawer = new PageDrawer(place);
    const asked = await app.inject({ url: '/api/v1/reviews/2026-W45', headers: { host: HOST } });
    const review: Review = { ...asked.json<Review>(), organisation: EVIL };
    const page = await drawer.draw('/', JSON.stringify(review));
    const html = gunzipSync(page?.gzip ?? Buffer.alloc(0)).toString();
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;/script>&lt;img src=x onerror=alert(1)> &amp; "Co"');
    expect(dataIn(html)?.answer).toEqual(review);
    await drawer.close();
  });

  it('refuses an answer that is none without dying of it, and is there for the next', async () => {
    const drawer = new PageDrawer(place);
    await expect(drawer.draw('/', '{')).rejects.toThrow(/JSON/);
    expect(await drawer.draw('/', '{}')).toBeNull();
    expect(await drawer.draw('/sources', '[]')).not.toBeNull();
    await drawer.close();
    expect(await drawer.draw('/sources', '[]')).toBeNull();
  });

  it('that cannot begin fails what waits for it, and nothing else', async () => {
    const drawer = new PageDrawer({ ...place, program: `${WEB}/none.js` });
    await expect(drawer.draw('/sources', '[]')).rejects.toThrow(/none\.js/);
    await drawer.close();
  });

  it('takes no more than it can soon draw; the rest is drawn where it is asked for', async () => {
    const drawer = new PageDrawer(place);
    const drawn = await Promise.all(Array.from({ length: 40 }, () => drawer.draw('/sources', '[]')));
    expect(drawn.filter((page) => page !== null)).toHaveLength(16);
    await drawer.close();
  });
});
