/// <reference lib="dom" />
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildWeb } from '../../scripts/build.ts';
import { main } from '../../server/cli.ts';
import { readConfig } from '../../server/config.ts';
import { serve, type Serving } from '../../server/main.ts';
import { launchBrowser } from './browser.ts';
import { violationsOf, watchedPage } from './watched-page.ts';

/** Five people of one team had a day each at the end of November; the whole way from the link to the KPI. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST = Date.parse('2026-11-23T09:00:00Z');
const PEOPLE = ['ada', 'bea', 'cyd', 'dov', 'eli'];
const ORGANISATION = `version: organisation/v1
name: Small house
zone: UTC
teams:
  first: { name: First team, zone: UTC }
services:
  checkout: { name: Checkout, owner: first }
`;
const FILE = `dates: ISO
        zone: UTC
        complete: when read`;
const SOURCES = `version: sources/v1
sources:
  - id: rota
    type: files
    files:
      - path: rota.csv
        gives: shift
        item: id
        ${FILE}
        fields: { team: team, rotation: rotation, responder: email }
        instants: { from: start, to: end }
      - path: pages.csv
        gives: page
        item: id
        ${FILE}
        fields: { team: team, service: service, key: key, responder: email }
        instants: { sent: sent }
  - { id: survey, type: survey }
`;
const iso = (at: number): string => new Date(at).toISOString();

let folder: string;
let now = FIRST;
let serving: Serving;
let browser: Browser;
/** Of the shifts, in their order. */
let links: string[] = [];
let complaints: string[] = [];

const post = async (source: string): Promise<void> => {
  const answer = await fetch(`${serving.url}/api/v1/sources/${source}/pulls`, { method: 'POST' });
  expect(answer.status).toBe(200);
};

