import { fileURLToPath } from 'node:url';
import { buildServer } from '../../server/api/server.ts';
import type { Engine } from '../../server/jobs/engine.ts';
import { launchBrowser } from '../../test/e2e/browser.ts';
import { buildWeb } from '../build.ts';

const WEB = fileURLToPath(new URL('../../.dist/web', import.meta.url));

/** Runs in the page, which knows no types of ours: notes when the key was pressed, and when the picture that followed was painted. */
const WATCH = `new Promise((resolve) => {
  let pressed = 0;
  addEventListener('keydown', (event) => { if (event.key === 'Enter') pressed = event.timeStamp; }, { capture: true });
  const path = document.querySelector('.try path.new');
  new MutationObserver((_changes, observer) => {
    observer.disconnect();
    requestAnimationFrame((at) => setTimeout(() => resolve(performance.now() - pressed)));
  }).observe(path, { attributes: true, attributeFilter: ['d'] });
})`;

/** Milliseconds from the key that asks for a dry run of each text to its picture, in a real browser; the first visits warm up. */
export async function redrawTimes(
  engine: Engine,
  kpi: string,
  texts: readonly string[],
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<number[]> {
  await buildWeb();
  const app = await buildServer({ engine, webFolder: WEB, logLevel: 'silent', version: 'bench' });
  const browser = await launchBrowser();
  try {
    const root = await app.listen({ host: '127.0.0.1', port: 0 });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${root}/kpi/${kpi}?try`);
    await page.locator('.try path.new').first().waitFor({ timeout: 120_000 });
    const times: number[] = [];
    for (let round = -warmUp; round < rounds; round += 1) {
      const drawn = page.evaluate(WATCH);
      await page.locator('.try textarea').fill(texts[(round + warmUp) % texts.length] ?? '');
      await page.keyboard.press('Control+Enter');
      const ms = Number(await drawn);
      if (round >= 0) times.push(ms);
    }
    return times;
  } finally {
    await browser.close();
    await app.close();
  }
}
