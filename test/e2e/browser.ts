import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { madeOnce } from './once.ts';
import { unpackedChromium } from './unpacked-chromium.ts';

/** Chromium that a machine may have; used where the one from the registry package cannot run. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** What the package asks for on machines of another kind: all in one process, and no rules between origins. */
const NOT_OURS = /^--(headless|single-process|no-zygote|disable-web-security|allow-running-insecure-content)/;

/**
 * A real Chromium: the one inside the package @sparticuz/chromium, else one found on the machine.
 * @throws Error that says what is missing
 */
export async function launchBrowser(): Promise<Browser> {
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return await chromium.launch({
      executablePath: (await madeOnce('chromium')) ?? (await ownChromium()),
      headless: true,
      args: [...packaged.args.filter((flag) => !NOT_OURS.test(flag)), ...FLAGS],
    });
  } catch (error) {
    const installed = INSTALLED.find((path) => existsSync(path));
    if (installed !== undefined) return chromium.launch({ executablePath: installed, headless: true, args: FLAGS });
    throw new Error(
      `No Chromium can be run: the one in @sparticuz/chromium fails (${error instanceof Error ? error.message.split('\n')[0] : String(error)}) and none is installed. Its system libraries may be missing; installing the machine's own Chromium brings them.`,
      { cause: error },
    );
  }
}

/** Outside of a run of tests each process unpacks one, and removes it when it ends. */
async function ownChromium(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-chromium-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return unpackedChromium(folder);
}
