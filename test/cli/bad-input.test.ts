import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARRIVALS, ORGANISATION, desk, sources, ticketSource, type Desk } from './command.ts';

const HEADER = 'id,created,resolved,team\n';
const GOOD = 'T-1,2026-11-02 09:15,2026-11-02 16:40,first\n';

describe('broken definitions', () => {
  let house: Desk;
  beforeAll(() => {
    const cycle = (id: string, of: string): string =>
      ARRIVALS.replace('id: arrivals', `id: ${id}`).replace(/measure: .*/, `measure: { combine: { sum: [${of}, ${of}] } }`);
    house = desk({
      'kpis/organisation.yaml': ORGANISATION.replace('UTC', 'Europe/Berlun'),
      'kpis/sources.yaml': sources(ticketSource('tickets', 'tickets.csv'), ticketSource('tickets', 'other.csv')),
      'kpis/good.yaml': ARRIVALS,
      'kpis/bracket.yaml': ARRIVALS.replace('name: Arrivals', 'name: [Arrivals'),
      'kpis/cycle-a.yaml': cycle('cycle-a', 'cycle-b'),
      'kpis/cycle-b.yaml': cycle('cycle-b', 'cycle-a'),
      'kpis/twice.yaml': `${ARRIVALS.replace('id: arrivals', 'id: twice')}name: Again\n`,
      'kpis/february.yaml': `${ARRIVALS.replace('id: arrivals', 'id: february')}targets:\n  - { at_most: 3, every: week, since: 2026-02-30 }\n`,
      'kpis/endless.yaml': `${ARRIVALS.replace('id: arrivals', 'id: endless')}targets:\n  - { at_most: 1e999, every: week, since: 2026-02-20 }\n`,
      'kpis/deep.yaml': `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`,
      'kpis/large.yaml': `name: ${'x'.repeat(10_000_000)}\n`,
    });
    house.write(
      'kpis/bomb.yaml',
      `a: &a [x]\n${[...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at] ?? ''},`.repeat(9)}]\n`).join('')}`,
    );
  });
  afterAll(() => house.close());

  it('are all told at once, each with its place and its fix', async () => {
    const { code, out, err } = await house.run(['check']);
    expect([code, err]).toEqual([1, '']);
    for (const line of [
      "kpis/organisation.yaml:3:7: zone: there is no time zone 'Europe/Berlun'. Did you mean 'Europe/Berlin'?",
      "kpis/sources.yaml:13:9: sources.1.id: 'tickets' is taken by the source on line 3. Give each source its own id",
      'measure.combine.sum: it is made of itself: cycle-a -> cycle-b -> cycle-a. Break the circle',
      "kpis/twice.yaml:11:1: name: 'name' is given twice, first on line 3. Keep one of the two",
      "'2026-02-30' is a day that does not exist. The last day of that month is 2026-02-28",
      'is not a number that can be kept. Write a finite number',
      'kpis/deep.yaml:1:204: values are nested more than 24 deep.',
      'kpis/large.yaml:1:1: the file has 9766 kB, more than 256.',
      "'*a' points to another place in the file. Write the value out; aliases are not read",
    ])
      expect(out).toContain(line);
    expect(out).toMatch(/^kpis\/bracket\.yaml:\d+:\d+: .*bracket/m);
    expect(out).toMatch(/1 KPI and 1 source in kpis; \d+ problems\.\n$/);
  });

  it('leave a folder that cannot be used, with every problem named', async () => {
    const { code, err } = await house.run(['review']);
    expect(err).toMatch(/kpis cannot be used:\nkpis\/organisation\.yaml:3:7: zone: there is no time zone/);
    expect(code).toBe(2);
  });
});

