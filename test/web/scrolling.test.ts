import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrollThrough } from '../../scripts/bench/scrolling.ts';
import { openScreen, type Screen } from './browser.ts';

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
});
