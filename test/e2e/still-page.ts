/// <reference lib="dom" />
import type { Browser } from 'playwright-core';

/** A reader scrolls by less than a screen at a time; charts and sections begin to come this far below it. */
const STEP = 400;
const AHEAD = 500;

/** What moved while the page came and was scrolled through, other than by whoever reads: what browsers count as a shift. */
export async function movesOf(browser: Browser, address: string, width: number): Promise<string[]> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const moves: string[] = [];
    Object.assign(window, { moves });
    interface Shift extends PerformanceEntry {
      readonly value: number;
      readonly hadRecentInput: boolean;
      readonly sources: readonly { readonly node: Node | null; readonly previousRect: DOMRect; readonly currentRect: DOMRect }[];
    }
    const watch = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { hadRecentInput, sources, value } = entry as Shift;
        if (hadRecentInput) continue;
        const nodes = sources.map(({ node, previousRect, currentRect }) => {
          const name = node instanceof Element ? `${node.tagName} ${node.className} ${node.id}` : String(node?.nodeName);
          return `${name} from ${Math.round(previousRect.y)} to ${Math.round(currentRect.y)}`;
        });
        moves.push(`${value.toFixed(4)}: ${nodes.join('; ')}`);
      }
    });
    watch.observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(address);
  await page.locator('#app[data-live]').waitFor();
  const arrived = (): Promise<unknown> =>
    page.waitForFunction((ahead) => {
      const isNear = (one: Element): boolean => {
        const { top, bottom, height } = one.getBoundingClientRect();
        return height > 0 && bottom > 0 && top < window.innerHeight + ahead;
      };
      return ![...document.querySelectorAll('.skeleton, .chart[data-drawn=false]')].some(isNear);
    }, AHEAD);
  await arrived();
  const end = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
  for (let y = 0; y < (await end()); y += STEP) {
    await page.evaluate((top) => window.scrollTo({ top, behavior: 'instant' }), y);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await arrived();
  }
  const moves = await page.evaluate(() => (window as unknown as { moves: string[] }).moves);
  await context.close();
  return moves;
}
