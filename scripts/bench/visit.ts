import { gzipSync } from 'node:zlib';
import type { Browser, Page, Response } from 'playwright-core';

/** What a person sees of a review when; milliseconds since the first byte of the answer. */
export interface Visit {
  /** The first words are painted. */
  readonly text: number;
  /** The largest thing of the first screen is painted: words, too. */
  readonly words: number;
  readonly charts: {
    readonly count: number;
    /** The drawing code is asked for. */
    readonly asked: number;
    /** The first of them is painted, and the last. */
    readonly first: number;
    readonly all: number;
  };
  /** Processor time of the page's own thread until all are painted: what others do on the machine does not tell in it. */
  readonly busy: number;
  /** The first response holds a verdict, before any script ran. */
  readonly isText: boolean;
  /** Of all script that was fetched until nothing more came, packed with gzip; in kilobytes. */
  readonly script: number;
}

/** Runs in the page before all else, and knows no types of ours: notes when charts are painted, in the frame after they were drawn. */
const WATCH = `
  const seen = { largest: Infinity, first: Infinity, all: Infinity, count: 0 };
  globalThis.seen = seen;
  const watch = () => {
    const count = document.querySelectorAll('[data-drawn]').length;
    const drawn = document.querySelectorAll('[data-drawn=true]').length;
    setTimeout(() => {
      if (drawn > 0) seen.first = Math.min(seen.first, performance.now());
      if (count > seen.count || drawn < count) seen.all = Infinity;
      if (drawn > 0 && drawn === count) seen.all = Math.min(seen.all, performance.now());
      seen.count = count;
    });
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) seen.largest = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
`;

/** Waits until every chart is painted. Polled, because the page's policy lets nobody else's code wait in it. */
const ALL_DRAWN = `new Promise((resolve) => {
  const look = () => (seen.all < Infinity ? resolve() : setTimeout(look, 20));
  look();
})`;

const TOLD = `(() => {
  const [{ responseStart }] = performance.getEntriesByType('navigation');
  const since = (at) => at - responseStart;
  const code = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/charts-'));
  return {
    text: since(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity),
    words: since(seen.largest),
    charts: {
      count: seen.count,
      asked: since(Math.min(...code.map(({ startTime }) => startTime))),
      first: since(seen.first),
      all: since(seen.all),
    },
  };
})()`;

const UNFOLD = `new Promise((resolve) => {
  const from = performance.now();
  seen.all = Infinity;
  for (const button of document.querySelectorAll('#routine [aria-expanded=false]')) button.click();
  requestAnimationFrame(() => setTimeout(() => {
    const look = () => (seen.all < Infinity ? resolve(seen.all - from) : setTimeout(look, 20));
    look();
  }));
})`;

/** Opens an address as somebody who was never there; `then` is what is done with the page before it is closed. */
export async function visit(browser: Browser, address: string, then: (page: Page) => Promise<void>): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const scripts: Response[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response);
    });
    const response = await page.goto(address);
    const html = (await response?.text()) ?? '';
    await page.evaluate(ALL_DRAWN);
    const { metrics } = await session.send('Performance.getMetrics');
    await session.detach();
    await page.waitForLoadState('networkidle');
    const told: unknown = await page.evaluate(TOLD);
    if (!isTold(told)) throw new Error('the browser tells no times');
    const bodies = await Promise.all(scripts.map((each) => each.body()));
    const verdict = await page.locator('article.card .verdict').first().innerText();
    const escaped = verdict.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    await then(page);
    return {
      ...told,
      busy: (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000,
      isText: escaped !== '' && html.includes(escaped),
      script: bodies.reduce((sum, body) => sum + gzipSync(body).length, 0) / 1000,
    };
  } finally {
    await context.close();
  }
}

/** Unfolds every card of the routine part at once; milliseconds until the charts of all of them are painted. */
export const unfoldAll = async (page: Page): Promise<number> => Number(await page.evaluate(UNFOLD));

const isTold = (told: unknown): told is Omit<Visit, 'busy' | 'isText' | 'script'> =>
  typeof told === 'object' && told !== null && 'text' in told && 'words' in told && 'charts' in told;
