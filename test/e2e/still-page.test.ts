import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { readServer } from './demo-server.ts';
import { LAST_WEEK } from './demo-week.ts';
import { movesOf } from './still-page.ts';

let server: { readonly url: string };
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([readServer(), launchBrowser()]);
}, 900_000);
afterAll(async () => browser?.close());

const PATHS = [
  '/',
  `/review/${LAST_WEEK}?present#time-to-restore`,
  '/kpi/time-to-restore',
  '/kpi/change-failure-rate',
  '/on-call/organisation',
  '/report/2026-Q3',
  '/kpis',
  '/sources',
];

describe('a page that is read while it comes', () => {
  it.each(PATHS.flatMap((path) => [375, 1280].map((width) => [path, width] as const)))(
    'moves nothing when its charts arrive: %s at %i px',
    async (path, width) => {
      expect(await movesOf(browser, server.url + path, width)).toEqual([]);
    },
  );
});
