import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf, openScreen, type Screen } from './browser.ts';
import { review } from './samples/review.ts';

let screen: Screen;
beforeAll(async () => {
  screen = await openScreen();
});
afterAll(async () => screen.close());

/** Every move of what stood on the page already, by its size; a text, because the project's tests are typed without a DOM. */
const WATCH_MOVES = `globalThis.moves = [];
new PerformanceObserver((list) => {
  for (const move of list.getEntries()) moves.push(move.value + ' ' + move.sources.map(({ node }) => node?.className ?? node?.nodeName).join(', '));
}).observe({ type: 'layout-shift', buffered: true });`;

/** Whether words were painted, and which programs were asked for before they were, and after. */
const ASKED_BEFORE_PAINT = `(() => {
  const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  const asked = performance.getEntriesByType('resource').map(({ name, startTime }) => ({
    name: name.split('/').at(-1).split('-')[0],
    isBefore: startTime < painted,
  }));
  const namesOf = (isBefore) => asked.filter((one) => one.isBefore === isBefore).map(({ name }) => name)
    .filter((name) => /^(index|program|ReviewPage|charts)$/.test(name));
  return { words: painted > 0, before: namesOf(true), after: [...new Set(namesOf(false))].filter((name) => name !== 'charts') };
})()`;

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  /** What was asked of the API so far. */
  readonly asked: string[];
}

async function open(path: string, options: BrowserContextOptions = {}, chosen: string | null = null): Promise<Opened> {
  const context = await screen.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/')) asked.push(new URL(request.url()).pathname);
  });
  await page.addInitScript(WATCH_MOVES);
  if (chosen !== null) await page.addInitScript(`localStorage.setItem('quarterdeck.scheme', '${chosen}')`);
  await page.goto(screen.base + path);
  return { page, complaints, asked };
}

describe('a page that came drawn', () => {
  const looks: [where: string, path: string, options: BrowserContextOptions, chosen?: string][] = [
    ['the review on a desktop', '/', {}],
    ['the review where both panels stand one above the other', '/', { viewport: { width: 700, height: 900 } }],
    ['the review on a phone', '/', { viewport: { width: 375, height: 800 } }],
    ['the review in another zone', '/', { timezoneId: 'Pacific/Auckland', locale: 'ja-JP' }],
    ['the review in chosen colours', '/', { colorScheme: 'light' }, 'dark'],
    ['a link to a panel', '/review/2026-W46?scope=team:payments&xmr=noise#noise', {}],
    ['the catalogue', '/kpis', {}],
    ['the sources', '/sources', { timezoneId: 'America/Los_Angeles' }],
  ];
  it.each(looks)('is taken over without a warning, a move or a question: %s', async (_where, path, options, chosen) => {
    const { page, complaints, asked } = await open(path, options, chosen ?? null);
    await page.locator('#app[data-live]').waitFor();
    if (path.startsWith('/kpis') || path.startsWith('/sources')) await page.locator('article').first().waitFor();
    else await page.locator('[data-drawn=true]').first().waitFor();
    expect(await page.evaluate('moves')).toEqual([]);
    expect(complaints).toEqual([]);
    expect(asked).toEqual([]);
    await page.context().close();
  });

  it('is painted before the program that takes it over is asked for', async () => {
    const { page } = await open('/');
    // However long it takes to paint: nobody waits for a second only.
    await page.addInitScript('const set = setTimeout; window.setTimeout = (then, ms) => set(then, ms === 1000 ? 1e6 : ms);');
    await page.reload();
    await page.locator('#app[data-live]').waitFor();
    expect(await page.evaluate(ASKED_BEFORE_PAINT)).toEqual({ words: true, before: ['index'], after: ['program', 'ReviewPage'] });
    await page.context().close();
  });

  it('is taken over, too, where the browser tells no page when it painted', async () => {
    const { page } = await open('/');
    await page.addInitScript('PerformanceObserver.prototype.observe = () => undefined;');
    await page.reload();
    await page.locator('#app[data-live]').waitFor();
    expect(await page.locator('article.card').count()).toBeGreaterThan(3);
    await page.context().close();
  });

  it('keeps the room of each chart exactly, in one panel and in two', async () => {
    const HEIGHT = `document.querySelector('article .chart').getBoundingClientRect().height`;
    for (const width of [1280, 700, 375]) {
      const options = { viewport: { width, height: 900 } };
      const still = await open('/', { ...options, javaScriptEnabled: true });
      await still.page.locator('[data-drawn=true]').first().waitFor();
      const drawn = await still.page.evaluate(HEIGHT);
      await still.page.context().close();
      const { page } = await open('/', options);
      await page.route(/\.js$/, (route) => route.abort());
      await page.reload();
      expect(await page.evaluate(HEIGHT), `${width} px`).toBe(drawn);
      await page.context().close();
    }
  });

  it('is painted in the colours chosen on this machine before anything else runs', async () => {
    const { page } = await open('/', { colorScheme: 'light' }, 'dark');
    await page.route(/\/assets\/.*\.js$/, (route) => route.abort());
    await page.reload();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 27)');
    await page.context().close();
  });

  it('says instants in the zone of its reader once it is taken over', async () => {
    const times = new Set<string>();
    for (const timezoneId of ['Pacific/Auckland', 'America/Los_Angeles']) {
      const { page } = await open('/', { timezoneId });
      await page.locator('#app[data-live]').waitFor();
      times.add(await page.locator('.restated .why').first().innerText());
      await page.context().close();
    }
    expect(times.size).toBe(2);
  });

  it('asks for another week and comes back, and asks anew where the back button brought an old copy', async () => {
    const { page, asked } = await open('/');
    await page.locator('#app[data-live]').waitFor();
    await page.keyboard.press('[');
    await page.getByText('Week 45').first().waitFor();
    expect(asked).toEqual(['/api/v1/reviews/2026-W45']);
    await page.goto(`${screen.base}/kpis`);
    await page.locator('#app[data-live]').waitFor();
    asked.length = 0;
    await page.evaluate('addEventListener("unload", () => {})');
    await page.goBack();
    await page.locator('#app[data-live]').waitFor();
    await expect.poll(() => asked).toEqual(['/api/v1/reviews/2026-W45']);
    await page.context().close();
  });
});

describe('without JavaScript', () => {
  it.each([1280, 375])('the review can be read: agenda, verdicts, numbers and each point (%i px)', async (width) => {
    const { page } = await open('/', { javaScriptEnabled: false, viewport: { width, height: 900 } });
    const text = await page.locator('body').innerText();
    for (const item of review.agenda) expect(text).toContain(item.title);
    const shown = review.cards.filter(({ id }) => review.agenda.some(({ kpi }) => kpi === id));
    for (const card of shown) {
      expect(text).toContain(card.verdict);
      for (const point of card.weeks) expect(text).toContain(point.title);
    }
    expect(text).toContain('charts, evidence');
    expect(await page.locator('.chart').first().isVisible()).toBe(false);
    expect(text).not.toContain('points open');
    expect(await page.locator('article table caption').first().isVisible()).toBe(true);
    await page.context().close();
  });
});
