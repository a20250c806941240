import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, failure, HOST, type ApiHouse } from './api-house.ts';

const INDEX = '<!doctype html><title>Quarterdeck</title><div id="app"></div>';
/** Larger than the file itself: packing it again would give other bytes. */
const PACKED = brotliCompressSync('export {}; // packed');
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };

describe('an address typed into a browser', () => {
  let house: ApiHouse;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quarterdeck-web-'));
    const web = join(folder, 'web');
    mkdirSync(join(web, 'assets'), { recursive: true });
    writeFileSync(join(web, 'index.html'), INDEX);
    writeFileSync(join(web, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(web, 'assets', 'main-1a2b.js'), 'export {};');
    writeFileSync(join(web, 'assets', 'main-1a2b.js.br'), PACKED);
    writeFileSync(join(folder, 'secret.txt'), 'not for you');
    house = await apiHouse({ webFolder: web });
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [200, '/'],
    [200, '/review'],
    [200, '/review/2026-W45'],
    [200, '/review/2026-W45/'],
    [200, '/review/2026-W99?scope=team:none'],
    [200, '/kpis'],
    [200, '/sources?x=1'],
    [404, '/nonsense'],
    [404, '/review/2026-W45/more'],
    [404, '/api-docs'],
  ])('gets %i and the application: %s', async (status, path) => {
    const answer = await house.get(path, BROWSER);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([status, INDEX, 'text/html; charset=utf-8']);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each([
    ['another site', 'cross-site', 'same-origin'],
    ['another port of this machine', 'same-site', 'same-origin'],
    ['a browser that does not say', undefined, 'same-origin'],
    ['nobody: it was typed', 'none', undefined],
    ['a link of our own', 'same-origin', undefined],
  ])('that is opened by %s (%s) lets go of whoever opened it: %s', async (_name, site, policy) => {
    const answer = await house.get('/review/2026-W45', { ...BROWSER, ...(site === undefined ? {} : { 'sec-fetch-site': site }) });
    expect(answer.headers['cross-origin-opener-policy']).toBe(policy);
  });

  it('that cannot be read gets words on a page, in which nothing typed becomes HTML', async () => {
    const answer = await house.get('/review/%E0%A4%A<script>alert(1)</script>', BROWSER);
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect(answer.text).toContain('encodes nothing');
    expect(answer.text).not.toContain('<script');
    const foreign = await house.get('/', { ...BROWSER, host: 'a"><img src=x>' });
    expect(foreign.status).toBe(403);
    expect(foreign.text).toContain('&lt;img src=x&gt;');
  });

  it('below /api is answered as the API answers', async () => {
    expect((await house.get('/api/v1/nope', BROWSER)).body).toEqual(failure('not-found', /nothing at/));
    expect((await house.get('/api', BROWSER)).body).toEqual(failure('not-found', /nothing at/));
    expect((await house.get('/nonsense')).body).toEqual(failure('not-found', /nothing at GET \/nonsense/));
  });

  it('while the history is made gets the application, which says so', async () => {
    house.engine.progress = 'week 3 of 130';
    expect((await house.get('/review/2026-W45', BROWSER)).text).toBe(INDEX);
    house.engine.progress = null;
  });

  it('gets files as they are: hashed ones for ever, others anew', async () => {
    const script = await house.get('/assets/main-1a2b.js');
    expect([script.status, script.text]).toEqual([200, 'export {};']);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await house.get('/icon.svg')).headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'image/svg+xml',
    });
    expect((await house.get('/assets/main-old.js')).body).toEqual(failure('not-found', /main-old/));
  });

  it('gets a file as it was packed when it was built', async () => {
    const packed = await house.get('/assets/main-1a2b.js', { 'accept-encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-length': String(PACKED.length),
      'content-type': expect.stringContaining('javascript'),
      vary: expect.stringMatching(/accept-encoding/i),
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/assets/%00',
    '/.env',
    '/assets/',
  ])('reaches no file outside: %s', async (path) => {
    const answer = await house.get(path);
    expect(answer.status, path).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain('not for you');
  });

  it('finds a page that says what to do where the application was not built', async () => {
    const bare = await apiHouse();
    const answer = await bare.get('/review/2026-W45', BROWSER);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(answer.text).toContain('npm run build');
    expect((await bare.get('/nonsense', BROWSER)).text).toContain('There is nothing at GET /nonsense.');
    await bare.close();
  });
});

describe('a connection', () => {
  let house: ApiHouse;
  let port: number;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    house = await apiHouse();
    await house.app.listen({ host: '127.0.0.1', port: 0 });
    const address = house.app.server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    house.app.server.on('connection', (socket: Socket) => sockets.push(socket));
  });
  afterAll(() => house.close());

  /** Sends bytes and gives back everything the server says before it closes. */
  const say = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const heard: Buffer[] = [];
      socket.on('data', (part: Buffer) => heard.push(part));
      socket.on('error', reject);
      socket.on('close', () => resolve(Buffer.concat(heard).toString()));
      socket.end(text);
    });

  it('carries answers packed and whole', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/reviews/latest`, {
      headers: { 'accept-encoding': 'br, gzip' },
    });
    expect([response.status, response.headers.get('content-encoding')]).toEqual([200, 'br']);
    expect(await response.json()).toEqual((await house.get('/api/v1/reviews/latest')).body);
  });

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'invalid'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 413, 'too-large'],
    [
      'two lengths',
      `POST /api/v1/measurements HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
      'invalid',
    ],
  ])('is told in our words of %s', async (_name, text, status, code) => {
    const heard = await say(text);
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(heard).toContain("content-security-policy: default-src 'none'");
    expect(JSON.parse(heard.slice(heard.indexOf('\r\n\r\n') + 4))).toEqual(failure(code, /./));
  });

  it('with the Host of another name is refused', async () => {
    const heard = await say('GET /api/v1/kpis HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n');
    expect(heard).toMatch(/^HTTP\/1\.1 403 /);
    expect(await say('GET /api/v1/kpis HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('is bounded in time, but not while a long pull is under way', async () => {
    const { server } = house.app;
    expect([server.requestTimeout, server.headersTimeout, server.timeout]).toEqual([15_000, 10_000, 30_000]);
    const started = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    house.desk.onPull = async () => {
      started.resolve();
      await released.promise;
    };
    const answer = fetch(`http://127.0.0.1:${port}/api/v1/sources/desk/pulls`, { method: 'POST' });
    await started.promise;
    const isUnlimited = (): boolean => sockets.some((socket) => !socket.destroyed && socket.timeout === 0);
    expect(isUnlimited()).toBe(true);
    const sources = await house.get('/api/v1/sources');
    expect(sources.body).toMatchObject([{ freshness: 'pulling' }]);
    released.resolve();
    expect((await answer).status).toBe(200);
    expect(isUnlimited()).toBe(false);
    house.desk.onPull = async () => undefined;
  });
});
