/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page that tells what it complains of: policy violations, script errors, warnings. */
export async function watchedPage(
  browser: Browser,
  address: string,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction('complain', (complaint: string) => complaints.push(complaint));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { complain } = window as unknown as { complain: (complaint: string) => void };
      complain(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  await page.locator('#app[data-live]').waitFor();
  return page;
}

const ALL_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
/** A theme changes colours and nothing else: what the other rules find is found in one of the two. */
const RULES_OF = {
  dark: "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }",
  light: ALL_RULES,
} as const;

/** What axe finds: all of it in light, and what depends on colour in the dark. `within`: an expression for where it looks. */
export async function violationsOf(page: Page, within = 'document'): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  // Nobody reads what passes, nor the source of what does not: a fifth of its time.
  await session.send('Runtime.evaluate', { expression: `${AXE}; axe.configure({ noHtml: true })` });
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { result } = await session.send('Runtime.evaluate', {
      expression: `axe.run(${within}, { runOnly: ${RULES_OF[colorScheme]}, resultTypes: ['violations'] })
        .then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(' | '))))`,
      awaitPromise: true,
    });
    found.push(...(JSON.parse(String(result.value)) as string[]).map((one) => `${colorScheme}: ${one}`));
  }
  return found;
}
