import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, type ApiHouse } from '../api/api-house.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { complaintsOf } from './browser.ts';
import { drawing, WEB } from './drawing.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Runs in the page; a text, because the project's tests are typed without a DOM. */
const RUN_AXE = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`;
const SELECTED = `((field) => field.value.slice(field.selectionStart, field.selectionEnd))(document.activeElement)`;
const TOO_WIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** A preview waits for the keys to rest, and for its turn. */
const PATIENT = { timeout: 20_000 };

let house: ApiHouse;
let browser: Browser;
let base: string;
beforeAll(async () => {
  await drawing();
  house = await apiHouse({ webFolder: WEB });
  base = await house.app.listen({ port: 0, host: '127.0.0.1' });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

async function open(path: string, look: { width?: number; dark?: boolean } = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1280, height: 900 },
    colorScheme: look.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(base + path);
  await page.locator('#app[data-live]').waitFor();
  return { page, complaints };
}

const pathOf = (page: Page): string => page.url().slice(base.length);

describe('the page of a KPI in a browser', () => {
  const states: [what: string, path: string, there: string, look: { width?: number; dark?: boolean }][] = [
    ['with all its parts', '/kpi/time-to-restore', '[data-drawn=true]', {}],
    ['in the dark, by value', '/kpi/time-to-restore?items=by-value&view=month', '[data-drawn=true]', { dark: true }],
    ['on a phone, with the dry run open', '/kpi/time-to-restore?try', '.try figure svg', { width: 375 }],
    ['with the dry run open, in the dark', '/kpi/time-to-restore?try', '.try figure svg', { dark: true }],
    ['of what people bore', '/kpi/interruptions', '.withheld', { width: 375 }],
    ['that is none', '/kpi/time-to-restor', "text=Did you mean 'time-to-restore'?", {}],
  ];
  it.each(states)('%s has no axe violation, breaks no policy and fits its width', async (_what, path, there, look) => {
    const { page, complaints } = await open(path, look);
    await page.locator(there).first().waitFor();
    await page.evaluate(axe);
    expect(await page.evaluate(RUN_AXE)).toEqual([]);
    expect(await page.evaluate(TOO_WIDE)).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows notes on the time axis with the sign and the words that the review has, in each view', async () => {
    const write = (kpi: string | null, body: object) =>
      fetch(`${base}/api/v1/annotations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kpi, period: '2026-W44', author: 'Payments', body }),
      });
    await write('time-to-restore', { day: '2026-10-14', type: 'note', text: 'Two sites since' });
    await write(null, { day: '2026-10-28', type: 'decision', text: 'One pager a team' });
    const { page } = await open('/kpi/time-to-restore');
    const history = page.getByRole('region', { name: 'History' });
    const notes = history.getByRole('list', { name: 'Time to restore service: on the time axis' });
    await notes.waitFor();
    expect((await notes.locator('li').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      '1 14 Oct note: Two sites since, Payments Change',
      'A 28 Oct decision: One pager a team, Payments, on all KPIs Change',
    ]);
    const spoken = (words: string) => history.getByRole('button', { name: words });
    expect(await spoken('note: Two sites since').getAttribute('data-period')).toBe('2026-W42');
    expect(await spoken('decision: One pager a team').getAttribute('data-period')).toBe('2026-W44');
    const plain = await open('/kpi/latency?scope=team:search');
    const room = async (at: Page) =>
      (await at.locator('#history').locator('xpath=../..').locator('.chart').boundingBox())?.height ?? 0;
    await plain.page.locator('[data-drawn=true]').first().waitFor();
    expect(await room(page)).toBeGreaterThan(await room(plain.page));
    await history.getByRole('button', { name: 'Months' }).click();
    await expect.poll(() => spoken('note: Two sites since').getAttribute('data-period')).toBe('2026-10');
    await notes.getByRole('button', { name: 'Change the note of 14 Oct' }).click();
    await page.getByRole('dialog').waitFor();
    await page.context().close();
    await plain.page.context().close();
  });

  it('takes a comment and an action by key, and shows them with what was said before', async () => {
    await fetch(`${base}/api/v1/comments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        kpi: 'time-to-restore',
        period: '2026-W40',
        author: 'Service Operations',
        body: { text: 'The runbook was stale.', point: null },
      }),
    });
    const { page, complaints } = await open('/kpi/time-to-restore');
    const talk = page.getByRole('region', { name: 'Said and agreed' });
    await talk.getByText('The runbook was stale.').waitFor();
    expect(await talk.innerText()).toContain('Week 40, 28 Sep – 4 Oct 2026');
    await page.keyboard.press('c');
    await page.keyboard.type('The **new** runbook held.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Payments');
    await page.keyboard.press('Enter');
    await talk.locator('strong', { hasText: 'new' }).waitFor();
    // Escape closes the field and nothing else.
    await page.keyboard.press('c');
    await talk.getByRole('textbox', { name: /^Comment on/ }).waitFor();
    await page.keyboard.press('Escape');
    await talk.getByRole('textbox', { name: /^Comment on/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    const form = page.getByRole('dialog', { name: 'Agree on an action' });
    await form.getByLabel('What is done').fill('Rehearse the failover');
    await form.getByLabel('Owner').fill('Payments');
    await form.getByLabel('Due').fill('2026-12-01');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await talk.getByRole('button', { name: 'Rehearse the failover' }).waitFor();
    expect(await talk.locator('.comments article').allInnerTexts()).toEqual([
      expect.stringMatching(/^The new runbook held\./) as unknown,
      expect.stringMatching(/^The runbook was stale\./) as unknown,
    ]);
    await page.evaluate(axe);
    expect(await page.evaluate(RUN_AXE)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is reached from the catalogue, and keeps what was chosen in its address', async () => {
    const { page } = await open('/kpis');
    await page.getByRole('link', { name: 'Time to restore service' }).click();
    await page.waitForURL('**/kpi/time-to-restore');
    await page.getByRole('button', { name: 'By value' }).click();
    await page.getByRole('combobox', { name: 'by' }).selectOption('service');
    await expect.poll(() => pathOf(page)).toBe('/kpi/time-to-restore?by=service&items=by-value');
    await page.reload();
    await page.getByRole('button', { name: 'By value', pressed: true }).waitFor();
    await page.context().close();
  });

  it('lists the evidence of a chosen period, sorted and filtered, and the back button undoes the choice', async () => {
    const { page } = await open('/kpi/time-to-restore');
    await page.getByText(/^Numbers, all/).click();
    await page.getByRole('button', { name: /^6 h/ }).click();
    await expect.poll(() => pathOf(page)).toBe('/kpi/time-to-restore?period=2026-W42');
    const names = page.locator('section[aria-labelledby=evidence] tbody th');
    await expect.poll(() => names.allInnerTexts()).toEqual(['B']);
    await page.goBack();
    await expect.poll(() => names.allInnerTexts()).toEqual(['D', 'E', 'F']);
    await page.getByRole('button', { name: 'Contributed' }).click();
    await expect.poll(() => names.allInnerTexts()).toEqual(['E', 'D', 'F']);
    await page.getByRole('searchbox', { name: 'Filter the evidence' }).fill('still open');
    await expect.poll(() => names.allInnerTexts()).toEqual(['F']);
    await page.context().close();
  });
});

describe('the dry run', () => {
  const field = (page: Page) => page.getByRole('textbox', { name: /^The file/ });
  const status = (page: Page) => page.locator('.try .status');

  it('says what is wrong with its place, and leads there', async () => {
    const { page } = await open('/kpi/time-to-restore?try');
    const text = await field(page).inputValue();
    await field(page).fill(text.replace('better: lower', 'better: lowr'));
    const place = page.getByRole('button', { name: '8:9' });
    await place.waitFor();
    expect(await page.locator('.try .problems').innerText()).toMatch(/better.*lower/s);
    expect(await page.locator('.gutter .wrong').innerText()).toBe('✕ 8');
    await place.click();
    expect(await page.evaluate(SELECTED)).toBe('lowr');
    await page.context().close();
  });

  it('redraws old against new, names the items that move, and gives the change away as a patch', async () => {
    const { page, complaints } = await open('/kpi/time-to-restore?try');
    await expect.poll(() => status(page).innerText(), PATIENT).not.toMatch(/Working it out/);
    const text = await field(page).inputValue();
    await field(page).fill(text.replace('summarise: median', 'summarise: max'));
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => status(page).innerText(), PATIENT).toMatch(/1 of 12 weeks change/);
    await page
      .locator('.try')
      .getByRole('button', { name: /^Week 45/ })
      .click();
    const row = page.locator('.try tr.chosen td');
    expect(await row.nth(0).innerText()).toBe('4 h');
    expect(await row.nth(1).innerText()).toBe('5 h');
    await page.getByText('The patch', { exact: true }).click();
    expect(await page.locator('.patch pre').innerText()).toMatch(/- {2}summarise: median\n\+ {2}summarise: max\n/);
    expect(complaints).toEqual([]);

    // The draft stays over a reload, and goes with Reset.
    await page.reload();
    await expect.poll(() => field(page).inputValue()).toContain('summarise: max');
    await page.getByRole('button', { name: 'Reset' }).click();
    expect(await field(page).inputValue()).toBe(text);
    await expect.poll(() => page.getByRole('button', { name: 'Copy patch' }).isDisabled()).toBe(true);
    await page.context().close();
  });

  it('asks again while another preview is under way, and shows the newest text only', async () => {
    const { page } = await open('/kpi/time-to-restore?try');
    let refused = 0;
    await page.route('**/api/v1/kpis/preview', async (route) => {
      if (refused >= 2) return route.continue();
      refused += 1;
      return route.fulfill({
        status: 503,
        contentType: 'application/json',
        body: JSON.stringify({ code: 'unavailable', message: 'Another preview is being made.', problems: [] }),
      });
    });
    const text = await field(page).inputValue();
    await field(page).fill(text.replace('summarise: median', 'summarise: min'));
    await field(page).fill(text.replace('summarise: median', 'summarise: max'));
    await expect.poll(() => status(page).innerText(), PATIENT).toMatch(/1 of 12 weeks change/);
    expect(refused).toBe(2);
    await page
      .locator('.try')
      .getByRole('button', { name: /^Week 45/ })
      .click();
    expect(await page.locator('.try tr.chosen td').nth(1).innerText()).toBe('5 h');
    await page.context().close();
  });

  it('of what people bore names no item', async () => {
    const { page } = await open('/kpi/interruptions?try');
    await expect.poll(() => status(page).innerText(), PATIENT).not.toMatch(/Working it out/);
    expect(await page.locator('.try').innerText()).not.toMatch(/person-|P\d/);
    await page.context().close();
  });
});
