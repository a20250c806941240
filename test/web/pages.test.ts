import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf, openScreen, type Screen } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Runs in the page; a text, because the project's tests are typed without a DOM. */
const RUN_AXE = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`;
const FOCUS = 'document.activeElement.id || document.activeElement.textContent.trim()';

let screen: Screen;
beforeAll(async () => {
  screen = await openScreen();
});
afterAll(async () => screen.close());

async function open(path: string, look: { width?: number; dark?: boolean } = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await screen.browser.newContext({
    viewport: { width: look.width ?? 1280, height: 900 },
    colorScheme: look.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(screen.base + path);
  await page.locator('#app[data-live]').waitFor();
  return { page, complaints };
}

const pathOf = (page: Page): string => page.url().slice(screen.base.length);

describe('every page, in every state', () => {
  const states: [what: string, path: string, there: string, look: { width?: number; dark?: boolean }][] = [
    ['the review with its panels open', '/?xmr=noise&definition=noise&table=noise#noise', '#noise [data-drawn=true]', {}],
    ['the review on a phone in the dark', '/', '[data-drawn=true]', { width: 375, dark: true }],
    ['a card of the routine part', '/#availability', '#availability [data-drawn=true]', {}],
    ['the evidence', '/?evidence=time-to-restore~organisation~2026-W46', 'dialog table', { dark: true }],
    ['evidence withheld', '/?evidence=interruptions~organisation~2026-W46', 'dialog .withheld', { width: 375 }],
    ['presenting', '/?present#change-failure-rate', '#change-failure-rate [data-drawn=true]', {}],
    ['the catalogue with broken files', '/kpis', '#queue-age', { width: 375 }],
    ['the sources', '/sources', '#metrics', { dark: true }],
    ['a week that is none', '/review/nonsense', 'text=is not a week', {}],
    ['a scope that is none', '/?scope=team:none', 'text=There is no team none', {}],
    ['a history being prepared', '/review/preparing', 'text=week 61 of 130', {}],
    ['a page that is none', '/nowhere', 'text=There is no such page', {}],
  ];
  it.each(states)('%s has no axe violation, breaks no policy and fits its width', async (_what, path, there, look) => {
    const { page, complaints } = await open(path, look);
    await page.locator(there).first().waitFor();
    await page.evaluate(axe);
    expect(await page.evaluate(RUN_AXE)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('a card', () => {
  it('says that its number is at risk, and nothing where it is not', async () => {
    const { page } = await open('/');
    await page.locator('#time-to-restore').waitFor();
    expect(await page.locator('#time-to-restore .at-risk').innerText()).toBe(
      'At risk since week 46: a signal against us. Runbook: runbooks/restore.md. Escalate to Head of Operations.',
    );
    expect(await page.locator('.at-risk').count()).toBe(1);
    await page.context().close();
  });
});

describe('the review by keyboard', () => {
  it('walks the agenda, opens and closes what belongs to a KPI, and says so in the address', async () => {
    const { page } = await open('/');
    await page.locator('#noise').waitFor();
    await page.keyboard.press('j');
    await page.waitForURL('**/#time-to-restore');
    await page.keyboard.press('j');
    await page.waitForURL('**/#queue-age');
    await expect.poll(async () => page.evaluate(FOCUS)).toBe('queue-age');
    await page.keyboard.press('x');
    await page.getByText('Process behaviour', { exact: true }).waitFor();
    expect(pathOf(page)).toBe('/?xmr=queue-age#queue-age');
    await page.keyboard.press('e');
    await page.locator('dialog table').first().waitFor();
    expect(pathOf(page)).toContain('evidence=queue-age~organisation~2026-W46');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(pathOf(page)).toBe('/?xmr=queue-age#queue-age');
    await page.context().close();
  });

  it('goes from point to point with arrows, opens the evidence of that period, and comes back to the point', async () => {
    const { page } = await open('/');
    await page.locator('#time-to-restore [data-slot="17"]').first().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor();
    expect(pathOf(page)).toContain('evidence=time-to-restore~organisation~2026-W42');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.dataset.slot')).toBe('1');
    await page.context().close();
  });

  it('changes week and scope, and the back button undoes both', async () => {
    const { page } = await open('/');
    await page.locator('#noise').waitFor();
    await page.keyboard.press('[');
    await page.getByText('Week 45').first().waitFor();
    await page.keyboard.press('s');
    await page.keyboard.type('ledg');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/review/2026-W45?scope=service:ledger');
    await page.goBack();
    await page.waitForURL('**/review/2026-W45');
    await page.goBack();
    await page.getByText('Week 46').first().waitFor();
    expect(pathOf(page)).toBe('/');
    await page.context().close();
  });

  it('presents one item a screen, and leaves single keys alone where they are turned off', async () => {
    const { page } = await open('/');
    await page.locator('#noise').waitFor();
    await page.keyboard.press('p');
    await page.getByText('1 of 7').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('2 of 7').waitFor();
    expect(await page.locator('article').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.locator('#noise').waitFor();
    expect(pathOf(page)).toBe('/#queue-age');
    await page.keyboard.press('?');
    await page.getByLabel('Single-key shortcuts').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    expect(pathOf(page)).toBe('/#queue-age');
    await page.context().close();
  });
});

describe('paper', () => {
  it('has every chart drawn, routine as tables, and no control', async () => {
    const { page, complaints } = await open('/', { dark: true });
    await page.locator('[data-drawn=true]').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    await expect.poll(async () => page.locator('article [data-drawn=true]').count()).toBe(6);
    expect(
      await page
        .locator('button:visible')
        .filter({ hasNotText: /acknowledge|depth|Interruptions|Availability/ })
        .count(),
    ).toBe(0);
    expect(await page.locator('#routine table:visible').count()).toBe(4);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ preferCSSPageSize: true })).byteLength).toBeGreaterThan(50_000);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
