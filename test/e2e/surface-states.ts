/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { LAST_WEEK } from './demo-week.ts';

/** Something that a page can show: where it is, and what has to be done there until it is seen. */
export interface Shown {
  readonly name: string;
  readonly path: string;
  /** Selects what differs from another of these; the whole page where it is not given. */
  readonly part?: string;
  readonly reach?: (page: Page) => Promise<void>;
}

const WEEK = `/review/${LAST_WEEK}`;
const OPENED = 'time-to-restore,interruptions-per-12h,pages,time-since-severity-1';
const seen = (page: Page, selector: string): Promise<void> => page.locator(selector).first().waitFor();
const press = (key: string, selector: string) => async (page: Page) => {
  await page.keyboard.press(key);
  await seen(page, selector);
};
const click = (name: string | RegExp, selector: string) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click();
  await seen(page, selector);
};
/** Everything that folds is unfolded. */
const unfold = async (page: Page): Promise<void> => {
  await page.evaluate(() => document.querySelectorAll('main details:not(.menu)').forEach((one) => one.setAttribute('open', '')));
};

export const REVIEW: readonly Shown[] = [
  { name: 'the review', path: '/' },
  { name: 'all panels of a review', path: `${WEEK}?xmr=${OPENED}&definition=${OPENED}&table=${OPENED}`, reach: unfold },
  {
    name: 'a routine KPI unfolded',
    path: `${WEEK}#queue-age`,
    part: '#routine',
    reach: (page) => seen(page, 'article#queue-age'),
  },
  { name: 'a small team, of which much is hidden', path: `${WEEK}?scope=team:payments`, reach: unfold },
  {
    name: 'the restated items',
    path: `${WEEK}#arrivals`,
    part: '#arrivals',
    reach: click(/^Which items/, '.restated table, .restated li p'),
  },
  { name: 'presenting with panels open', path: `${WEEK}?present&xmr=${OPENED}&definition=${OPENED}#time-to-restore` },
  { name: 'the summing-up', path: `${WEEK}?present#summing-up`, reach: (page) => seen(page, '#summing-up') },
  { name: 'the scope switch', path: '/', part: 'header:has([role=listbox])', reach: press('s', '[role=listbox]') },
  { name: 'help', path: '/', reach: press('?', 'dialog[open]') },
  { name: 'publishing', path: WEEK, reach: press('P', 'dialog[open]') },
  {
    name: 'a comment being written',
    path: `${WEEK}#time-to-restore`,
    part: '#time-to-restore',
    reach: press('c', '#time-to-restore textarea'),
  },
  { name: 'an action being agreed on', path: `${WEEK}#time-to-restore`, reach: press('a', 'dialog[open] form') },
  { name: 'a note being made', path: `${WEEK}#time-to-restore`, reach: press('n', 'dialog[open] form') },
  {
    name: 'limits being made anew',
    path: `${WEEK}?xmr=time-to-restore#time-to-restore`,
    reach: click(/limits/i, 'dialog[open] form'),
  },
  {
    name: 'the evidence',
    path: `${WEEK}?evidence=time-to-restore~organisation~${LAST_WEEK}`,
    reach: (page) => seen(page, 'dialog[open] tbody tr'),
  },
  {
    name: 'evidence that is withheld',
    path: `${WEEK}?evidence=interruptions-per-12h~organisation~${LAST_WEEK}`,
    reach: (page) => seen(page, 'dialog[open] .withheld'),
  },
];

const every = async (page: Page): Promise<void> => {
  for (const id of ['history', 'spread', 'slices', 'evidence', 'definition'])
    await page
      .locator(`#${id}`)
      .first()
      .evaluate((one) => one.scrollIntoView({ behavior: 'instant' }));
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }));
  await unfold(page);
};

export const KPI: readonly Shown[] = [
  {
    name: 'a median by value, in months, of one team',
    path: '/kpi/time-to-restore?scope=team:payments&view=month&items=by-value',
    reach: every,
  },
  { name: 'a median', path: '/kpi/time-to-restore', reach: every },
  { name: 'a ratio', path: '/kpi/change-failure-rate', reach: every },
  { name: 'what people bore, of a small team', path: '/kpi/interruptions-per-12h?scope=team:payments', reach: every },
  { name: 'what one file calls another', path: '/kpi/availability', reach: every },
  { name: 'a time between rare events', path: '/kpi/time-since-severity-1', reach: every },
  {
    name: 'a change being tried that cannot be read',
    path: '/kpi/time-to-restore?try',
    reach: async (page) => {
      await seen(page, '.try svg');
      await page.locator('.try textarea').fill('version: kpi/v1\nid: time-to-restore\nmeasure:\n  duration: { of: incidentz }\n');
      await seen(page, '.try .problems');
      await unfold(page);
    },
  },
  {
    name: 'a change being tried',
    path: '/kpi/time-to-restore?try',
    reach: async (page) => {
      const area = page.locator('.try textarea');
      await area.fill((await area.inputValue()).replace('[1, 2]', '[1, 2, 3]'));
      await page.getByText('Periods that change').waitFor();
      await unfold(page);
    },
  },
  { name: 'the catalogue', path: '/kpis', reach: unfold },
  {
    name: 'a search that finds nothing',
    path: '/kpis',
    reach: async (page) => {
      await page.getByRole('searchbox').fill('a name that no KPI has, however long one looks for it in here');
      await page.getByRole('button', { name: 'Show all' }).waitFor();
    },
  },
];

export const ROOMS: readonly Shown[] = [
  { name: 'on-call of all', path: '/on-call/organisation', reach: unfold },
  { name: 'on-call of a team', path: '/on-call/payments', reach: unfold },
  {
    name: 'on-call evidence',
    path: `/on-call/payments?evidence=pages~team:payments~${LAST_WEEK}`,
    reach: (page) => seen(page, 'dialog[open] tbody tr'),
  },
  { name: 'what a team hands over', path: '/on-call/payments/hand-over', reach: unfold },
  { name: 'the report', path: '/report/2026-Q3', reach: unfold },
  {
    name: 'the report being written',
    path: '/report/2026-Q3',
    part: 'section.bearing',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Say what customers felt' }).click();
      await page.getByLabel('Say what customers felt').fill('Time to restore service was 99 h.\n\n- a list\n- of two');
    },
  },
  { name: 'the sources', path: '/sources', reach: unfold },
];
