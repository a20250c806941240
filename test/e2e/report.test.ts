/// <reference lib="dom" />
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { demoServer, type DemoServer } from './demo-server.ts';

/** The quarterly report of the demo organisation: as a page, on paper, as a file. */
const PATH = '/report/2026-Q3';

let server: DemoServer;
let browser: Browser;
let complaints: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([demoServer(), launchBrowser()]);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
afterEach(() => {
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.url + path);
  await page.locator('#app[data-live] [data-report]').waitFor();
  return page;
}

/** Millimetres of the sheet within its margins, as CSS pixels. */
const PAPERS = { a4: { width: 180, height: 266 }, letter: { width: 185.9, height: 248.4 } } as const;
const px = (mm: number): number => (mm * 96) / 25.4;

/** What would be cut: elements that reach beyond the sheet, and pages of the report longer than one. */
async function cutOn(paper: keyof typeof PAPERS): Promise<string[]> {
  const { width, height } = PAPERS[paper];
  const page = await open(PATH, { viewport: { width: Math.floor(px(width)), height: Math.floor(px(height)) } });
  await page.emulateMedia({ media: 'print' });
  const cut = await page.evaluate(
    ({ right, bottom }) => {
      const found: string[] = [];
      for (const element of document.querySelectorAll<HTMLElement>('[data-report] *')) {
        const box = element.getBoundingClientRect();
        const isSeen = box.width > 0 && element.closest('.visually-hidden') === null && !element.matches('.visually-hidden');
        if (isSeen && (box.right > right + 1 || box.left < -1))
          found.push(`${element.tagName} ${element.className} ${element.textContent?.slice(0, 30)}: ${Math.round(box.right)}`);
      }
      const pages = [...document.querySelectorAll<HTMLElement>('[data-report] > .sheet')].slice(0, 4);
      for (const [index, sheet] of pages.entries()) {
        const { height: own } = sheet.getBoundingClientRect();
        if (own > bottom) found.push(`page ${index + 1} is ${Math.round(own)} high, ${Math.round(bottom)} fit`);
      }
      return found;
    },
    { right: Math.floor(px(width)), bottom: px(height) },
  );
  await page.context().close();
  return cut;
}

describe('the report on paper', () => {
  it.each(['a4', 'letter'] as const)('has four pages of one sheet each and cuts nothing, on %s', async (paper) => {
    expect(await cutOn(paper)).toEqual([]);
  });

  it.each(['a4', 'letter'] as const)(
    'is a PDF of at most seven pages of that size, on %s, and the same file again at once',
    async (paper) => {
      const address = `${server.url}/api/v1/reports/2026-Q3/pdf?paper=${paper}`;
      const [first, beside] = await Promise.all([fetch(address), fetch(address)]);
      expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      const bytes = Buffer.from(await first.arrayBuffer());
      expect(Buffer.from(await beside.arrayBuffer()).equals(bytes)).toBe(true);
      const file = bytes.toString('latin1');
      expect(file.startsWith('%PDF-')).toBe(true);
      const boxes = [...file.matchAll(/\/MediaBox\s*\[([^\]]+)\]/g)].map(([, box = '']) =>
        box.trim().split(/\s+/).slice(2).map(Number).map(Math.round),
      );
      expect(boxes.length).toBeGreaterThanOrEqual(5);
      expect(boxes.length).toBeLessThanOrEqual(7);
      expect(new Set(boxes.map(String))).toEqual(new Set([paper === 'a4' ? '595,842' : '612,792']));
      const again = await fetch(address, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
    },
    120_000,
  );
});

describe('the report page', () => {
  it('is written in its place, keeps its figures live and marks a number that is not the snapshot’s', async () => {
    const page = await open(PATH);
    await page.getByRole('button', { name: 'Say what customers felt' }).click();
    await page.getByLabel('Say what customers felt').fill('Time to restore service was 99 h; failures are at ');
    await page.getByLabel('Insert a figure').selectOption('change-failure-rate');
    await page.getByLabel('For').fill('Head of Operations');
    await page.getByLabel('Say what customers felt').press('Control+Enter');
    await page.getByText(/The text says 99 h, the snapshot says .* \(Time to restore service, Q3 2026\)/).waitFor();
    const report = (await (await fetch(`${server.url}/api/v1/reports/2026-Q3`)).json()) as {
      figures: { kpi: string; now: { text: string } }[];
    };
    const text = report.figures.find(({ kpi }) => kpi === 'change-failure-rate')?.now.text ?? '?';
    await page.getByText(`failures are at ${text}`).waitFor();
    await page.context().close();
  });

  it('walks quarters and scopes by keys, in the address', async () => {
    const page = await open(PATH);
    await page.keyboard.press('[');
    await page.waitForURL(/\/report\/2026-Q2$/);
    await page.locator('[data-report="2026-Q2"]').waitFor();
    await page.keyboard.press(']');
    await page.locator('[data-report="2026-Q3"]').waitFor();
    await page.goto(`${server.url}${PATH}?scope=team:payments`);
    await page.getByText('Northwind Cloud · Payments').waitFor();
    await page.context().close();
  });
});
