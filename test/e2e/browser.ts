import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Chromium that a machine may have; used where the one from the registry package cannot run. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * A real Chromium: the one inside the package @sparticuz/chromium, else one found on the machine.
 * @throws Error that says what is missing
 */
export async function launchBrowser(): Promise<Browser> {
  const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  try {
    // The package unpacks into TMPDIR and reuses what an older version left there: give it its own.
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'quarterdeck-chromium-'));
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    return await chromium.launch({
      executablePath,
      headless: true,
      args: [...packaged.args.filter((flag) => !/^--(headless|single-process|no-zygote)/.test(flag)), ...flags],
    });
  } catch (error) {
    const installed = INSTALLED.find((path) => existsSync(path));
    if (installed !== undefined) return chromium.launch({ executablePath: installed, headless: true, args: flags });
    throw new Error(
      `No Chromium can be run: the one in @sparticuz/chromium fails (${error instanceof Error ? error.message.split('\n')[0] : String(error)}) and none is installed. Its system libraries may be missing; installing the machine's own Chromium brings them.`,
      { cause: error },
    );
  }
}
