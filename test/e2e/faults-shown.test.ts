/// <reference lib="dom" />
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { startChild } from '../../scripts/bench/children.ts';
import { serve, type Serving } from '../../server/main.ts';
import { launchBrowser } from './browser.ts';
import { readServer } from './demo-server.ts';
import { LAST_WEEK, NOW } from './demo-week.ts';
import { faultsOf } from './measured-page.ts';
import { smallDisk } from '../store/small-disk.ts';
import { watchedPage } from './watched-page.ts';

/** What goes wrong, as whoever reads sees it: what it is, what to do, and what they typed is still there. */
const PACK = fileURLToPath(new URL('../../kpis', import.meta.url));

/** A page looks again whether things can be stored within this. */
const LOOKS_AGAIN_MS = 21_000;

let server: { readonly url: string };
let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quarterdeck-faults-'));
  [server, browser] = await Promise.all([readServer(), launchBrowser()]);
}, 900_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (path: string, url = server.url): Promise<Page> => watchedPage(browser, url + path, []);
const words = (page: Page): Promise<string> => page.locator('main').innerText();

/** A server on a folder of its own, as it is at once: nothing is waited for. */
async function newServer(name: string, kpiFolder: string): Promise<Serving> {
  const config = readConfig({
    QUARTERDECK_DATA: resolve(folder, name),
    QUARTERDECK_KPIS: kpiFolder,
    QUARTERDECK_PORT: '0',
    LOG_LEVEL: 'silent',
  });
  return serve(
    config,
    () => NOW,
    () => undefined,
  );
}

function bareOrganisation(kpiFolder: string): void {
  mkdirSync(kpiFolder);
  writeFileSync(
    join(kpiFolder, 'organisation.yaml'),
    'version: organisation/v1\nname: Bare\nzone: Europe/Berlin\nteams:\n  one: { name: One }\n',
  );
  writeFileSync(join(kpiFolder, 'sources.yaml'), 'version: sources/v1\nsources: []\n');
}

describe('an address that leads nowhere', () => {
  it.each([
    ['/nowhere', 'There is no such page', 'The latest weekly review'],
    ['/review/2026-W99', '2026-W99', 'The latest review'],
    ['/review/2031-W10', '2031-W10 has not begun yet', 'The latest review'],
    [`/review/${LAST_WEEK}?scope=team:nobody`, 'There is no team "nobody"', 'The latest review'],
    ['/kpi/nothing', 'There is no KPI "nothing"', 'All KPIs'],
    ['/on-call/nobody', 'There is no team "nobody"', 'On-call of all teams'],
    ['/on-call/Paymets', 'Did you mean "payments"?', 'Go to Payments'],
    ['/review/1999-W10', 'The history begins with week 20, 13–19 May 2024', 'Go to Week 20, 13–19 May 2024'],
    ['/on-call/payments?period=2031-Q1', '2031-Q1 has not begun yet', 'On-call of all teams'],
    ['/report/2026-Q9', '2026-Q9', 'The report of all teams'],
  ])('says what is wrong with it and leads out, in both themes and on a phone: %s', async (path, says, way) => {
    const page = await open(path);
    await page.getByRole('link', { name: way }).waitFor();
    expect(await words(page)).toContain(says);
    // The same address would be answered the same.
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('link', { name: way }).click();
    await page.locator('.trouble, .lost').waitFor({ state: 'detached' });
    await page.context().close();
  });
});

