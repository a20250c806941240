import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { nextOrder, rowsOf, type EvidenceItem } from '../../web/client/evidence-rows.ts';
import { patchOf } from '../../web/client/patch.ts';
import { formatRoute, HOME, kpiRoute, parseRoute } from '../../web/client/route.ts';
import { mostOf, sliceLine } from '../../web/charts/slice-line.ts';
import { twoVersions, type DiffPeriod } from '../../web/charts/two-versions.ts';

const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-patch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `git apply` makes of it. */
function applied(before: string, patch: string): string {
  mkdirSync(join(folder, 'kpis'), { recursive: true });
  const file = join(folder, 'kpis/a.yaml');
  writeFileSync(file, before);
  execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input: patch, stdio: ['pipe', 'ignore', 'pipe'] });
  return readFileSync(file, 'utf8');
}

describe('a patch', () => {
  it('shows three lines around what changed, under the name of the file', () => {
    const before = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join('');
    expect(patchOf('kpis/a.yaml', before, before.replace('line 6\n', 'six\n'))).toBe(
      [
        '--- a/kpis/a.yaml',
        '+++ b/kpis/a.yaml',
        '@@ -3,7 +3,7 @@',
        ' line 3',
        ' line 4',
        ' line 5',
        '-line 6',
        '+six',
        ' line 7',
        ' line 8',
        ' line 9',
        '',
      ].join('\n'),
    );
  });

  it('names no file outside of where it is applied', () => {
    expect(patchOf('../house/kpis/a.yaml', 'a\n', 'b\n')).toMatch(/^--- a\/house\/kpis\/a\.yaml\n/);
    expect(patchOf('/srv/kpis/a.yaml', 'a\n', 'b\n')).toMatch(/^--- a\/srv\/kpis\/a\.yaml\n/);
  });

  it('of a file that is emptied ends before its first line', () => {
    expect(patchOf('kpis/a.yaml', 'a\n', '')).toContain('@@ -1,1 +0,0 @@\n-a\n');
  });

  it('is empty where nothing changed', () => {
    expect(patchOf('kpis/a.yaml', 'a\n', 'a\n')).toBe('');
  });

  const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d: 1'), { minLength: 1, maxLength: 40 });
  it('is applied by git to what it was made from, and gives what was typed', () => {
    fc.assert(
      fc.property(lines, lines, fc.boolean(), fc.boolean(), (olds, news, isOldWhole, isNewWhole) => {
        const before = olds.join('\n') + (isOldWhole ? '\n' : '');
        const after = news.join('\n') + (isNewWhole ? '\n' : '');
        fc.pre(before !== after && before !== '' && after !== '');
        expect(applied(before, patchOf('kpis/a.yaml', before, after))).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the evidence table', () => {
  const item = (uid: string, value: number | null, rest: Partial<EvidenceItem> = {}): EvidenceItem => ({
    uid,
    title: uid,
    value,
    valueText: `${value}`,
    at: null,
    atText: '',
    excluded: value === null ? 'still open' : null,
    team: 'payments',
    service: null,
    severity: 1,
    state: 'restored',
    ...rest,
  });
  const items = [item('INC-10', 5), item('INC-9', null), item('INC-2', 9, { team: 'search' })];
  const ids = (typed: string, order: Parameters<typeof rowsOf>[2]) => rowsOf(items, typed, order).map(({ uid }) => uid);

  it('finds what holds every word, in any column', () => {
    expect(ids('PAYMENTS open', null)).toEqual(['INC-9']);
    expect(ids('  ', null)).toEqual(['INC-10', 'INC-9', 'INC-2']);
  });

  it('orders numbers in names as numbers, and puts what has no value last either way', () => {
    expect(ids('', { by: 'item', isDown: false })).toEqual(['INC-2', 'INC-9', 'INC-10']);
    expect(ids('', { by: 'value', isDown: true })).toEqual(['INC-2', 'INC-10', 'INC-9']);
    expect(ids('', { by: 'value', isDown: false })).toEqual(['INC-10', 'INC-2', 'INC-9']);
  });

  it('goes from the largest to the smallest to the order it came in', () => {
    const first = nextOrder(null, 'value');
    const second = nextOrder(first, 'value');
    expect([first, second, nextOrder(second, 'value')]).toEqual([
      { by: 'value', isDown: true },
      { by: 'value', isDown: false },
      null,
    ]);
    expect(nextOrder(first, 'item')).toEqual({ by: 'item', isDown: false });
  });
});

describe('the address of a KPI', () => {
  it('says scope, view, field, period, order of items and the dry run, and is read back', () => {
    const route = {
      ...kpiRoute('time-to-restore', 'team:payments'),
      kpi: { id: 'time-to-restore', view: 'month', by: 'cause', period: '2026-W46', isByValue: true, isTrying: true },
    };
    const address = formatRoute(route);
    expect(address).toBe('/kpi/time-to-restore?scope=team:payments&view=month&by=cause&period=2026-W46&items=by-value&try');
    const url = new URL(address, 'http://quarterdeck.invalid');
    // `period` also is the quarter of other pages, which this page does not read.
    expect(parseRoute(url)).toEqual(route);
    expect(parseRoute(new URL('/kpi/%E0%A4%A', url)).page).toBe('unknown');
    expect(parseRoute(new URL('/kpis', url)).kpi).toBe(HOME.kpi);
  });
});

describe('old against new', () => {
  const reading = (value: number | null) => ({
    value,
    emptiness: value === null ? 'no data' : null,
    text: '',
    count: 1,
    exclusions: [],
    target: null,
    isMet: null,
  });
  const periods = (values: readonly (readonly [number | null, number | null])[]): DiffPeriod[] =>
    values.map(([before, after], index) => ({
      period: `2026-W${40 + index}`,
      title: `Week ${40 + index}`,
      grain: 'week',
      before: reading(before),
      after: reading(after),
      isChanged: before !== after,
      moved: null,
    }));

  it('lies on one scale from 0, leaves gaps as gaps, and names each line at its end', () => {
    const drawn = twoVersions(
      periods([
        [10, 20],
        [10, null],
        [10, 40],
      ]),
      { type: 'count', isTotal: false },
      600,
      40,
    );
    expect(drawn.newPath.match(/M/g)).toHaveLength(2);
    expect(drawn.oldPath.match(/M/g)).toHaveLength(1);
    expect(drawn.names.map(({ kind }) => kind)).toEqual(['new', 'old']);
    const [first] = drawn.columns;
    expect(((drawn.floor - (first?.new ?? 0)) / (drawn.floor - (first?.old ?? 0))).toFixed(1)).toBe('2.0');
  });

  it('has one name where both say the same, and room between two that are close', () => {
    expect(twoVersions(periods([[10, 10]]), { type: 'count', isTotal: false }, 600, 10).names.map(({ kind }) => kind)).toEqual([
      'both',
    ]);
    const [upper, lower] = twoVersions(periods([[100, 101]]), { type: 'count', isTotal: false }, 600, 101).names;
    expect((lower?.y ?? 0) - (upper?.y ?? 0)).toBeGreaterThanOrEqual(12);
  });
});

describe('slices as small pictures', () => {
  const slice = (values: readonly (number | null)[]) => ({
    value: 'a',
    label: 'a',
    count: 1,
    readings: values.map((value) => ({ value, emptiness: value === null ? 'no data' : null, text: '', count: 1 })),
    past: null,
  });

  it('share a scale that one far week does not spoil, and mark that week', () => {
    const calm = slice(Array.from({ length: 40 }, () => 10));
    const wild = slice([...Array.from({ length: 19 }, () => 10), 500]);
    const most = mostOf([calm, wild]);
    expect(most).toBe(20);
    expect(sliceLine(wild, most, 240, 64).beyond).toEqual([{ x: 235, y: 5 }]);
    expect(sliceLine(calm, most, 240, 64).beyond).toEqual([]);
    expect(mostOf([calm])).toBe(10);
  });

  it('leave a gap where there is no number, and show a week that stands alone', () => {
    const line = sliceLine(slice([1, 2, null, 3, null, 4, 4]), 4, 240, 64);
    expect(line.path.match(/M/g)).toHaveLength(3);
    expect(line.dots.map(({ isLast }) => isLast)).toEqual([false, true]);
  });
});
