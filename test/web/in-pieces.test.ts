import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScreen, type Screen } from './browser.ts';

let screen: Screen;
beforeAll(async () => {
  screen = await openScreen();
});
afterAll(async () => screen.close());

/** At least so many bytes come at once. */
const PIECE = 400;

/** Hands the review out piece by piece, the next one whenever the page says that it has painted the last. */
async function slowly(base: string): Promise<{ readonly server: Server; readonly port: number }> {
  let next = (): void => undefined;
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/painted') {
        next();
        response.writeHead(204).end();
        return;
      }
      const answer = await fetch(base + (request.url ?? '/'));
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      if (request.url !== '/') {
        response.end(body);
        return;
      }
      const ends: number[] = [];
      for (let at = body.indexOf('<body'); at !== -1; at = body.indexOf('</', at + PIECE)) ends.push(at);
      ends.push(body.length);
      let sent = 0;
      next = () => {
        const end = ends.shift();
        if (end === undefined) return;
        response.write(body.subarray(sent, end));
        sent = end;
        if (ends.length === 0) response.end();
      };
      next();
      next();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return { server, port: address.port };
}

/** Which line of the page each move was in; a text, because the project's tests are typed without a DOM. */
const IN_PIECES = `globalThis.moved = [];
globalThis.pieces = 0;
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) for (const { node } of sources) {
    const line = (node?.closest ? node : node?.parentElement)?.closest('.top, .first, .numbers');
    if (line) moved.push(line.className.split(' ')[0]);
  }
}).observe({ type: 'layout-shift', buffered: true });
const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => {
  if (document.readyState !== 'loading') return;
  pieces += 1;
  void fetch('/painted').then(painted);
}));
painted();`;

it.each([1280, 375])('a review that comes in pieces moves no line of it that stood already (%i px)', async (width) => {
  const { server, port } = await slowly(screen.base);
  const context = await screen.browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(IN_PIECES);
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.locator('#app[data-live]').waitFor();
  expect(await page.evaluate('pieces')).toBeGreaterThan(50);
  expect(await page.evaluate('moved')).toEqual([]);
  for (const line of ['.top', '.first', '.numbers']) expect(await page.locator(line).first().isVisible(), line).toBe(true);
  await context.close();
  server.closeAllConnections();
  server.close();
});
