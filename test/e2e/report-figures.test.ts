import { parse } from 'csv-parse/sync';
import { getDocumentProxy } from 'unpdf';
import { beforeAll, describe, expect, it } from 'vitest';
import { readServer } from './demo-server.ts';

/**
 * Every figure of the quarterly report, as it stands in the printed file and in the CSV, held against the snapshots. What
 * is printed is read back by itself: nothing here asks the report what it thinks that it says.
 */
const QUARTERS = { now: '2026-Q3', previous: '2026-Q2', yearBefore: '2025-Q3' } as const;

interface Snapshot {
  readonly period: string;
  readonly value: number | null;
  readonly emptiness: string | null;
  readonly count: number;
  readonly revision: number | null;
}

let server: { readonly url: string };
let names: ReadonlyMap<string, string>;
const snapshots = new Map<string, Snapshot>();

beforeAll(async () => {
  server = await readServer();
  const { kpis } = await json<{ kpis: { id: string; name: string }[] }>('/kpis');
  names = new Map(kpis.map(({ id, name }) => [id, name]));
  for (const { id } of kpis)
    for (const grain of ['quarter', 'month'])
      for (const snapshot of await json<Snapshot[]>(`/kpis/${id}/snapshots?grain=${grain}`))
        snapshots.set(`${id} ${snapshot.period}`, snapshot);
}, 300_000);

async function json<T>(path: string): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

interface Word {
  readonly text: string;
  readonly x: number;
  readonly right: number;
  readonly y: number;
}
type Row = readonly Word[];

/** The rows of each page: words on one line, from the left. */
async function rowsOf(bytes: Uint8Array): Promise<Row[][]> {
  const file = await getDocumentProxy(bytes);
  const pages: Row[][] = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const rows: Word[][] = [];
    for (const item of (await (await file.getPage(number)).getTextContent()).items) {
      if (!('str' in item) || item.str.trim() === '') continue;
      const [, , , , x = 0, y = 0] = item.transform as number[];
      const word = { text: item.str, x, right: x + item.width, y };
      const row = rows.find(([first]) => first !== undefined && Math.abs(first.y - y) < 2);
      if (row === undefined) rows.push([word]);
      else row.push(word);
    }
    pages.push(rows.map((row) => row.toSorted((one, other) => one.x - other.x)));
  }
  return pages;
}

const said = (words: Row): string =>
  words
    .map(({ text }) => text)
    .join(' ')
    .replace(/[\s\u202f\u00a0]+/g, ' ')
    .trim();

/** What stands in a column of numbers: they end where its name ends. */
function cellOf(row: Row, header: Row, column: string): string {
  const head = header.find(({ text }) => text.trim() === column);
  if (head === undefined) throw new Error(`there is no column ${column}`);
  const before = Math.max(...header.filter(({ right }) => right < head.right - 1).map(({ right }) => right));
  return said(row.filter(({ right }) => right <= head.right + 2 && right > before + 2 && right > head.right - 45));
}

/** Names begin left of it, numbers right of it; in points. */
const NAMES = 150;

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };

/** Whether words can be read as this value: to half of the last digit that is written. */
function agrees(words: string, { value, emptiness }: Snapshot): boolean {
  if (value === null) return words === emptiness;
  const [, sign = '', digits = '', unit = ''] =
    /^([+−]?)([\d ]+(?:\.\d+)?) ?(ms|[smhd]|%)?(?: left| per day)?$/.exec(words) ?? [];
  if (digits === '') return false;
  const factor = UNITS[unit] ?? 1;
  const written = Number(digits.replaceAll(' ', '')) * (sign === '−' ? -1 : 1);
  const slack = 0.5 * 10 ** -(digits.split('.')[1]?.length ?? 0);
  // A share is kept as a part of one; a metric in percent or milliseconds as it is.
  return (unit === '%' ? [value * 100, value] : unit === 'ms' ? [value / factor, value] : [value / factor]).some(
    (known) => Math.abs(known - written) <= slack * (1 + 1e-9),
  );
}

const EMPTY: Snapshot = { period: '', value: null, emptiness: 'before history', count: 0, revision: null };
const known = (kpi: string, period: string): Snapshot => snapshots.get(`${kpi} ${period}`) ?? EMPTY;

