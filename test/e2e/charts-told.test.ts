/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { readServer } from './demo-server.ts';
import { LAST_WEEK } from './demo-week.ts';
import { shownPage } from './shown-page.ts';
import { KPI, REVIEW, ROOMS, type Shown } from './surface-states.ts';

let server: { readonly url: string };
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([readServer(), launchBrowser()]);
}, 900_000);
afterAll(async () => browser?.close());

/** Each picture: what is said in its place, and how many lines the table has that stands with it. */
const picturesOf = (page: Page): Promise<{ label: string; lines: number }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('main svg[role=img], main .chart[role=group]')].map((picture) => {
      let holder = picture.parentElement;
      while (holder !== null && holder.querySelector('table tbody tr') === null && !holder.matches('article, section, figure'))
        holder = holder.parentElement;
      return {
        label: picture.getAttribute('aria-label') ?? '',
        lines: holder?.querySelectorAll('table tbody tr').length ?? 0,
      };
    }),
  );

/** Every table that is folded away, opened with the keyboard; gives how many there were. */
async function unfoldByKey(page: Page): Promise<number> {
  const summaries = page.locator('main details:has(table) > summary:visible');
  const count = await summaries.count();
  for (let index = 0; index < count; index += 1) {
    const summary = summaries.nth(index);
    const table = summary.locator('xpath=..').locator('table').first();
    if (await table.isVisible()) continue;
    await summary.focus();
    await page.keyboard.press('Enter');
    await table.waitFor();
  }
  return count;
}

const named = (list: readonly Shown[], name: string): Shown => {
  const found = list.find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
};

describe('a picture', () => {
  it.each([
    { shown: named(REVIEW, 'all panels of a review'), least: 4 },
    { shown: named(KPI, 'a median'), least: 10 },
    { shown: named(KPI, 'a ratio'), least: 5 },
    { shown: named(KPI, 'a change being tried'), least: 3 },
    { shown: named(ROOMS, 'on-call of all'), least: 8 },
    { shown: named(ROOMS, 'on-call of a team'), least: 4 },
    { shown: named(ROOMS, 'the report'), least: 5 },
  ])('is told in words, and its numbers are a table beside it: $shown.name', async ({ shown, least }) => {
    const page = await shownPage(browser, server.url, shown, []);
    const pictures = await picturesOf(page);
    expect(pictures.length).toBeGreaterThanOrEqual(least);
    expect(pictures.filter(({ label, lines }) => label.length < 20 || lines < 2)).toEqual([]);
    await page.context().close();
  });

  it.each(['/kpi/time-to-restore', '/on-call/organisation', '/report/2026-Q3'])(
    'has its table unfolded with the keyboard: %s',
    async (path) => {
      const every = KPI.find((one) => one.path === path)?.reach;
      const page = await shownPage(
        browser,
        server.url,
        { name: path, path, ...(every === undefined ? {} : { reach: every }) },
        [],
      );
      await page.evaluate(() => document.querySelectorAll('main details').forEach((one) => one.removeAttribute('open')));
      expect(await unfoldByKey(page)).toBeGreaterThan(4);
      await page.context().close();
    },
  );

  it('of a card has its table by a button, and opens the evidence of a point from it', async () => {
    const page = await shownPage(browser, server.url, { name: '', path: `/review/${LAST_WEEK}` }, []);
    const card = page.locator('#time-to-restore');
    await card.getByRole('button', { name: 'Table' }).focus();
    await page.keyboard.press('Enter');
    const row = card
      .getByRole('table', { name: /six weeks|twelve months|points/i })
      .getByRole('button')
      .last();
    await row.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('tbody tr').first().waitFor();
    await page.context().close();
  });
});
