import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { faultsOf } from './measured-page.ts';
import type { Shown } from './surface-states.ts';
import { watchedPage } from './watched-page.ts';

/** Goes to what is to be shown, and waits until it is. */
export async function shownPage(
  browser: Browser,
  url: string,
  { path, reach }: Shown,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await watchedPage(browser, url + path, complaints, options);
  await page.waitForLoadState('networkidle');
  await reach?.(page);
  return page;
}

/** It can be read by everyone, everywhere, and complains of nothing: policy, scripts, warnings. */
export async function expectNoFault(browser: Browser, url: string, shown: Shown): Promise<void> {
  const complaints: string[] = [];
  // In the dark first, as axe is asked: charts are drawn anew once less.
  const page = await shownPage(browser, url, shown, complaints, { colorScheme: 'dark' });
  expect(await faultsOf(page, shown.part)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
}
