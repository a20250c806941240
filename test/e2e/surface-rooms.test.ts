import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { readServer } from './demo-server.ts';
import { expectNoFault } from './shown-page.ts';
import { ROOMS } from './surface-states.ts';

let server: { readonly url: string };
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([readServer(), launchBrowser()]);
}, 900_000);
afterAll(async () => browser?.close());

describe('the surface of on-call, the report and the sources', () => {
  it.each(ROOMS)('is read by everyone, on a phone, a wall, at 200% zoom, in light and in the dark: $name', async (shown) => {
    await expectNoFault(browser, server.url, shown);
  });
});