describe('broken data', () => {
  let house: Desk;
  const rows = Array.from({ length: 5_000 }, (_, at) => `G-${at},2026-11-02 09:15,,first\n`).join('');
  const cut = gzipSync(HEADER + rows);
  beforeAll(() => {
    house = desk({
      'kpis/organisation.yaml': ORGANISATION,
      'kpis/arrivals.yaml': ARRIVALS,
      'kpis/sources.yaml': sources(
        ...['dates.csv', 'large.csv', 'mixed.csv', 'cut.csv.gz', 'other.csv', 'missing.csv'].map((file) =>
          ticketSource(file.replace(/\..*/, ''), file),
        ),
      ),
      'kpis/dates.csv': `${HEADER}${GOOD}T-2,2026-02-30 09:00,,first\nT-3,2026-11-03 09:00,2026-11-02 09:00,first\nT-4,2060-11-03 09:00,,first\nT-5,NaN,,first\nT-6,1e999,,first\nT-1,2026-11-02 10:15,,first\n`,
      'kpis/large.csv': `${HEADER}${GOOD}T-2,2026-11-02 09:15,,${'x'.repeat(10_000_000)}\nT-3,2026-11-02 09:15,,first\n`,
      'kpis/mixed.csv': `\ufeff${HEADER.trimEnd()}\r\nM-1,2026-11-02 09:15,,first\r\nM-2,2026-11-02 09:15,,first\nM-3,2026-11-02 09:15,,first\r\n3 rows in all\n`,
      'kpis/cut.csv.gz': cut.subarray(0, cut.length / 2),
      'kpis/other.csv': 'number;opened\n1;2026-11-02\n',
    });
  });
  afterAll(() => house.close());

  it('costs the rows at fault in a dry run, which names each', async () => {
    const { code, out } = await house.run(['import', 'dates', '--dry-run']);
    expect(code).toBe(1);
    expect(out).toContain('7 rows read: 6 events of 2 items, 0 samples, 5 rejected, 1 taken with a warning. Nothing was stored.');
    for (const line of [
      "  dates.csv:3: opened: '2026-02-30 09:00' is a date or time that does not exist. Correct it in the file",
      '  dates.csv:4: resolved is before opened; the item is taken, durations leave it out and say so.',
      "  dates.csv:5: opened: '2060-11-03 09:00' lies in the future.",
      "  dates.csv:6: opened: 'NaN' does not read as YYYY-MM-DD HH:mm.",
      "  dates.csv:7: opened: '1e999' does not read as YYYY-MM-DD HH:mm.",
      "  dates.csv:8: 'T-1' is given again with other values, first on line 2.",
    ])
      expect(out).toContain(line);
  });

  it('of one source stops no other, and loses nothing', async () => {
    const { code, out, err } = await house.run(['pull']);
    expect([code, err]).toEqual([1, '']);
    const said = (source: string): string => new RegExp(`^${source}: .*$`, 'm').exec(out)?.[0] ?? '';
    expect(said('dates')).toMatch(/6 new events, 0 new samples, 5 rejected rows/);
    expect(said('large')).toMatch(/6 new events, 0 new samples, 1 rejected row,/);
    expect(out).toContain('  large.csv:3: the row is longer than 1,048,576 characters. Leave long texts out of the export');
    expect(said('mixed')).toMatch(/9 new events, 0 new samples, 1 rejected row,/);
    expect(out).toContain("  mixed.csv:5: this looks like a footer line, not a row. Write 'footer: 1'");
    expect(said('cut')).toMatch(
      /failed: cut\.csv\.gz: is cut off: it ends at byte [\d,]+ .* Copy or export it again; the rows before the cut are kept/,
    );
    expect(said('other')).toBe(
      "other: failed: other.csv:1: has no column 'id', 'team', 'created', 'resolved'. The header has: number, opened",
    );
    expect(said('missing')).toMatch(/failed: missing\.csv: does not exist\. /);
  });

  it('stays in sight when the next pass finds nothing new', async () => {
    const { code, out } = await house.run(['pull', 'large']);
    expect(code).toBe(0);
    expect(out).toMatch(/^large: 0 new events/);
    expect(out).toContain('  nothing new; the last pass that read something told of:\n  large.csv:3: the row is longer');
  });

  it('is no reason to hide what there is', async () => {
    const { code, out } = await house.run(['explain', 'arrivals', '2026-11']);
    expect(code).toBe(0);
    expect(out).toContain('Arrivals\n');
  });
});

it('proposes a mapping that reads the file it was guessed from', async () => {
  const house = desk({ 'kpis/organisation.yaml': ORGANISATION, 'kpis/tickets.csv': HEADER + GOOD });
  try {
    const guess = await house.run(['import', '--guess', 'kpis/tickets.csv']);
    expect(guess).toMatchObject({ code: 0, err: '' });
    expect(guess.out).toContain('gives: incident # CHECK: or ticket, deployment, alert …');
    house.write('kpis/sources.yaml', `version: sources/v1\nsources:\n${guess.out}`);
    const { code, out } = await house.run(['import', 'tickets', '--dry-run']);
    expect(out).toContain('1 row read: 3 events of 1 item, 0 samples, 0 rejected. Nothing was stored.');
    expect(code).toBe(0);
  } finally {
    await house.close();
  }
});
