import type { Page } from 'playwright-core';
import { getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../server/api/contract.ts';
import { openScreen, type Screen } from './browser.ts';
import { worstReport } from './samples/worst-report.ts';

/** The fullest report there can be, and an empty one, on paper: where everything went, read from the printed file itself. */
let screen: Screen;
beforeAll(async () => {
  screen = await openScreen();
});
afterAll(async () => screen.close());

const PAPERS = { a4: { width: 595, height: 842 }, letter: { width: 612, height: 792 } } as const;
type Paper = keyof typeof PAPERS;
/** 15 mm at the sides, 16 below, in points. */
const MARGIN = 42.5;
const FOOT = 45.4;

interface Line {
  readonly text: string;
  readonly x: number;
  readonly right: number;
  /** From the sheet's lower edge. */
  readonly y: number;
  readonly size: number;
}

interface Printed {
  /** Words within the margins, page by page, from above. */
  readonly pages: readonly (readonly Line[])[];
  /** What stands at the right of each page's head. */
  readonly parts: readonly string[];
  readonly headings: ReadonlySet<string>;
}

async function print(report: Report, paper: Paper): Promise<Printed> {
  const page = await screen.browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce' });
  await answering(page, report);
  await page.goto(`${screen.base}/report/${report.quarter.id}?paper=${paper}`);
  await page.locator('#app[data-live] [data-report]').waitFor();
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  const headings: string[] = await page.evaluate(
    `[...document.querySelectorAll('[data-report] :is(h1, h2, h3):not(.visually-hidden)')].map((one) => one.textContent.trim())`,
  );
  const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true, format: paper });
  await page.close();
  const file = await getDocumentProxy(new Uint8Array(bytes));
  const pages: Line[][] = [];
  const parts: string[] = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const sheet = await file.getPage(number);
    const { width, height } = PAPERS[paper];
    expect(sheet.view.map(Math.round)).toEqual([0, 0, width, height]);
    const lines = (await sheet.getTextContent()).items.flatMap((item): Line[] => {
      if (!('str' in item) || item.str.trim() === '') return [];
      const [, , , size = 0, x = 0, y = 0] = item.transform as number[];
      return [{ text: item.str, x, right: x + item.width, y, size }];
    });
    const isHead = ({ y }: Line): boolean => y > height - MARGIN;
    pages.push(
      lines.filter((line) => !isHead(line) && line.y > FOOT).toSorted((one, other) => other.y - one.y || one.x - other.x),
    );
    parts.push(joined(lines.filter((line) => isHead(line) && line.x > width / 2)));
  }
  return { pages, parts, headings: new Set(headings) };
}

const answering = (page: Page, report: Report): Promise<unknown> =>
  page.route('**/api/v1/reports/**', (route) => route.fulfill({ json: report }));

const joined = (lines: readonly Line[]): string =>
  lines
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
/** The signs of a kind on a page, however its words are set. */
const signsOn = (lines: readonly Line[], kind: RegExp): string[] => [...new Set(joined(lines).match(kind) ?? [])];
const PARTS = ['', 'Goals', 'What moved', 'Customers and people', 'Risks and asks', 'Appendix'];

const nothing: Report = {
  ...worstReport,
  headline: 'No goals are set',
  narratives: worstReport.narratives.map((one) => ({ ...one, entry: null, blocks: [], checks: [] })),
  figures: worstReport.figures
    .slice(0, 3)
    .map((one) => ({ ...one, target: null, notes: [], trend: { ...one.trend, points: [] } })),
  scorecard: { rows: [], rest: '' },
  moved: [],
  movedRest: '',
  actions: [],
  customers: { charts: [], rest: [], hidden: [] },
  people: { charts: [], rest: [], hidden: [] },
  risks: [],
  risksRest: '',
  uncertain: [],
  asks: [],
  notes: [],
};