describe('a server that is gone', () => {
  it('leaves what was loaded, says so, and the page goes on by itself when it is back', async () => {
    const page = await open(`/review/${LAST_WEEK}`);
    await page.context().setOffline(true);
    await page.keyboard.press('[');
    await page.getByText('The server does not answer.').waitFor();
    expect(await words(page)).toContain('What you see was loaded before.');
    await page.getByRole('heading', { level: 1, name: /Week 46/ }).waitFor();
    expect(await faultsOf(page, 'main > .lost, main > p.lost')).toEqual([]);
    await page.context().setOffline(false);
    await page.getByRole('heading', { level: 1, name: /Week 45/ }).waitFor();
    await page.getByText('The server does not answer.').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('does not cost what was written: it is kept, also when the page is loaded anew', async () => {
    const page = await open(`/review/${LAST_WEEK}#time-to-restore`);
    await page.locator('#time-to-restore').waitFor();
    await page.keyboard.press('c');
    const area = page.locator('#time-to-restore textarea');
    await page.locator('#time-to-restore form input').fill('Service Operations');
    await area.fill('The failover runbook was stale.');
    await page.context().setOffline(true);
    await area.press('Control+Enter');
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    expect(await area.inputValue()).toBe('The failover runbook was stale.');
    expect(await faultsOf(page, '#time-to-restore')).toEqual([]);
    await page.context().setOffline(false);
    await page.reload();
    await page.locator('#app[data-live]').waitFor();
    await page.keyboard.press('c');
    expect(await area.inputValue()).toBe('The failover runbook was stale.');
    await page.context().close();
  });

  it('is told of where a page was never fetched, with a way to try again', async () => {
    const page = await open(`/review/${LAST_WEEK}`);
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Sources' }).click();
    await page.getByText('What draws this page could not be fetched').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('article.source').first().waitFor();
    await page.context().close();
  });
});

describe('a disk that is full', () => {
  it('is told on top of every page while nothing can be stored, and reading goes on', async () => {
    const disk = smallDisk(12_000);
    // Needs a user who may mount.
    if (disk === null) return;
    onTestFinished(() => disk.close());
    const kpis = join(folder, 'narrow');
    bareOrganisation(kpis);
    const serving = await newServer(join(disk.folder, 'data'), kpis);
    onTestFinished(() => serving.close());
    await serving.isReady;
    const page = await open('/', serving.url);
    // Loaded anew, its timers run by a clock that can be turned.
    await page.clock.install();
    await page.reload();
    await page.locator('#app[data-live]').waitFor();
    disk.fill();
    const said = {
      scope: 'organisation',
      kpi: null,
      period: LAST_WEEK,
      author: 'One',
      body: { text: 'x'.repeat(3000), point: null },
    };
    const refusals: number[] = [];
    for (let times = 0; times < 200 && !refusals.includes(503); times += 1)
      refusals.push(
        (
          await fetch(`${serving.url}/api/v1/comments`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(said),
          })
        ).status,
      );
    expect([...new Set(refusals)]).toContain(503);
    await page.clock.fastForward(LOOKS_AGAIN_MS);
    await page.getByRole('status').getByText('Nothing can be stored at the moment.').waitFor({ timeout: 60_000 });
    expect(await page.locator('.notice').innerText()).toMatch(/The disk .* is full.*Free some space.*can be read/s);
    await page.getByRole('link', { name: 'Sources', exact: true }).click();
    await page.getByText('There are no sources yet').waitFor();
    await page.getByText('Nothing can be stored at the moment.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    disk.free();
    await page.clock.fastForward(LOOKS_AGAIN_MS);
    await page.getByText('Nothing can be stored at the moment.').waitFor({ state: 'detached', timeout: 60_000 });
    await page.context().close();
  });
});

describe('a server that begins', () => {
  it('says that it makes its first history, and goes on by itself', async () => {
    // In a process of its own: what makes a history leaves a browser no time.
    const serving = startChild('../../test/e2e/began-server.ts', [join(folder, 'beginning')], process.env, []);
    const url = String(await serving.hear());
    for (const path of ['/', '/on-call']) {
      const page = await open(path, url);
      await page.getByText('This page goes on by itself.').waitFor();
      expect(await words(page)).toContain('Not ready yet');
      expect(await faultsOf(page), path).toEqual([]);
      await page.context().close();
    }
    await serving.end();
  }, 600_000);
});

describe('an organisation of which nothing is known yet', () => {
  it('says on every page what is missing and where it goes', async () => {
    const kpis = join(folder, 'bare');
    bareOrganisation(kpis);
    const serving = await newServer('bare-data', kpis);
    await serving.isReady;
    for (const [path, says] of [
      ['/', /no KPI files yet/],
      ['/kpis', /no KPI files yet|Put one into the KPI folder/],
      ['/sources', /no sources yet/],
      ['/on-call', /./],
      ['/report', /./],
    ] as const) {
      const page = await open(path, serving.url);
      await page.locator('main h1').first().waitFor();
      await page.locator('.skeleton').waitFor({ state: 'detached' });
      expect(await words(page), path).toMatch(says);
      expect(await faultsOf(page), path).toEqual([]);
      await page.context().close();
    }
    await serving.close();
  });

  it('shows the whole pack without one number before the first measurement, and no zero in their place', async () => {
    const kpis = join(folder, 'unmeasured');
    cpSync(PACK, kpis, { recursive: true });
    writeFileSync(join(kpis, 'sources.yaml'), 'version: sources/v1\nsources: []\n');
    writeFileSync(join(kpis, 'incidents/time-to-restore.yaml'), 'version: kpi/v1\nid: time-to-restore\nname: [\n');
    const serving = await newServer('unmeasured-data', kpis);
    await serving.isReady;
    for (const path of ['/', '/kpi/time-to-detect', '/on-call', '/report', '/kpis']) {
      const page = await open(path, serving.url);
      await page.locator('main h1').first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      expect(await words(page), path).not.toMatch(/\bNaN\b|undefined|null|Infinity/);
      if (path === '/kpis') expect(await words(page)).toMatch(/1 with problems/);
      expect(await faultsOf(page), path).toEqual([]);
      await page.context().close();
    }
    await serving.close();
  });
});
