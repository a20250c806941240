import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PrintFault, type Paper, type Printer } from './api/reports.ts';

/** Names under which a machine has Chromium or one of its sisters, on the PATH, and where else it lies. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const FLAGS = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
/** A report takes some three seconds; a machine that others keep busy ten times that. */
const LIMIT_MS = 60_000;
/** More than this waiting, and whoever comes is told to come again. */
const MOST_WAITING = 8;

const ADVICE =
  'Install Chromium or Google Chrome on this machine, or name one in QUARTERDECK_CHROMIUM; `npm ci` brings one for Linux. Until then the page can be printed from any browser.';

interface Found {
  readonly path: string;
  readonly flags: readonly string[];
}

/** Prints pages of this server with a headless Chromium: one at a time, a fresh one for each, ended where it takes too long. */
export class ChromiumPrinter implements Printer {
  readonly #origin: () => string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #folder: string | null = null;

  /** `origin`: where the pages are served, once that is known. */
  constructor(origin: () => string, environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.#origin = origin;
    this.#environment = environment;
  }

  async print(path: string, paper: Paper): Promise<Uint8Array> {
    if (this.#waiting >= MOST_WAITING) throw new PrintFault('Several reports are being printed; ask again in a minute.');
    this.#waiting += 1;
    const printing = this.#last.then(() => this.#print(path, paper));
    this.#last = printing.catch(() => undefined);
    try {
      return await printing;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #print(path: string, paper: Paper): Promise<Uint8Array> {
    const { chromium } = await import('playwright-core');
    const found = await this.#find();
    // Whoever runs this process hears its signals first; a Chromium whose pipe is gone ends by itself.
    const launch = () =>
      chromium.launch({
        executablePath: found.path,
        headless: true,
        args: [...found.flags],
        timeout: LIMIT_MS / 2,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      });
    // On a machine that others keep busy one in some dozens ends while it starts; the next one does not.
    const browser = await launch()
      .catch(launch)
      .catch((error: unknown) => {
        throw new PrintFault(`The Chromium at ${found.path} does not start (${firstLine(error)}). ${ADVICE}`, { cause: error });
      });
    try {
      const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' });
      context.setDefaultTimeout(LIMIT_MS / 2);
      const page = await context.newPage();
      await page.goto(`${this.#origin()}${path}`);
      // The page obeys, and its family is there: what is printed is what is read.
      await page.locator('#app[data-live] [data-report]').waitFor();
      await page.evaluate('document.fonts.ready.then(() => undefined)');
      return await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true, format: paper });
    } catch (error) {
      throw new PrintFault(`The page could not be printed (${firstLine(error)}). Ask again; it is at ${this.#origin()}${path}.`, {
        cause: error,
      });
    } finally {
      await browser.close();
    }
  }

  /** The one that is named, one of the machine, or the one that `npm ci` brings. */
  async #find(): Promise<Found> {
    // As root a sandbox cannot be made; the only pages that are opened are our own.
    const flags = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
    const named = this.#environment['QUARTERDECK_CHROMIUM'];
    if (named !== undefined && named !== '') {
      if (existsSync(named)) return { path: named, flags };
      throw new PrintFault(`QUARTERDECK_CHROMIUM names ${named}, where nothing is. ${ADVICE}`);
    }
    const folders = (this.#environment['PATH'] ?? '').split(delimiter);
    const installed = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES].find((path) =>
      existsSync(path),
    );
    if (installed !== undefined) return { path: installed, flags };
    try {
      const { default: packaged } = await import('@sparticuz/chromium');
      const path = await this.#unpacked(() => packaged.executablePath());
      // A page is drawn in processes of its own, as everywhere else.
      const own = packaged.args.filter((flag) => !/^--(headless|single-process|no-zygote)/.test(flag));
      return { path, flags: [...own, ...FLAGS, '--no-sandbox'] };
    } catch (error) {
      throw new PrintFault(`A PDF needs Chromium, and there is none here. ${ADVICE}`, { cause: error });
    }
  }

  /** It unpacks itself into TMPDIR, and would take an older one that stands there for its own. */
  async #unpacked(unpack: () => Promise<string>): Promise<string> {
    if (this.#folder === null) {
      const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-chromium-'));
      this.#folder = folder;
      // Two hundred megabytes: nobody who presses Ctrl+C wants to keep them.
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    }
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = this.#folder;
    try {
      return await unpack();
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  }

  /** Waits for what is being printed, and removes what was unpacked. */
  async close(): Promise<void> {
    await this.#last;
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
