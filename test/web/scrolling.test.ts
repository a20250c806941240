import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrollThrough } from '../../scripts/bench/scrolling.ts';
import { openScreen, type Screen } from './browser.ts';

/** Whether each table that stands beside a chart is laid out. */
const LAID_OUT = `[...document.querySelectorAll('.chart ~ .visually-hidden table')]
  .map((table) => table.checkVisibility({ contentVisibilityAuto: true }))`;

let screen: Screen;
beforeAll(async () => {
  screen = await openScreen();
});
afterAll(async () => screen.close());

async function openReview(): Promise<Page> {
  const page = await screen.browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${screen.base}/`);
  await page.locator('#app[data-live]').waitFor();
  return page;
}

const undrawn = (page: Page): Promise<number> => page.locator('[data-drawn=false]').count();

describe('a review that is longer than the screen', () => {
  it('has all its charts drawn, with the buttons of their points, before anybody scrolls', async () => {
    const page = await openReview();
    await page.locator('[data-drawn=true]').first().waitFor();
    await expect.poll(() => undrawn(page)).toBe(0);
    const last = page.locator('article .chart').last();
    const top = (await last.boundingBox())?.y ?? 0;
    expect(top).toBeGreaterThan(900 + 600);
    expect(await last.locator('button.point').count()).toBeGreaterThan(5);
    expect(await page.evaluate('scrollY')).toBe(0);
    await page.close();
  });

  it('scrolls without waiting for a script where the pointer is over a chart', async () => {
    const page = await openReview();
    await expect.poll(() => undrawn(page)).toBe(0);
    const box = await page.locator('article .chart').first().boundingBox();
    if (box === null) throw new Error('there is no chart');
    const { frames, isFree } = await scrollThrough(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
    expect([frames > 10, isFree]).toEqual([true, true]);
    await page.close();
  });

  it('lays out tables that are only heard after the words are painted, and then tells them to whoever hears them', async () => {
    const page = await screen.browser.newPage({ viewport: { width: 1280, height: 900 } });
    let arrived = (): void => undefined;
    const program = new Promise<void>((resolve) => (arrived = resolve));
    await page.route(/\/assets\/index-.*\.js$/, async (route) => {
      await program;
      await route.continue();
    });
    await page.goto(`${screen.base}/`, { waitUntil: 'commit' });
    await page.locator('#routine').waitFor();
    const before = [await page.evaluate(LAID_OUT)].flat();
    expect([before.length > 3, before.includes(true)]).toEqual([true, false]);
    arrived();
    await page.locator('#app[data-live]').waitFor();
    expect(await page.evaluate(LAID_OUT)).not.toContain(false);
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    // Six weeks and twelve months of each card at the least.
    expect(nodes.filter(({ ignored, role }) => !ignored && role?.value === 'row').length).toBeGreaterThan(18 * before.length);
    await page.close();
  });
});
