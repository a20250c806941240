import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHouse, HOST, type ApiHouse } from '../api/api-house.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { complaintsOf } from './browser.ts';
import { drawing, WEB } from './drawing.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`;
/** Where the focus is. */
const FOCUSED = `document.activeElement?.id ?? ''`;

let house: ApiHouse;
let browser: Browser;
let base: string;
beforeAll(async () => {
  await drawing();
  house = await apiHouse({ webFolder: WEB });
  // What is overdue comes back on the agenda, so there is something to walk through.
  for (const kpi of ['time-to-restore', 'pages'])
    await write('POST', 'actions', {
      kpi,
      period: '2026-W44',
      author: 'Service Operations',
      body: {
        title: 'Rehearse it',
        owner: 'Payments',
        due: '2026-11-02',
        expected: null,
        state: 'open',
        closedOn: null,
        note: '',
      },
    });
  base = await house.app.listen({ port: 0, host: '127.0.0.1' });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

async function write(method: 'POST' | 'PUT', path: string, body: unknown): Promise<{ readonly id: number }> {
  const headers = { host: HOST, 'content-type': 'application/json' };
  const answer = await house.app.inject({ method, url: `/api/v1/${path}`, headers, payload: JSON.stringify(body) });
  expect(answer.statusCode).toBeLessThan(300);
  return answer.json<{ id: number }>();
}

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

async function open(path: string, script?: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  if (script !== undefined) await page.addInitScript(script);
  await page.goto(base + path);
  await page.locator('article').first().waitFor();
  return { page, complaints };
}

const bar = (page: Page) => page.getByRole('group', { name: 'Presenting' });
const field = (page: Page) => page.getByRole('textbox', { name: /^Comment on/ });
const behaviour = (page: Page) => page.getByRole('region', { name: /process behaviour/ });
const timer = (page: Page, name: string) => page.getByRole('timer', { name });
const gone = { state: 'detached' } as const;

describe('a review that is presented', () => {
  it('is left by Escape from the inside out: the field, the panels, presenting', async () => {
    const { page, complaints } = await open('/review/2026-W45?present#time-to-restore');
    await bar(page).waitFor();
    await page.keyboard.press('x');
    await behaviour(page).waitFor();
    await page.keyboard.press('c');
    await page.keyboard.type('Half a thought');
    // Out of the text into the name beside it: the field is still what is innermost.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await field(page).waitFor(gone);
    expect(await page.evaluate(FOCUSED)).toBe('time-to-restore');
    expect(await behaviour(page).isVisible()).toBe(true);
    // What was typed is there when the field is opened again.
    await page.keyboard.press('c');
    expect(await field(page).inputValue()).toBe('Half a thought');
    await page.keyboard.press('Escape');
    await field(page).waitFor(gone);
    expect(await behaviour(page).isVisible()).toBe(true);
    // A dialog is closed by itself.
    await page.keyboard.press('a');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor(gone);
    expect(await behaviour(page).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await behaviour(page).waitFor(gone);
    expect(await bar(page).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await bar(page).waitFor(gone);
    expect(page.url()).not.toContain('present');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows a field whole, above the bar, where it would stand behind it', async () => {
    const { page } = await open('/review/2026-W45?present#time-to-restore');
    await page.setViewportSize({ width: 1280, height: 2000 });
    await page.keyboard.press('c');
    await field(page).waitFor();
    const box = await field(page).boundingBox();
    await page.keyboard.press('Escape');
    await field(page).waitFor(gone);
    // On the screen by its coordinates, so that the browser alone sees no reason to move.
    await page.setViewportSize({ width: 1280, height: Math.ceil((box?.y ?? 0) + (box?.height ?? 0)) + 8 });
    await page.keyboard.press('c');
    await field(page).waitFor();
    const top = async (): Promise<number> => (await bar(page).boundingBox())?.y ?? 0;
    const end = async (): Promise<number> => {
      const box = await page.getByRole('button', { name: /^Save/ }).boundingBox();
      return box === null ? Infinity : box.y + box.height;
    };
    await expect.poll(async () => (await end()) <= (await top())).toBe(true);
    expect((await field(page).boundingBox())?.y ?? -1).toBeGreaterThan(0);
    await page.context().close();
  });

  it('keeps its bar in one line on a phone', async () => {
    const { page } = await open('/review/2026-W45?present&minutes=60#time-to-restore');
    await page.setViewportSize({ width: 375, height: 800 });
    const boxes = await bar(page).getByRole('button').all();
    const tops = await Promise.all(boxes.map(async (button) => Math.round((await button.boundingBox())?.y ?? 0)));
    expect(new Set(tops).size).toBe(1);
    await page.context().close();
  });

  it('runs two clocks, of the item and of the meeting, and says in words when either is up', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.clock.install({ time: new Date('2026-11-12T09:00:00Z') });
    await page.goto(`${base}/review/2026-W45?present&minutes=30#time-to-restore`);
    await bar(page).waitFor();
    await page.clock.pauseAt(new Date('2026-11-12T10:00:00Z'));
    await page.reload();
    await bar(page).waitFor();
    const left = async (name: string): Promise<number> => {
      const [, over = '', minutes, seconds] = /(\+?)(\d+):(\d+)/.exec(await timer(page, name).innerText()) ?? [];
      return (Number(minutes) * 60 + Number(seconds)) * (over === '' ? 1 : -1);
    };
    const both = async (): Promise<number[]> => [await left('Left for this item'), await left('Left of the meeting')];
    const [item = 0, meeting = 0] = await both();
    expect(meeting).toBe(30 * 60);
    expect(item).toBeGreaterThan(0);
    await page.clock.runFor(60_000);
    await expect.poll(both).toEqual([item - 60, meeting - 60]);
    // Another item has its own time; going back, the first goes on from where it was left.
    await page.keyboard.press('ArrowRight');
    await page.clock.runFor(30_000);
    await expect.poll(() => left('Left of the meeting')).toBe(meeting - 90);
    await page.keyboard.press('ArrowLeft');
    await page.clock.runFor(1_000);
    await expect.poll(both).toEqual([item - 61, meeting - 91]);
    // Paused, neither runs.
    await page.getByRole('button', { name: /^Pause/ }).press('Enter');
    await page.clock.runFor(120_000);
    await expect.poll(both).toEqual([item - 61, meeting - 91]);
    await page.getByRole('button', { name: /^Go on/ }).press('Enter');
    await page.clock.runFor(item * 1_000);
    await bar(page).getByText('Time for this item is up').waitFor();
    await page.clock.runFor(meeting * 1_000);
    await bar(page).getByText('The meeting’s time is up').waitFor();
    expect(await left('Left of the meeting')).toBeLessThan(0);
    await context.close();
  });

  it('says by key what stood in a comment before it was edited', async () => {
    const author = 'Service Operations';
    const body = (text: string) => ({ text, point: null });
    const filed = { kpi: 'time-to-restore', period: '2026-W45', author };
    const { id } = await write('POST', 'comments', { ...filed, body: body('The *first* guess') });
    await write('PUT', `comments/${id}`, { after: 1, author: 'Payments', body: body('What it was') });
    const { page, complaints } = await open('/review/2026-W45?present#time-to-restore');
    const button = page.getByRole('button', { name: 'What stood there' });
    await button.focus();
    await page.keyboard.press('Enter');
    const history = page.getByRole('list', { name: 'What stood there before' });
    await history.waitFor();
    // As it was typed, with whoever wrote it.
    expect(await history.innerText()).toMatch(/^Service Operations, .*\n+The \*first\* guess$/);
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await page.evaluate(AXE);
    expect(await page.evaluate(RUN_AXE)).toEqual([]);
    await page.keyboard.press('Enter');
    await history.waitFor(gone);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  const REFUSED = `Element.prototype.requestFullscreen = () => {
    window.asked = true;
    return Promise.reject(new TypeError('not allowed'));
  };`;
  const MISSING = `window.asked = true; Element.prototype.requestFullscreen = undefined;`;
  it.each([
    ['refuses', REFUSED],
    ['has no', MISSING],
  ])('is presented all the same where the browser %s full screen', async (_what, script) => {
    const { page, complaints } = await open('/review/2026-W45', script);
    await page.keyboard.press('p');
    await bar(page).waitFor();
    expect(await page.evaluate('window.asked')).toBe(true);
    await page.keyboard.press('ArrowRight');
    await bar(page).getByText('2 of').waitFor();
    await page.keyboard.press('Escape');
    await bar(page).waitFor(gone);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('takes the whole screen where the browser lets it, and gives it back at the end', async () => {
    const { page, complaints } = await open('/review/2026-W45');
    await page.keyboard.press('p');
    await bar(page).waitFor();
    await expect.poll(() => page.evaluate('document.fullscreenElement !== null')).toBe(true);
    await bar(page).getByRole('button', { name: /^End/ }).press('Enter');
    await bar(page).waitFor(gone);
    await expect.poll(() => page.evaluate('document.fullscreenElement === null')).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
