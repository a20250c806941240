import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../test/e2e/browser.ts';
import { buildWeb } from '../build.ts';
import { startChild } from './children.ts';
import { isAddresses } from './http.ts';
import { printed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

const SCRIPT_KILOBYTES = 260;
const ASSETS = '.dist/web/assets';

/** When a review's text was painted first, and when its charts were asked for and drawn; ms since it was asked for. */
interface Painted {
  readonly text: number;
  readonly charts: number;
  readonly drawn: number;
  /** The first response holds a verdict, before any script ran. */
  readonly isText: boolean;
}

/** Script that a review needs, packed, and what a real browser paints of it when. */
export async function benchWeb(size: Size): Promise<Row[]> {
  await buildWeb();
  const packed = readdirSync(ASSETS)
    .filter((file) => file.endsWith('.js'))
    .map((file) => gzipSync(readFileSync(join(ASSETS, file))).length);
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-web-'));
  const house = startChild('http-house.ts', [folder, String(size.demoWeeks), '']);
  const browser = await launchBrowser();
  try {
    const addresses = await house.hear();
    if (!isAddresses(addresses)) throw new Error('the server said something else');
    const painted: Painted[] = [];
    // The first visit draws the page; others find it drawn.
    for (let round = 0; round <= size.rounds; round += 1) {
      const visit = await open(browser, addresses.root);
      if (round > 0) painted.push(visit);
    }
    const share = (holds: (visit: Painted) => boolean): number[] => painted.map((visit) => (holds(visit) ? 1 : 0));
    return [
      wanted('all script, gzip', [packed.reduce((sum, bytes) => sum + bytes, 0) / 1000], 'kB', { atMost: SCRIPT_KILOBYTES }),
      printed(
        'first contentful paint of a review',
        painted.map(({ text }) => text),
        'ms',
      ),
      printed(
        '  its charts are asked for',
        painted.map(({ charts }) => charts),
        'ms',
      ),
      printed(
        '  its first chart is drawn',
        painted.map(({ drawn }) => drawn),
        'ms',
      ),
      wanted(
        'visits whose first response holds the verdicts',
        share(({ isText }) => isText),
        '×',
        { atLeast: 1 },
      ),
      wanted(
        'visits painted before charts are asked for',
        share(({ text, charts, drawn }) => text < charts && text < drawn),
        '×',
        { atLeast: 1 },
      ),
    ];
  } finally {
    await browser.close();
    await house.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function open(browser: Browser, root: string): Promise<Painted> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    // What runs in the page knows no types of ours.
    const seen = { drawn: Infinity };
    Object.assign(globalThis, { seen });
    const watch = (): void => {
      if (seen.drawn === Infinity && document.querySelector('[data-drawn=true]') !== null) seen.drawn = performance.now();
      if (seen.drawn === Infinity) requestAnimationFrame(watch);
    };
    watch();
  });
  const response = await page.goto(root);
  const html = (await response?.text()) ?? '';
  await page.locator('[data-drawn=true]').first().waitFor();
  const verdict = await page.locator('article.card .verdict').first().innerText();
  const times: unknown = await page.evaluate(`({
    text: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    charts: Math.min(...performance.getEntriesByType('resource')
      .filter(({ name }) => name.includes('/charts-')).map(({ startTime }) => startTime)),
    drawn: seen.drawn,
  })`);
  await context.close();
  if (!isTimes(times)) throw new Error('the browser tells no times');
  const escaped = verdict.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return { ...times, isText: escaped !== '' && html.includes(escaped) };
}

const isTimes = (told: unknown): told is Omit<Painted, 'isText'> =>
  typeof told === 'object' && told !== null && 'text' in told && 'charts' in told && 'drawn' in told;