describe('the figures of a report', () => {
  it.each(['a4', 'letter'])('are the snapshots’ wherever they are printed, on %s', async (paper) => {
    const response = await fetch(`${server.url}/api/v1/reports/2026-Q3/pdf?paper=${paper}`);
    const pages = await rowsOf(new Uint8Array(await response.arrayBuffer()));
    const wrong: string[] = [];
    const told = new Map<string, number>();
    for (const rows of pages) {
      const header = rows.find((row) => row.some(({ text }) => text === 'Q3 2026') && row.some(({ text }) => text === 'Target'));
      if (header === undefined) continue;
      const isAppendix = header.some(({ text }) => text === 'Counted');
      for (const row of rows) {
        const start = said(row.filter(({ x }) => x < NAMES));
        const [kpi, name] = [...names].find(([, one]) => isRowOf(start, one, isAppendix)) ?? [];
        // A section may be called as a KPI is; it stands alone.
        if (kpi === undefined || name === undefined || row.every(({ x }) => x < NAMES)) continue;
        told.set(kpi, (told.get(kpi) ?? 0) + 1);
        const check = (column: string, period: string): void => {
          const cell = cellOf(row, header, column);
          if (!agrees(cell, known(kpi, period))) wrong.push(`${name}, ${period}: ${cell} for ${known(kpi, period).value}`);
        };
        check('Q3 2026', QUARTERS.now);
        if (!isAppendix) continue;
        check('Q2 2026', QUARTERS.previous);
        check('Q3 2025', QUARTERS.yearBefore);
        const { count, revision } = known(kpi, QUARTERS.now);
        if (cellOf(row, header, 'Counted') !== String(count))
          wrong.push(`${name}: counted ${cellOf(row, header, 'Counted')} for ${count}`);
        // The last column is as narrow as its numbers.
        if (said(row.slice(-1)) !== String(revision ?? '')) wrong.push(`${name}: revision ${said(row.slice(-1))}`);
      }
    }
    expect(wrong).toEqual([]);
    // Every KPI in the appendix, the goals on the first page, too.
    expect([...names.keys()].filter((kpi) => !told.has(kpi))).toEqual([]);
    expect([...told.values()].filter((count) => count === 2).length).toBeGreaterThan(20);
  });

  it('that were restated have a footnote, and no other has', async () => {
    const { notes } = await json<{ notes: { kind: string; kpi: string | null; text: string }[] }>('/reports/2026-Q3');
    const restated = notes.filter(({ kind }) => kind === 'restated');
    expect(restated.length).toBeGreaterThan(0);
    for (const { kpi, text } of restated) {
      const period = Object.values(QUARTERS).find((id) => text.includes(`Q${id.at(-1)} ${id.slice(0, 4)}`)) ?? '';
      expect(known(kpi ?? '', period).revision, text).toBeGreaterThan(1);
    }
  });

  it('are the snapshots’ in the CSV, to the last digit, with count and revision', async () => {
    const csv = await (await fetch(`${server.url}/api/v1/reports/2026-Q3?format=csv`)).text();
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    expect(rows).toHaveLength(names.size * 6);
    for (const { kpi = '', figure, period = '', value, emptiness, count, revision } of rows) {
      const own = known(kpi, period);
      const expected = [own.value ?? '', own.value === null ? own.emptiness : '', own.count, own.revision ?? ''].map(String);
      expect([kpi, figure, period, value, emptiness, count, revision]).toEqual([kpi, figure, period, ...expected]);
    }
    const periods = rows.filter(({ kpi }) => kpi === 'time-to-restore').map(({ period }) => period);
    expect(periods).toEqual([...Object.values(QUARTERS), '2026-07', '2026-08', '2026-09']);
  });
});

/** A row of the appendix begins with the name, one of the first page may have a section before it; footnotes may follow. */
function isRowOf(start: string, name: string, isAppendix: boolean): boolean {
  // A name may end in a number of its own.
  return [start, start.replace(/(?: \d+)+$/, '').trim()].some(
    (bare) => bare === name || (!isAppendix && bare.endsWith(` ${name}`) && SECTIONS.has(bare.slice(0, -name.length - 1))),
  );
}
const SECTIONS = new Set(['Delivery', 'Incidents', 'Queues', 'On-call', 'Customers', 'Culture']);