describe.each(['a4', 'letter'] as const)('the fullest report on %s', (paper) => {
  let printed: Printed;
  beforeAll(async () => {
    printed = await print(worstReport, paper);
  });

  it('cuts no word at the edge of a sheet', () => {
    const { width } = PAPERS[paper];
    const beyond = printed.pages.flatMap((lines, index) =>
      lines.flatMap(({ x, right, text }) => (x < MARGIN - 1 || right > width - MARGIN + 1 ? [`page ${index + 1}: ${text}`] : [])),
    );
    expect(beyond).toEqual([]);
  });

  it('has lost nothing: every goal, text, action, risk, ask and footnote is somewhere', () => {
    const all = printed.pages.flat();
    const expected = (sign: string, count: number) =>
      Array.from({ length: count }, (_, index) => sign + String(index).padStart(2, '0'));
    expect(signsOn(all, /\bF\d\d\b/g).toSorted()).toEqual(expected('F', 80));
    expect(signsOn(all, /\bA\d\d\b/g).toSorted()).toEqual([
      ...expected('A', 25),
      ...Array.from({ length: 6 }, (_, index) => `A${50 + index}`),
    ]);
    expect(signsOn(all, /\bR\d\d\b/g).toSorted()).toEqual(expected('R', 7));
    expect(signsOn(all, /\bQ\d\d\b/g).toSorted()).toEqual(expected('Q', 8));
    expect(signsOn(all, /\bT\d\d\b/g).toSorted()).toEqual(expected('T', 82));
    expect(signsOn(all, /\bM\d\d\b/g).toSorted()).toEqual(expected('M', 6));
    expect(signsOn(all, /\bN\d\d\b/g)).toHaveLength(18);
  });

  it('begins each part on a sheet of its own and says on every further sheet which part goes on', () => {
    const [first, ...rest] = printed.parts;
    expect(first).toBe('');
    const order = rest.map((part) => PARTS.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(new Set(rest)).toEqual(new Set(PARTS.slice(rest.includes('Goals') ? 1 : 2)));
  });

  it('leaves no heading alone at the foot of a sheet', () => {
    const orphans = printed.pages.flatMap((lines, index) => {
      const last = lines.at(-1);
      const foot = lines.filter(({ y }) => last !== undefined && y < last.y + 3);
      const text = joined(foot);
      // The last line of one that takes two is larger than text.
      const isHeading = [...printed.headings].some((one) => one === text || ((last?.size ?? 0) > 8.5 && one.endsWith(text)));
      return isHeading ? [`page ${index + 1}: ${text}`] : [];
    });
    expect(orphans).toEqual([]);
  });

  it('breaks no row: a KPI of the appendix stands on one sheet with its number, under the names of the columns', () => {
    const sheets = printed.pages.filter((_, index) => printed.parts[index] === 'Appendix');
    const rows = sheets.filter((lines) => /\bF\d\d\b/.test(joined(lines)));
    expect(rows.length).toBeGreaterThan(1);
    for (const lines of rows) {
      expect(joined(lines.slice(0, 20))).toContain('Counted');
      const names = signsOn(lines, /\bF\d\d\b/g).map((name) => Number(name.slice(1)));
      const shown = names.filter((index) => index % 10 !== 9).map((index) => `${1000 + index}.5 h`);
      expect(shown.filter((value) => !joined(lines).includes(value))).toEqual([]);
    }
  });

  it('keeps a picture with its words', () => {
    const sheets = printed.pages.filter((_, index) => printed.parts[index] === 'What moved');
    const moved = sheets.flatMap((lines) =>
      signsOn(lines, /\bM\d\d\b/g).map((sign) => ({ lines, index: Number(sign.slice(1)) })),
    );
    expect(moved).toHaveLength(6);
    for (const { lines, index } of moved) expect(joined(lines)).toContain(`${index}.7 h`);
  });

  it('needs few sheets for so much', () => {
    expect(printed.pages.length).toBeLessThanOrEqual(20);
    expect(printed.pages.filter((lines) => lines.length < 4)).toEqual([]);
  });
});

describe('a report of nothing', () => {
  it.each(['a4', 'letter'] as const)('has its four pages and one for the appendix, on %s', async (paper) => {
    const { pages, parts } = await print(nothing, paper);
    expect(parts).toEqual(['', 'What moved', 'Customers and people', 'Risks and asks', 'Appendix']);
    expect(pages.map((lines) => joined(lines).slice(0, 16))).toMatchObject([
      expect.stringContaining('Northwind'),
      'What moved, and ',
      expect.stringContaining('Customers'),
      'Risks, and wheth',
      'Appendix: every ',
    ]);
  });
});
