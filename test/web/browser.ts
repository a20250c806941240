import { readFileSync, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { paths } from '../../web/client/api.ts';
import { parseRoute } from '../../web/client/route.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { drawing, WEB, type Draw } from './drawing.ts';
import { answer } from './samples/answers.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
  ['.svg', 'image/svg+xml'],
  ['.woff2', 'font/woff2'],
]);
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface Screen {
  readonly base: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The built pages over the samples, drawn and under the policy as the server does it, in a real browser. */
export async function openScreen(): Promise<Screen> {
  const draw = await drawing();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname.startsWith('/api/')) {
      const { status, body } = answer(request.method ?? 'GET', url);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const asset = join(WEB, url.pathname);
    const drawn = extname(asset) === '' ? drawnPage(draw, url) : null;
    const file = extname(asset) !== '' && existsSync(asset) ? asset : join(WEB, 'index.html');
    response.writeHead(200, { 'content-type': TYPES.get(extname(file)) ?? 'text/plain', 'content-security-policy': POLICY });
    response.end(drawn ?? readFileSync(file));
  });
  const base = await listening(server);
  const browser = await launchBrowser();
  return {
    base,
    browser,
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page drawn with what the samples answer; null where there is nothing to draw, or the browser has to. */
function drawnPage(draw: Draw, url: URL): string | null {
  const { page, week, scope, isPresenting } = parseRoute(url);
  // The samples hold no other pages.
  if ((page !== 'review' && page !== 'kpis' && page !== 'sources') || isPresenting) return null;
  const path = page === 'review' ? paths.review(week, scope) : paths[page]();
  const { status, body } = answer('GET', new URL(path, url));
  return status === 200 ? draw(url.pathname + url.search, body) : null;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** What a page must never do: throw, break the policy, or warn, as it does where it finds another page than it would have drawn. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isBad = message.type() === 'error' || message.type() === 'warning';
    if (isBad && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  return complaints;
}
