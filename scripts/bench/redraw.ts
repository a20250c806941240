import { fileURLToPath } from 'node:url';
import { buildServer } from '../../server/api/server.ts';
import type { Engine } from '../../server/jobs/engine.ts';
import { launchBrowser } from '../../test/e2e/browser.ts';
import { buildWeb } from '../build.ts';

const WEB = fileURLToPath(new URL('../../.dist/web', import.meta.url));

/**
 * Runs in the page, which knows no types of ours: when something was typed last or the key pressed that asks at once, and from
 * then on when the server was asked, when its answer was there, and when the picture that followed was painted.
 */
const WATCH = `new Promise((resolve) => {
  let from = 0;
  const typed = (event) => { if (event.type === 'input' || event.key === 'Enter') from = event.timeStamp; };
  addEventListener('keydown', typed, { capture: true });
  addEventListener('input', typed, { capture: true });
  performance.clearResourceTimings();
  const told = () => {
    const asked = performance.getEntriesByType('resource').findLast(({ name }) => name.endsWith('/kpis/preview'));
    resolve({ asked: asked.startTime - from, answered: asked.responseEnd - from, painted: performance.now() - from });
  };
  new MutationObserver((_changes, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(told));
  }).observe(document.querySelector('.try path.new'), { attributes: true, attributeFilter: ['d'] });
})`;

/** Of one dry run, milliseconds since the key. */
export interface Redrawn {
  readonly asked: number;
  readonly answered: number;
  readonly painted: number;
}

/** Asked for with the key that asks at once, and by itself once the keys rest. */
export interface RedrawTimes {
  readonly atOnce: readonly Redrawn[];
  readonly byItself: readonly Redrawn[];
}

/** From the key to the picture of a dry run of one text after the other, in a real browser; the first ones warm up. */
export async function redrawTimes(
  engine: Engine,
  kpi: string,
  texts: readonly string[],
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<RedrawTimes> {
  await buildWeb();
  const app = await buildServer({ engine, webFolder: WEB, logLevel: 'silent', version: 'bench' });
  const browser = await launchBrowser();
  try {
    const root = await app.listen({ host: '127.0.0.1', port: 0 });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${root}/kpi/${kpi}?try`);
    await page.locator('.try path.new').first().waitFor({ timeout: 120_000 });
    const times: Record<keyof RedrawTimes, Redrawn[]> = { atOnce: [], byItself: [] };
    let nth = 0;
    for (let round = -warmUp; round < rounds; round += 1)
      for (const way of ['atOnce', 'byItself'] as const) {
        const drawn: Promise<unknown> = page.evaluate(WATCH);
        await page.locator('.try textarea').fill(texts[(nth += 1) % texts.length] ?? '');
        if (way === 'atOnce') await page.keyboard.press('Control+Enter');
        const told = await drawn;
        if (!isRedrawn(told)) throw new Error('the browser tells no times');
        if (round >= 0) times[way].push(told);
      }
    return times;
  } finally {
    await browser.close();
    await app.close();
  }
}

const isRedrawn = (told: unknown): told is Redrawn =>
  typeof told === 'object' && told !== null && 'asked' in told && 'answered' in told && 'painted' in told;
