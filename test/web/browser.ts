import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { answer } from './samples/answers.ts';

const WEB = fileURLToPath(new URL('../../.dist/web', import.meta.url));
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

/** The built pages over the samples, under the policy of the server, in a real browser. */
export async function openScreen(): Promise<Screen> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname.startsWith('/api/')) {
      const { status, body } = answer(request.method ?? 'GET', url);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const asset = join(WEB, url.pathname);
    const file = extname(asset) !== '' && existsSync(asset) ? asset : join(WEB, 'index.html');
    response.writeHead(200, { 'content-type': TYPES.get(extname(file)) ?? 'text/plain', 'content-security-policy': POLICY });
    response.end(readFileSync(file));
  });
  const base = await listening(server);
  // The binary unpacks itself into TMPDIR and would take an older one that stands there for its own.
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-web-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const executablePath = await chromium.executablePath();
  const browser = await playwright.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  return {
    base,
    browser,
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** What a page must never do: throw, or break the policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  return complaints;
}