beforeAll(async () => {
  await buildWeb();
  folder = mkdtempSync(join(tmpdir(), 'quarterdeck-shift-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, 'kpis', file)), { recursive: true });
    writeFileSync(join(folder, 'kpis', file), text);
  };
  write('organisation.yaml', ORGANISATION);
  write('sources.yaml', SOURCES);
  for (const id of ['shift-feeling', 'shift-rest', 'shift-pages', 'pages', 'noise', 'repeat-pages'])
    write(`on-call/${id}.yaml`, readFileSync(`kpis/on-call/${id}.yaml`, 'utf8'));
  const shifts = PEOPLE.map((person, index) =>
    [
      `S${index}`,
      'first',
      'first-primary',
      `${person}@example.com`,
      iso(FIRST + index * DAY_MS),
      iso(FIRST + (index + 1) * DAY_MS),
    ].join(','),
  );
  const pages = [3, 4, 15, 16.5].map((hours, index) =>
    [
      `P${index}`,
      'first',
      'checkout',
      index === 0 ? 'latency' : 'disk full',
      'ada@example.com',
      iso(FIRST + hours * HOUR_MS),
    ].join(','),
  );
  write('rota.csv', ['id,team,rotation,email,start,end', ...shifts].join('\n'));
  write('pages.csv', ['id,team,service,key,email,sent', ...pages].join('\n'));
  const environment = {
    QUARTERDECK_DATA: join(folder, 'data'),
    QUARTERDECK_KPIS: join(folder, 'kpis'),
    QUARTERDECK_PORT: '0',
    LOG_LEVEL: 'silent',
  };
  [serving, browser] = await Promise.all([
    serve(
      readConfig(environment),
      () => now,
      () => undefined,
    ),
    launchBrowser(),
  ]);
  await serving.isReady;
  await post('survey');
  now = FIRST + 5 * DAY_MS + HOUR_MS;
  await post('rota');
  await post('survey');
  const said: string[] = [];
  await main(['hand-over', '--json'], {
    out: (text) => said.push(text),
    err: (text) => complaints.push(text),
    progress: () => undefined,
    clock: () => now,
    environment,
  });
  const told = JSON.parse(said.join('')) as { url: string }[];
  links = told.map(({ url }) => new URL(url).pathname);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await serving?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

const linkOf = (index: number): string => serving.url + (links[index] ?? '');
const open = (address: string, options = {}): Promise<Page> => watchedPage(browser, address, complaints, options);

/** Tab, until something is there that a selector finds. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
  throw new Error(`no Tab leads to ${selector}`);
}

it('a shift is read and its questions are answered with the keyboard alone; the KPI counts the answers once the month is over', async () => {
  expect(links).toHaveLength(5);
  const page = await open(linkOf(0));
  expect(await page.locator('h1').textContent()).toBe('Your shift: first-primary');
  expect(await page.locator('.says').textContent()).toMatch(/You were interrupted 4 times in 1 d on call, 2 of them at night/);
  await tabTo(page, 'input[name=feeling]');
  // The first arrow takes the second one.
  await page.keyboard.press('ArrowRight');
  await tabTo(page, 'input[name=rest]');
  await page.keyboard.press('Space');
  await tabTo(page, 'input[name=pages]');
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, 'button[type=submit]');
  await page.keyboard.press('Enter');
  await page.locator('#thanks').waitFor();
  expect(await page.locator('#thanks').textContent()).toMatch(/^Thank you\. Your answers join those given in November 2026/);
  expect(
    await page
      .locator(':checked')
      .evaluateAll((inputs) => inputs.map((one) => `${one.getAttribute('name')} ${one.getAttribute('value')}`)),
  ).toEqual(['feeling 2', 'rest 1', 'pages 5']);
  expect(await violationsOf(page)).toEqual([]);
  await page.context().close();

  for (const path of links.slice(1)) {
    const answer = await fetch(`${serving.url}/api/v1/shifts/${path.split('/').at(-1) ?? ''}/answers`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ feeling: 4, rest: 3, pages: 5 }),
    });
    expect(answer.status).toBe(200);
  }
  const before = now;
  now = Date.parse('2026-12-07T09:00:00Z');
  await post('rota');
  await post('survey');
  const told = await open(`${serving.url}/kpi/shift-feeling?scope=team:first&view=month`);
  const rows = (await (
    await fetch(`${serving.url}/api/v1/kpis/shift-feeling/snapshots?scope=team:first&grain=month`)
  ).json()) as object[];
  expect(rows).toContainEqual(expect.objectContaining({ period: '2026-11', value: 3.6, count: 5 }));
  expect(await told.locator('main').textContent()).toContain('3.6');
  await told.context().close();
  now = before;
}, 60_000);

it('the page needs no script: it is read, answered and thanked for without one', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(linkOf(1));
  expect(await page.locator('.says').textContent()).toMatch(/You were not interrupted in 1 d on call/);
  for (const [name, score] of [
    ['feeling', '3'],
    ['rest', '4'],
    ['pages', '2'],
  ] as const)
    await page.locator(`input[name=${name}][value="${score}"]`).check({ force: true });
  await Promise.all([page.waitForURL(/#thanks$/), page.locator('button[type=submit]').click()]);
  expect(await page.locator('#thanks').textContent()).toMatch(/^Thank you/);
  expect(await page.locator('input[name=rest][value="4"]').isChecked()).toBe(true);
  await context.close();
});

it('what opens nothing is one page, whatever is wrong with it, and says what may be', async () => {
  const page = await open(`${serving.url}/shift/nothing`);
  await page.locator('main').getByText('This link opens no shift').waitFor();
  // The browser tells of the status of the page and of the answer.
  complaints = complaints.filter((one) => !/status of 404/.test(one));
  await page.context().close();
  const pages = await Promise.all(
    [`${linkOf(1)}x`, linkOf(1).slice(0, -1), `${serving.url}/shift/x`].map(async (address) => {
      const answer = await fetch(address, { headers: { accept: 'text/html' } });
      return [answer.status, answer.headers.get('cache-control'), answer.headers.get('x-robots-tag'), await answer.text()].join(
        '\n',
      );
    }),
  );
  expect(new Set(pages).size).toBe(1);
  expect(pages[0]).toMatch(/^404\nno-store\nnoindex, nofollow\n/);
});

it.each([
  ['the shift', (): string => linkOf(2)],
  ['the hand-over', (): string => `${serving.url}/on-call/first/hand-over`],
])('%s has nothing that axe finds in either theme, and fits a telephone', async (_name, address) => {
  const page = await open(address());
  await page.locator('h1').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.setViewportSize({ width: 375, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  await page.context().close();
});

it('the hand-over of a team is found from its on-call page, and names nobody', async () => {
  const page = await open(`${serving.url}/on-call/first`);
  await page.getByRole('link', { name: 'Hand-over' }).click();
  await page.getByRole('heading', { name: 'First team hand-over' }).waitFor();
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toMatch(/disk full/);
  expect(text).toMatch(/handed over on 28 Nov 2026/);
  expect(text).not.toMatch(/ada|@example|p-[\w-]{16}/);
  await page.context().close();
});
