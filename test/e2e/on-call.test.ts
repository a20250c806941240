/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OnCallHealth } from '../../server/api/contract.ts';
import { launchBrowser } from './browser.ts';
import { readServer } from './demo-server.ts';
import { watchedPage } from './watched-page.ts';

let server: { readonly url: string };
let browser: Browser;
let complaints: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([readServer(), launchBrowser()]);
}, 900_000);
afterAll(async () => browser?.close());
afterEach(() => {
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

const health = async (team: string): Promise<OnCallHealth> =>
  (await fetch(`${server.url}/api/v1/on-call/${team}`)).json() as Promise<OnCallHealth>;
const open = async (path: string, width = 1280): Promise<Page> => {
  const page = await watchedPage(browser, server.url + path, complaints, { viewport: { width, height: 900 } });
  await page.locator('section.verdict').waitFor();
  return page;
};
const pathOf = (page: Page): string => new URL(page.url()).pathname + new URL(page.url()).search;

describe('the on-call page', () => {
  it.each([1280, 375])(
    'tells the overload of Payments in its first sentence, before anything is scrolled (%i px)',
    async (width) => {
      const page = await open('/on-call/payments', width);
      expect(await page.locator('h1').innerText()).toContain('Payments');
      const first = page.locator('section.verdict p').first();
      const words = await first.innerText();
      // Which way, how much against the last quarter, and how sure: a limit, and since when.
      expect(words).toMatch(/Load is rising: \d+ pages a week, \d+ last quarter/);
      expect(words).toMatch(/\d+ in week 46, above the limit of \d+ for the .* week/);
      const [, now = '0', before = '0'] = /rising: (\d+) pages a week, (\d+)/.exec(words) ?? [];
      expect(Number(now)).toBeGreaterThan(Number(before));
      const box = await first.boundingBox();
      expect(box === null ? Infinity : box.y + box.height).toBeLessThan(900);
      // What it says is what the bars say.
      const { pages } = await health('payments');
      const last = pages?.points.at(-1);
      expect(words).toContain(`${last?.text.replace(/ pages?$/, '') ?? '?'} in week 46`);
      expect(pages?.beyond).toContain(last?.period);
      expect(await page.locator('section:has(#pages) .number.beyond').last().textContent()).toBe(
        last?.text.replace(/ pages?$/, ''),
      );
      await page.context().close();
    },
  );

  it('says of which alerts the load is made', async () => {
    const page = await open('/on-call/payments');
    const { alerts } = await health('payments');
    const text = await page.locator('section:has(#alerts)').innerText();
    expect(text).toMatch(/loudest of \d+ alerts = \d+% of pages/);
    for (const { key } of alerts?.rows ?? []) expect(text).toContain(key);
    await page.context().close();
  });

  it('opens every page behind a bar by key, keeps that in the address, and gives the focus back', async () => {
    const page = await open('/on-call/payments');
    await page.locator('section:has(#pages) summary').focus();
    await page.keyboard.press('Enter');
    const value = page.locator('section:has(#pages) tbody button').last();
    const told = Number.parseInt(await value.innerText(), 10);
    await value.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('tbody tr').first().waitFor();
    expect(pathOf(page)).toMatch(/evidence=pages~team:payments~2026-W46/);
    expect(await page.getByRole('dialog').locator('tbody tr').count()).toBe(told);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(pathOf(page)).toBe('/on-call/payments');
    expect(await value.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.context().close();
  });

  it('goes from quarter to quarter and from team to team by key, in the address, and back', async () => {
    const page = await open('/on-call/payments');
    await page.keyboard.press('[');
    await page.waitForURL(/period=2026-Q3/);
    await page.getByText('Q3 2026').first().waitFor();
    await page.keyboard.press('s');
    await page.getByRole('combobox').fill('platform');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/on-call\/platform\?period=2026-Q3/);
    await page.locator('h1', { hasText: 'Platform' }).waitFor();
    await page.keyboard.press(']');
    await page.waitForURL(/\/on-call\/platform\?period=2026-Q4/);
    await page.goBack();
    await page.goBack();
    await page.waitForURL(/\/on-call\/payments\?period=2026-Q3/);
    await page.context().close();
  });

  it('says what it hides and why, and shows nothing of it: no bar, no cell, no evidence', async () => {
    const page = await open('/on-call/payments');
    const { hidden, hours } = await health('payments');
    expect(hidden.length).toBeGreaterThan(2);
    const reasons = await page.locator('section:has(#hidden)').innerText();
    for (const { what, why } of hidden) {
      expect(reasons).toContain(what);
      expect(reasons).toContain(why);
    }
    expect(hours.hidden).not.toBeNull();
    const map = page.locator('section:has(#hours)');
    expect(await map.innerText()).toContain(hours.hidden);
    expect(await map.locator('svg').count()).toBe(0);
    await page.goto(`${server.url}/on-call/payments?evidence=broken-nights~team:payments~2026-W46`);
    await page.getByRole('dialog').locator('.withheld').waitFor();
    expect(await page.getByRole('dialog').locator('tbody tr').count()).toBe(0);
    await page.context().close();
  });

  it('is printed without controls, with its pictures and where it comes from', async () => {
    const page = await open('/on-call/payments');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('button:visible, summary:visible, select:visible, nav:visible').count()).toBe(0);
    expect(await page.locator('section:has(#pages) svg').isVisible()).toBe(true);
    expect(await page.locator('footer.print-only').innerText()).toMatch(
      /Payments on-call, Q4 2026.*\/on-call\/payments\?period=2026-Q4/s,
    );
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/MediaBox/g)?.length ?? 0).toBeLessThanOrEqual(6);
    await page.context().close();
  });
});
