import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../test/e2e/browser.ts';
import { buildWeb } from '../build.ts';
import { startChild } from './children.ts';
import { isAddresses } from './http.ts';
import { printed, wanted, type Row } from './measured.ts';
import { scrollThrough, type Scrolled } from './scrolling.ts';
import type { Size } from './size.ts';
import { unfoldAll, visit, type Visit } from './visit.ts';

const SCRIPT_KILOBYTES = 260;
const TEXT_MS = 150;
const CHARTS_MS = 1_000;
const DROPPED_PERCENT = 2;

/** A page of words alone, as high as a review: what the machine itself paints and drops meanwhile. */
const PLAIN = `data:text/html,<!doctype html><body style="margin:0">${'<p style="margin:0;height:23px">A line of text</p>'.repeat(240)}`;

/** A review of 60 KPIs in a real browser: what it loads, what is painted when, and how it scrolls. */
export async function benchWeb(size: Size, say: (text: string) => void): Promise<Row[]> {
  await buildWeb();
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-web-'));
  const house = startChild('http-house.ts', [folder, String(size.demoWeeks), '']);
  const browser = await launchBrowser();
  try {
    const addresses = await house.hear();
    if (!isAddresses(addresses)) throw new Error('the server said something else');
    const [visits, unfolded]: [Visit[], number[]] = [[], []];
    const [plain, shown, whole]: [Scrolled[], Scrolled[], Scrolled[]] = [[], [], []];
    // The first visit draws the page; others find it drawn.
    for (let round = 0; round <= size.rounds; round += 1) {
      const scrolledPlain = await scrollPlain(browser);
      const seen = await visit(browser, addresses.root, async (page: Page) => {
        const scrolled = await scrollThrough(page);
        const ms = await unfoldAll(page);
        const scrolledWhole = await scrollThrough(page);
        if (round === 0) return;
        plain.push(scrolledPlain);
        shown.push(scrolled);
        unfolded.push(ms);
        whole.push(scrolledWhole);
      });
      if (round > 0) visits.push(seen);
    }
    const [first] = visits;
    say(
      `60 KPIs, ${first?.charts.count ?? 0} charts as the page comes; the browser draws by software, on the processors of the server and of the bench`,
    );
    const share = (holds: (visit: Visit) => boolean): number[] => visits.map((one) => (holds(one) ? 1 : 0));
    const percent = (all: readonly Scrolled[], of: (scrolled: Scrolled) => number): number[] => all.map((one) => of(one) * 100);
    return [
      wanted(
        'script that a review loads, gzip',
        visits.map(({ script }) => script),
        'kB',
        { atMost: SCRIPT_KILOBYTES },
      ),
      wanted(
        'words of a review are painted, after the first byte',
        visits.map(({ text }) => text),
        'ms',
        { atMost: TEXT_MS },
      ),
      printed(
        '  the largest of them',
        visits.map(({ words }) => words),
        'ms',
      ),
      printed(
        '  its drawing code is asked for',
        visits.map(({ charts }) => charts.asked),
        'ms',
      ),
      printed(
        '  its first chart is drawn',
        visits.map(({ charts }) => charts.first),
        'ms',
      ),
      wanted(
        '  all of its charts are drawn',
        visits.map(({ charts }) => charts.all),
        'ms',
        { atMost: CHARTS_MS },
      ),
      printed(
        '  processor time of the page until then',
        visits.map(({ busy }) => busy),
        'ms',
      ),
      printed('  those of all 60 cards, once they are unfolded', unfolded, 'ms'),
      wanted(
        'visits whose first response holds the verdicts',
        share(({ isText }) => isText),
        '×',
        { atLeast: 1 },
      ),
      wanted(
        'visits painted before charts are asked for',
        share(({ text, charts }) => text < charts.asked && text < charts.first),
        '×',
        { atLeast: 1 },
      ),
      wanted(
        'frames dropped while it scrolls',
        percent(shown, ({ dropped }) => dropped),
        '%',
        { atMost: DROPPED_PERCENT },
      ),
      printed(
        '  with all 60 cards unfolded',
        percent(whole, ({ dropped }) => dropped),
        '%',
      ),
      printed(
        '  of a page with as many lines and nothing else',
        percent(plain, ({ dropped }) => dropped),
        '%',
      ),
      printed(
        'frames with something not painted yet, all unfolded',
        percent(whole, ({ blank }) => blank),
        '%',
      ),
      wanted(
        'scrolls that wait for no script',
        [...shown, ...whole].map(({ isFree }) => (isFree ? 1 : 0)),
        '×',
        { atLeast: 1 },
      ),
    ];
  } finally {
    await browser.close();
    await house.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function scrollPlain(browser: Browser): Promise<Scrolled> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    await page.goto(PLAIN);
    return await scrollThrough(page);
  } finally {
    await page.close();
  }
}
