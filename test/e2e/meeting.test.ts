/// <reference lib="dom" />
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Review } from '../../server/api/contract.ts';
import { launchBrowser } from './browser.ts';
import { demoServer, type DemoServer } from './demo-server.ts';
import { LAST_WEEK, NOW } from './demo-week.ts';
import { violationsOf, watchedPage } from './watched-page.ts';

/** The demo organisation with one more source: a desk whose tickets come as a file, and late. */
const DESK = `  - id: partner-desk
    name: Partner desk
    type: files
    stale_after: 8 days
    files:
      - path: partner-desk.csv
        gives: ticket
        item: id
        complete: when read
        fields: { team: team }
        instants: { opened: opened, resolved: resolved }
`;
const HEADER = 'id,team,opened,resolved\n';
const EARLY = 'H-1,support,2024-01-08T09:00:00Z,2024-01-08T11:00:00Z\n';
const LATE = ['H-2', 'H-3', 'H-4'].map((id) => `${id},support,2026-11-11T09:00:00Z,2026-11-11T12:00:00Z\n`).join('');
const WEEK_MS = 7 * 86_400_000;

let server: DemoServer;
let browser: Browser;
let folder: string;
let now = NOW;
const complaints: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quarterdeck-meeting-'));
  cpSync(fileURLToPath(new URL('../../kpis', import.meta.url)), join(folder, 'kpis'), { recursive: true });
  appendFileSync(join(folder, 'kpis/sources.yaml'), DESK);
  writeFileSync(join(folder, 'kpis/partner-desk.csv'), HEADER + EARLY);
  [server, browser] = await Promise.all([demoServer({ clock: () => now, kpiFolder: join(folder, 'kpis') }), launchBrowser()]);
}, 900_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const review = async (week: string): Promise<Review> =>
  (await fetch(`${server.url}/api/v1/reviews/${week}`)).json() as Promise<Review>;

