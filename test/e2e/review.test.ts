/// <reference lib="dom" />
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Review } from '../../server/api/contract.ts';
import { launchBrowser } from './browser.ts';
import { demoServer, type DemoServer } from './demo-server.ts';
import { LAST_WEEK } from './demo-week.ts';

let server: DemoServer;
let browser: Browser;
/** What pages complained of: policy violations, script errors, failed requests. */
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
    // A policy violation is told on the console as an error, too, and a page that was not drawn as the browser would
    // have as a warning. An answer of 404 is what some tests ask for.
    const isBad = message.type() === 'error' || message.type() === 'warning';
    if (isBad && !/status of 40\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.exposeFunction('complain', (complaint: string) => complaints.push(complaint));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { complain } = window as unknown as { complain: (complaint: string) => void };
      complain(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(server.url + path);
  await page.locator('#app[data-live]').waitFor();
  return page;
}

const reviewReady = (page: Page) => page.locator('article.card').first().waitFor();
const review = async (path = 'latest', scope = 'organisation'): Promise<Review> =>
  (await fetch(`${server.url}/api/v1/reviews/${path}?scope=${scope}`)).json() as Promise<Review>;

describe('the weekly review', () => {
  it('opens on the last complete week, with what needs attention first and routine folded, in words', async () => {
    const page = await open('/');
    await reviewReady(page);
    expect(await page.title()).toContain('Week 46');
    const headline = await page.locator('.headline').innerText();
    expect(headline).toMatch(/signals? against us/);
    expect(headline).toMatch(/target newly missed|targets newly missed/);
    expect(headline).toMatch(/restated/);
    expect(headline).toMatch(/source behind/);
    expect(headline).toMatch(/win/);
    expect(headline).toMatch(/routine/);
    const { agenda, routine } = await review();
    const reasons = agenda.map((item) => item.reason);
    for (const reason of ['signal against us', 'target missed', 'restated', 'stale source', 'win'])
      expect(reasons).toContain(reason);
    expect(reasons).toEqual([...reasons].sort((a, b) => order(a) - order(b)));
    expect(routine.flatMap(({ kpis }) => kpis).length).toBeGreaterThan(10);
    const verdicts = await page.locator('article.card .verdict').allInnerTexts();
    for (const verdict of verdicts) expect(verdict).toMatch(/^[A-Z].*\.$/s);
    await page.context().close();
  });

  it('shows a late batch as a restatement with its value before, its value after and its cause', async () => {
    const page = await open('/');
    await reviewReady(page);
    const restated = page.locator('article.card', { hasText: 'Restated since the last review' }).first();
    expect(await restated.innerText()).toMatch(/late/);
    const { cards } = await review();
    const moved = cards.flatMap((card) => card.revisions);
    expect(moved.some(({ causes, before, after }) => causes.includes('late') && before !== after)).toBe(true);
    await page.context().close();
  });

  it('can be read before its charts are there', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.route(/\/assets\/(charts|echarts).*\.js/, (route) => route.abort());
    await page.goto(server.url);
    await page.locator('article.card .verdict').first().waitFor();
    expect(await page.locator('article.card .verdict').first().innerText()).not.toBe('');
    expect(await page.locator('table', { hasText: 'Last wk' }).first().innerText()).toContain('Target');
    await context.close();
  });

  it('stands in the first response: agenda, verdicts and numbers can be read where no script runs', async () => {
    const { agenda, cards, headline } = await review();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.url);
    expect(await page.title()).toContain('Week 46');
    const text = await page.locator('body').innerText();
    for (const { title } of agenda) expect(text).toContain(title);
    for (const part of headline) expect(text).toContain(part.text);
    for (const card of cards.filter(({ id }) => agenda.some(({ kpi }) => kpi === id))) {
      expect(text).toContain(card.verdict);
      expect(text).toContain(card.counted);
      for (const { title } of card.months) expect(text).toContain(title);
    }
    await context.close();
  });

  it.each([1280, 375])(
    'is painted without a question to the API, and nothing moves when its charts come (%i px)',
    async (width) => {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      page.on('console', (message) => complaints.push(message.text()));
      await page.addInitScript(() => {
        const moves: string[] = [];
        Object.assign(window, { moves });
        new PerformanceObserver((list) => list.getEntries().forEach((move) => moves.push(JSON.stringify(move)))).observe({
          type: 'layout-shift',
          buffered: true,
        });
      });
      await page.goto(server.url);
      await page.locator('[data-drawn=true]').first().waitFor();
      await page.waitForLoadState('networkidle');
      for (const card of await page.locator('article.card').all()) {
        await card.scrollIntoViewIfNeeded();
        await card.locator('[data-drawn=true]').first().waitFor();
      }
      expect(await page.evaluate('moves')).toEqual([]);
      expect(asked.filter((path) => path.startsWith('/api/'))).toEqual([]);
      const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity);
      const charts = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.includes('/charts-'))
          .map(({ startTime }) => startTime),
      );
      expect(charts).toHaveLength(1);
      expect(Math.min(...charts)).toBeGreaterThan(painted);
      await context.close();
    },
  );

  it('switches scope by mouse, keeps it in the address, and goes back', async () => {
    const page = await open('/');
    await reviewReady(page);
    await page.getByRole('button', { name: /Scope/ }).click();
    await page.getByRole('option', { name: 'Payments', exact: true }).click();
    await page.waitForURL(/scope=team(:|%3A)payments/);
    await page.getByRole('heading', { level: 1, name: /Payments/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: /All teams/ }).waitFor();
    await page.context().close();
  });

  it('finds a service by typing in the scope switch', async () => {
    const page = await open('/');
    await reviewReady(page);
    await page.keyboard.press('s');
    await page.getByRole('combobox', { name: 'Find a team or service' }).fill('ledger');
    await page.keyboard.press('Enter');
    await page.waitForURL(/scope=service(:|%3A)ledger/);
    await page.getByRole('heading', { level: 1, name: /Ledger/ }).waitFor();
    await page.context().close();
  });

  it('goes from week to week by key and by link, and back', async () => {
    const page = await open('/');
    await reviewReady(page);
    await page.keyboard.press('[');
    await page.waitForURL(/2026-W45/);
    await page.getByRole('heading', { level: 1, name: /Week 45/ }).waitFor();
    await page.getByRole('link', { name: 'Previous week' }).click();
    await page.getByRole('heading', { level: 1, name: /Week 44/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: /Week 45/ }).waitFor();
    await page.keyboard.press(']');
    await page.getByRole('heading', { level: 1, name: /Week 46/ }).waitFor();
    await page.context().close();
  });

  it('walks the agenda by key and opens what stands behind a number; its list gives the headline count', async () => {
    const { agenda, cards } = await review();
    const index = agenda.findIndex((item) => item.kpi === 'time-to-restore');
    const card = cards.find(({ id }) => id === 'time-to-restore');
    const page = await open('/');
    await reviewReady(page);
    const topics = [...new Set(agenda.map((item) => item.kpi ?? `source:${item.source}`))];
    const steps = topics.indexOf('time-to-restore');
    expect(index).toBeGreaterThan(0);
    for (let step = 0; step <= steps; step += 1) await page.keyboard.press('j');
    await page.waitForURL(/time-to-restore/);
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog');
    await dialog.locator('tbody tr').first().waitFor();
    expect(page.url()).toContain('evidence=');
    const text = await dialog.innerText();
    expect(text).toContain(`from ${card?.current.count} counted`);
    expect(text).toContain('this list gives the stored number');
    const left = (card?.exclusions ?? []).reduce((sum, { count }) => sum + count, 0);
    expect(await dialog.locator('tbody tr').count()).toBe((card?.current.count ?? 0) + left);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('evidence=');
    await page.context().close();
  });

  it('opens evidence from a deep link and closes it with the back button', async () => {
    const page = await open('/');
    await reviewReady(page);
    await page.locator('#time-to-restore').getByRole('button', { name: 'Evidence' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('tbody tr').first().waitFor();
    const link = page.url();
    await page.goBack();
    await dialog.waitFor({ state: 'detached' });
    await page.goto(link);
    await page.getByRole('dialog').locator('tbody tr').first().waitFor();
    await page.context().close();
  });

  it('shows the process behaviour chart and the definition by key', async () => {
    const page = await open('/#time-to-restore');
    await reviewReady(page);
    await page.keyboard.press('x');
    await page.getByRole('region', { name: /process behaviour/ }).waitFor();
    await page.keyboard.press('d');
    await page.getByRole('region', { name: /definition/ }).waitFor();
    await page.context().close();
  });

  it('hides what a small team bore, and says so instead of 0', async () => {
    const { cards } = await review(LAST_WEEK, 'team:payments');
    const personal = cards.find(({ id }) => id === 'interruptions-per-12h' || id === 'disrupted-hours');
    expect(personal?.current).toMatchObject({ value: null, emptiness: 'hidden' });
    const page = await open(`/review/${LAST_WEEK}?scope=team:payments#${personal?.id ?? ''}`);
    await page.locator(`[id="${personal?.id ?? ''}"]`).waitFor();
    expect(await page.locator(`[id="${personal?.id ?? ''}"]`).innerText()).toMatch(/hidden/i);
    const evidence = await fetch(
      `${server.url}/api/v1/snapshots/${encodeURIComponent(`${personal?.id ?? ''}~organisation~${LAST_WEEK}`)}/evidence`,
    );
    expect(await evidence.json()).toMatchObject({ items: [], withheld: expect.any(String) });
    await page.context().close();
  });

  it('explains an address that leads nowhere and links to the latest review', async () => {
    for (const path of ['/review/2026-W99', `/review/${LAST_WEEK}?scope=team:nobody`]) {
      const page = await open(path);
      await page.getByRole('link', { name: /latest review/i }).waitFor();
      expect(await page.locator('main').innerText()).toMatch(/2026-W99|no team "nobody"/);
      await page.context().close();
    }
  });

  it('publishes on request and then says that it is published', async () => {
    const page = await open('/review/2026-W44');
    await reviewReady(page);
    await page.getByRole('button', { name: 'Publish' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Publish/ })
      .click();
    await page
      .getByRole('dialog')
      .getByText(/published|pinned/i)
      .first()
      .waitFor();
    expect((await review('2026-W44')).week.state).toMatch(/published/);
    await page.context().close();
  });

  it('prints as a document: organisation and week on top, no controls, every section unfolded', async () => {
    const page = await open('/');
    await reviewReady(page);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Publish' }).isVisible()).toBe(false);
    expect(await page.locator('.subtitle').innerText()).toMatch(/Weekly review · All teams · Week 46/);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.context().close();
  });
});

describe('the other pages', () => {
  it('lists every definition in words, and finds one', async () => {
    const page = await open('/kpis');
    await page.getByRole('heading', { name: 'Time to restore service' }).waitFor();
    await page
      .getByRole('searchbox')
      .or(page.getByPlaceholder(/Search/))
      .first()
      .fill('queue age');
    await page.getByRole('heading', { name: 'Queue age' }).first().waitFor();
    await page.getByRole('heading', { name: 'Time to restore service' }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('says of each source how fresh it is, and why the stale one is', async () => {
    const page = await open('/sources');
    await page.getByRole('heading', { name: 'Customer satisfaction feed' }).waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/7 .*fresh|fresh/);
    expect(text).toMatch(/401/);
    expect(text).toMatch(/knows everything until/);
    await page.context().close();
  });
});

const ORDER = [
  'signal against us',
  'target missed',
  'restated',
  'overdue action',
  'stale source',
  'broken definition',
  'changed',
  'win',
];
const order = (reason: string): number => ORDER.indexOf(reason);