/** Tab, until what has the focus is what is looked for: nothing here is clicked. */
async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The keyboard does not reach ${selector}`);
}

const anchorOf = (page: Page): string => new URL(page.url()).hash.slice(1);
/** Something was saved, and the page shows the review with it. */
const shows = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();

describe('a weekly review, from the first item to the restatement a week later', () => {
  it('is run with the keyboard alone by somebody who never saw it', async () => {
    const page = await watchedPage(browser, server.url, complaints);
    await page.locator('article.card').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);

    // The agenda says what takes how long, and it sums to the meeting.
    const minutes = await page.locator('nav.agenda a .minutes').allInnerTexts();
    const rest = await page.locator('nav.agenda .fold').last().innerText();
    const [opening = 0, closing = 0, length = 0] = (rest.match(/\d+/g) ?? []).map(Number);
    expect(minutes.reduce((sum, text) => sum + Number.parseInt(text, 10), opening + closing)).toBe(length);

    // What was agreed before stands with what became of it.
    expect(await page.locator('#time-to-restore').innerText()).toMatch(/overdue action.*weeks? overdue/s);
    const before = await review(LAST_WEEK);
    const failing = before.cards.find(({ id }) => id === 'change-failure-rate');
    expect(failing?.actions[0]?.verdict?.text).toMatch(/^Shifted from 1\d% to \d(\.\d)?% after .*: worked\.$/);

    await page.keyboard.press('p');
    await page.getByRole('group', { name: 'Presenting' }).waitFor();
    const topics = Number((await page.getByRole('group', { name: 'Presenting' }).innerText()).match(/of (\d+)/)?.[1]);
    const seen: string[] = [];
    for (let index = 0; index < topics; index += 1) {
      const anchor = anchorOf(page);
      seen.push(anchor);
      await page.locator(`[id="${anchor}"]`).waitFor();
      expect(await page.locator('article.card, article.notice').count()).toBe(1);
      if (index === 0 || anchor === 'time-to-restore') expect(await violationsOf(page), anchor).toEqual([]);
      if (await page.locator(`[id="${anchor}"] .missing`).isVisible()) {
        await page.keyboard.press('c');
        await page.keyboard.type(`What happened to **${anchor}**: settlement retries at night.`);
        if (index === 0) {
          await page.keyboard.press('Tab');
          await page.keyboard.type('Service Operations');
          await page.keyboard.press('Shift+Tab');
        }
        await page.keyboard.press('Control+Enter');
        await shows(page, 'settlement retries at night.');
      }
      if (anchor === 'time-to-restore') await agreeAndNote(page);
      await page.keyboard.press('ArrowRight');
    }
    expect(new Set(seen).size).toBe(topics);

    // The last screen: what was agreed, nothing unexplained, and the publication.
    await page.locator('#summing-up').waitFor();
    await shows(page, 'Everything that asks for an explanation has one');
    expect(await page.locator('#summing-up').innerText()).toContain('Write the failover runbook anew');
    expect(await violationsOf(page)).toEqual([]);
    await tabTo(page, '#summing-up .publish button');
    await page.keyboard.press('Enter');
    await tabTo(page, 'dialog .button.strong');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Published.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByRole('group', { name: 'Presenting' }).waitFor({ state: 'detached' });
    await page.locator('.state', { hasText: 'published' }).waitFor();
    const told = await (await fetch(`${server.url}/api/v1/reviews/${LAST_WEEK}/minutes`)).text();
    expect(told).toContain('What happened to **time-to-restore**');
    expect(told).toContain('Write the failover runbook anew');

    // What was published settles when all behind it were read again; a week later the demo's own sources are, too.
    const pull = (id: string) => fetch(`${server.url}/api/v1/sources/${id}/pulls`, { method: 'POST' });
    now = NOW + WEEK_MS / 2;
    for (const id of ['tickets', 'partner-desk']) await pull(id);
    now = NOW + WEEK_MS;
    for (const id of ['incidents', 'tickets', 'paging', 'shifts']) await pull(id);
    // Then comes the desk's file, late, and is asked for by hand.
    appendFileSync(join(folder, 'kpis/partner-desk.csv'), LATE);
    await tabTo(page, 'nav a[href="/sources"]', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.locator('article#partner-desk').waitFor();
    await tabTo(page, '#partner-desk button');
    await page.keyboard.press('Enter');
    await page.locator('#partner-desk button:not([disabled])', { hasText: 'Pull now' }).waitFor();
    await tabTo(page, 'nav a[href="/"]', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Week 47/ }).waitFor();

    // Next week: old, new, the cause and the items; last week's words beside it.
    for (let press = 0; press < 60 && anchorOf(page) !== 'arrivals'; press += 1) {
      await page.keyboard.press('j');
      await page.waitForFunction(() => window.location.hash !== '');
    }
    expect(anchorOf(page)).toBe('arrivals');
    const next = await review('2026-W47');
    const restated = next.cards.find(({ id }) => id === 'arrivals')?.revisions.find(({ period }) => period === LAST_WEEK);
    expect(restated).toMatchObject({ causes: ['late'], moved: 3 });
    expect(Number(restated?.after)).toBe(Number(restated?.before) + 3);
    await tabTo(page, '#arrivals .restated button');
    await page.keyboard.press('Enter');
    const table = page.locator('#arrivals .moved tbody');
    await table.locator('tr').first().waitFor();
    expect((await table.locator('tr').allInnerTexts()).toSorted()).toEqual(
      ['H-2', 'H-3', 'H-4'].map((id) => expect.stringMatching(new RegExp(`${id}.*not known.*counted`, 's')) as unknown),
    );
    expect(await violationsOf(page)).toEqual([]);
    const spoken = next.cards.flatMap(({ comments }) => comments).filter(({ text }) => text.includes('settlement retries'));
    expect(spoken.map(({ when }) => when)).toContain('last week');
    expect(complaints).toEqual([]);
    await page.context().close();
    // An hour's meeting and a week after it.
  }, 600_000);

  it('draws hostile words as text: nothing runs, and no link leads elsewhere than to the web or mail', async () => {
    const text = [
      '<img src=x onerror=alert(1)><script>alert(2)</script>',
      '[run](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>) [file](file:///etc/passwd) [fine](https://example.com/)',
      '![picture](https://example.com/spy.png) <svg onload=alert(5)>',
    ].join('\n\n');
    await fetch(`${server.url}/api/v1/comments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kpi: 'noise', period: LAST_WEEK, author: '<b>Team</b>', body: { text, point: null } }),
    });
    const asked: string[] = [];
    const page = await watchedPage(browser, `${server.url}/review/${LAST_WEEK}#noise`, complaints);
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await page.locator('#app[data-live]').waitFor();
    const comments = page.locator('#noise .comments');
    expect(await comments.innerText()).toContain('<img src=x onerror=alert(1)>');
    expect(await comments.locator('img, script, svg, b').count()).toBe(0);
    expect(await comments.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.com/',
    ]);
    expect(asked.filter((url) => !url.startsWith(server.url))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

/** An action, a decision, and a comment on one point, all without leaving what is presented. */
async function agreeAndNote(page: Page): Promise<void> {
  await page.keyboard.press('a');
  await tabTo(page, 'dialog input.wide');
  await page.keyboard.type('Write the failover runbook anew');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Payments');
  await page.keyboard.press('Tab');
  await page.keyboard.type('12042026');
  await tabTo(page, 'dialog input.short');
  await page.keyboard.type('4 hours');
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await shows(page, 'Write the failover runbook anew');

  await page.keyboard.press('n');
  await tabTo(page, 'dialog input.wide');
  await page.keyboard.type('Failover rehearsed once a month from now on');
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('#time-to-restore .notes', { hasText: 'rehearsed once a month' }).waitFor();

  await tabTo(page, '#time-to-restore .point');
  await page.keyboard.press('Home');
  await page.keyboard.press('c');
  await page.keyboard.type('The week in which severity was set anew.');
  await page.keyboard.press('Control+Enter');
  await page.locator('#time-to-restore .comments', { hasText: /severity was set anew.*on Week 41/s }).waitFor();
}
