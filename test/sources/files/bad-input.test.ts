import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../server/sources/files/bytes.ts';
import { SourceError } from '../../../server/sources/source.ts';
import { contextOf, folderWith, pullAll, sourceOf, told } from './reading.ts';

const MAPPING = `
- path: incidents.csv
  gives: incident
  item: id
  zone: UTC
  severity: priority
  fields: { team: team }
  instants: { opened: opened, resolved: resolved }
`;
const HEADER = 'id,opened,resolved,priority,team\n';
const GOOD = 'A,2026-01-01 10:00,2026-01-01 12:00,1,red\n';
const LAST = 'Z,2026-01-02 10:00,,2,blue\n';

/** Ids taken, rejects told, and the error, for rows between a good first and a good last one. */
const readBetween = async (
  rows: string | Buffer,
  mapping = MAPPING,
): Promise<{ ids: string[]; rejects: string[]; kept: string[] }> => {
  const content = Buffer.concat([Buffer.from(HEADER + GOOD), Buffer.from(rows), Buffer.from(LAST)]);
  const { events, rejects, error } = await pullAll(sourceOf(folderWith({ 'incidents.csv': content }), mapping));
  expect(error).toBeNull();
  return {
    ids: [...new Set(events.map(({ item }) => item))],
    rejects: told(rejects.filter(({ isKept }) => !isKept)),
    kept: told(rejects.filter(({ isKept }) => isKept)),
  };
};

const errorOf = async (content: string | Buffer, mapping = MAPPING): Promise<string> => {
  const { error, end } = await pullAll(sourceOf(folderWith({ 'incidents.csv': content }), mapping));
  expect(end).toBeNull();
  return error === null ? 'no error' : `${error.message} | ${error.fix ?? ''}`;
};

describe('a bad row is rejected with its place and reason, and the rest goes on', () => {
  it.each([
    [
      'a date that does not exist',
      'B,2026-02-30 10:00,,1,red\n',
      "opened: '2026-02-30 10:00' is a date or time that does not exist",
    ],
    ['a date of another form', 'B,30.1.2026,,1,red\n', "opened: '30.1.2026' does not read as ISO"],
    ['a future date', 'B,2031-01-30 10:00,,1,red\n', "opened: '2031-01-30 10:00' lies in the future"],
    ['a row without dates', 'B,,,1,red\n', "no date in 'opened', 'resolved'"],
    ['a row without an id', ',2026-01-30 10:00,,1,red\n', "no id in 'id'"],
    ['a row with too few cells', 'B,2026-01-30 10:00\n', 'the row has 2 cells, the header has 5'],
    ['a footer line', 'Total: 17 rows\n', 'this looks like a footer line, not a row'],
    ['a row of 10 MB', `B,2026-01-30 10:00,,1,${'x'.repeat(10_000_000)}\n`, 'the row is longer than 1,048,576 characters'],
    ['a cell of 100 kB', `B,2026-01-30 10:00,,1,${'x'.repeat(100_000)}\n`, 'a cell holds more than 65,536 characters'],
    ['a NUL', 'B,2026-01-30 10:00,,1,r\0d\n', 'a cell holds a NUL character'],
    [
      'bytes that are not UTF-8',
      Buffer.from('B,2026-01-30 10:00,,1,caf\xe9\n', 'latin1'),
      'a cell holds bytes that are not UTF-8',
    ],
    ['a quote gone wrong', 'B,2026-01-30 10:00,,1,"red\n', 'a quote that opens in column 5 is never closed'],
    [
      'another row of the same id',
      'A,2026-01-01 10:00,2026-01-01 12:00,2,red\n',
      "'A' is given again with other values, first on line 2",
    ],
  ])('%s', async (_, row, reason) => {
    const { ids, rejects } = await readBetween(row);
    expect(rejects).toEqual([`incidents.csv:3: ${reason}`]);
    expect(ids).toEqual(['A', 'Z']);
  });

  it('keeps an end before its start, and says so', async () => {
    const { ids, rejects, kept } = await readBetween('B,2026-01-30 10:00,2026-01-30 09:00,1,red\n');
    expect(ids).toEqual(['A', 'B', 'Z']);
    expect(rejects).toEqual([]);
    expect(kept).toEqual(['incidents.csv:3: resolved is before opened; the item is taken, durations leave it out and say so']);
  });

  it('keeps a second 60 and an unknown severity, and says so', async () => {
    const { ids, kept } = await readBetween('B,2026-01-30 10:00:60,,urgent,red\n');
    expect(ids).toEqual(['A', 'B', 'Z']);
    expect(kept).toEqual([
      "incidents.csv:3: opened: '2026-01-30 10:00:60' has a second 60; it was read as the end of that minute",
      "incidents.csv:3: the severity 'urgent' is not 1 to 5; the row is taken without one",
    ]);
  });

  it('passes over footer lines that the mapping announces', async () => {
    const { events, rejects } = await pullAll(
      sourceOf(folderWith({ 'incidents.csv': `${HEADER}${GOOD}\nTotal: 1 row\nPrinted,today\n` }), `${MAPPING}  footer: 2\n`),
    );
    expect(rejects).toEqual([]);
    expect(new Set(events.map(({ item }) => item))).toEqual(new Set(['A']));
  });

  it('passes over rows that the mapping leaves out', async () => {
    const { ids, rejects } = await readBetween('B,never,,1,test\n', `${MAPPING}  skip_rows_where: { team: [test, training] }\n`);
    expect(rejects).toEqual([]);
    expect(ids).toEqual(['A', 'Z']);
  });

  it('names a state that the map does not have, and the nearest one that it has', async () => {
    const mapping = `
- path: incidents.csv
  gives: incident
  rows: history
  item: id
  at: at
  state: { column: status, map: { Open: opened, Resolved: resolved, Draft: ignore } }
`;
    const rows =
      'id,at,status\nA,2026-01-01T10:00Z,Open\nA,2026-01-01T11:00Z,Resolvd\nA,2026-01-01T12:00Z,Draft\nA,2026-01-01T13:00Z,Resolved\n';
    const source = sourceOf(folderWith({ 'incidents.csv': rows }), mapping);
    const { events, rejects } = await pullAll(source);
    expect(told(rejects)).toEqual(["incidents.csv:3: the state 'Resolvd' is not in the map"]);
    expect(rejects[0]?.fix).toContain("Did you mean 'Resolved'?");
    expect(events.map(({ state }) => state)).toEqual(['opened', null, 'resolved']);
  });

  it('counts rejects beyond the first thousand instead of listing them', async () => {
    const { rejects } = await readBetween('B,never,,1,red\n'.repeat(1_500));
    expect(rejects).toHaveLength(1_001);
    expect(rejects.at(-1)).toBe('incidents.csv: 500 more rows were rejected for reasons such as those above');
  });
});

describe('a bad line of JSON', () => {
  it('is rejected with its place, and the rest goes on', async () => {
    const mapping = MAPPING.replace('incidents.csv', 'incidents.jsonl');
    const lines = [
      '{"id":"A","opened":"2026-01-01T10:00Z","priority":1,"team":"red"}',
      '{"id":"B","opened":',
      '[1]',
      '{"id":9007199254740993,"opened":"2026-01-01T10:00Z"}',
      '{"id":"C","opened":"2026-01-01T10:00Z","priority":1e999}',
      String.raw`{"id":"D","opened":"2026-01-01T10:00Z","team":"\ud800"}`,
      String.raw`{"id":"E","opened":"2026-01-01T10:00Z","team":"a\u0000b"}`,
      '{"id":"F","opened":"2026-01-01T10:00Z","team":{"name":"red"}}',
      '',
      '{"id":"Z","opened":"2026-01-01T10:00Z"}',
    ];
    const { events, rejects } = await pullAll(sourceOf(folderWith({ 'incidents.jsonl': lines.join('\n') }), mapping));
    expect(new Set(events.map(({ item }) => item))).toEqual(new Set(['A', 'Z']));
    expect(told(rejects)).toEqual([
      'incidents.jsonl:2: the line is not JSON',
      'incidents.jsonl:3: the line is not a JSON object',
      "incidents.jsonl:4: 'id' has more digits than a JSON number keeps",
      "incidents.jsonl:5: 'priority' is too large to be kept",
      'incidents.jsonl:6: a cell holds half a character (a lone surrogate)',
      'incidents.jsonl:7: a cell holds a NUL character',
      "incidents.jsonl:8: 'team' is a list or an object, not a value",
      "incidents.jsonl:1: no row has 'resolved'",
    ]);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['an empty file', '', 'incidents.csv: is empty: it has no bytes at all'],
    ['only line ends', '\n\n', 'incidents.csv: has no header line'],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}${GOOD}`, 'utf16le'), 'incidents.csv: is written in UTF-16'],
    ['UTF-16 without its mark', Buffer.from(HEADER + GOOD, 'utf16le'), 'incidents.csv: is written in UTF-16'],
    ['a sign-in page', '<!DOCTYPE html><html>', 'incidents.csv: is a web page or XML'],
    ['a workbook', Buffer.from('PK\x03\x04rest'), 'incidents.csv: is a zip archive or an Excel workbook'],
    ['a missing column', 'id,opend,resolved,priority,team\n', "incidents.csv:1: has no column 'opened' | Did you mean 'opend'?"],
    ['a broken archive', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255, 255, 255]), 'is damaged before byte'],
  ])('%s', async (_, content, message) => {
    expect(await errorOf(content)).toContain(message);
  });

  it('a zero-byte archive and one that is none', async () => {
    const mapping = MAPPING.replace('incidents.csv', 'incidents.csv.gz');
    const read = async (content: string): Promise<string | undefined> =>
      (await pullAll(sourceOf(folderWith({ 'incidents.csv.gz': content }), mapping))).error?.message;
    expect(await read('')).toContain('is empty');
    expect(await read(HEADER + GOOD)).toContain('is not gzip data');
  });

  it('a path that does not exist, with the name that was probably meant', async () => {
    const { error } = await pullAll(sourceOf(folderWith({ 'incident.csv': HEADER }), MAPPING));
    expect(error?.message).toBe('incidents.csv: does not exist');
    expect(error?.fix).toBe("Did you mean 'incident.csv'?");
  });

  it('a truncated archive: rows before the cut are given, the pass is not complete, the place is named', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, row) => `I${row},2026-01-01 10:00,2026-01-01 12:00,${(row % 5) + 1},team ${row * 7919}\n`,
    );
    const whole = gzipSync(HEADER + rows.join(''));
    const cut = whole.subarray(0, Math.floor(whole.length / 2));
    const { events, error, end } = await pullAll(sourceOf(folderWith({ 'incidents.csv': cut }), MAPPING));
    expect(end).toBeNull();
    expect(error?.message).toBe(
      `incidents.csv: is cut off: it ends at byte ${cut.length.toLocaleString('en')} in the middle of its data`,
    );
    expect(events.length).toBeGreaterThan(10_000);
    expect(events.every(({ item }) => /^I\d+$/.test(item))).toBe(true);
  });

  it('an archive that unpacks to far more than exports do', async () => {
    const folder = folderWith({ 'bomb.csv.gz': gzipSync(Buffer.alloc(20_000_000, 'x')) });
    const read = async (): Promise<void> => {
      const limits = { maximumBytes: 1e9, maximumRatio: 300, ratioFromBytes: 1_000_000 };
      for await (const chunk of readBytes(
        `${folder}/bomb.csv.gz`,
        'bomb.csv.gz',
        { readBytes: 0, digest: null },
        contextOf().signal,
        limits,
      )) {
        expect(chunk.length).toBeLessThan(1e6);
      }
    };
    await expect(read()).rejects.toThrow(/bomb\.csv\.gz: unpacks to more than 300 times its size/);
    await expect(read()).rejects.toThrow(SourceError);
  });

  it('does not stop the other files, and every one is named', async () => {
    const folder = folderWith({ 'in/a.csv': HEADER + GOOD, 'in/b.csv': 'x,y\n', 'in/c.csv': '', 'in/d.csv': HEADER + LAST });
    const { events, error } = await pullAll(sourceOf(folder, MAPPING.replace('incidents.csv', 'in')));
    expect(new Set(events.map(({ item }) => item))).toEqual(new Set(['A', 'Z']));
    expect(error?.message).toContain("in/b.csv:1: has no column 'id', 'priority'");
    expect(error?.message).toContain('in/c.csv: is empty');
  });
});

describe('files as they come', () => {
  it('reads a byte-order mark, mixed line ends, other separators and gzip like any other file', async () => {
    const plain = await pullAll(sourceOf(folderWith({ 'incidents.csv': HEADER + GOOD + LAST }), MAPPING));
    const odd = `\ufeff${HEADER}\n${GOOD.replace('\n', '\r\n')}\r${LAST}`;
    for (const content of [odd, gzipSync(odd), odd.replaceAll(',', ';'), odd.replaceAll(',', '\t')]) {
      const { events, rejects } = await pullAll(sourceOf(folderWith({ 'incidents.csv': content }), MAPPING));
      expect(rejects).toEqual([]);
      expect(events).toEqual(plain.events);
    }
  });

  it('reads the encodings that the mapping names', async () => {
    const rows = HEADER + GOOD.replace('red', 'Équipe');
    for (const [encoding, bytes] of [
      ['windows-1252', Buffer.from(rows, 'latin1')],
      ['utf-16le', Buffer.from(`\ufeff${rows}`, 'utf16le')],
    ] as const) {
      const { events } = await pullAll(sourceOf(folderWith({ 'incidents.csv': bytes }), `${MAPPING}  encoding: ${encoding}\n`));
      expect(events.find(({ slot }) => slot === 'fields')?.fields['team']).toBe('Équipe');
    }
  });

  it('stops when it is told to', async () => {
    const aborted = new AbortController();
    aborted.abort();
    const pull = pullAll(
      sourceOf(folderWith({ 'incidents.csv': HEADER + GOOD }), MAPPING),
      contextOf({ signal: aborted.signal }),
    );
    await expect(pull).rejects.toThrow(/abort/i);
  });
});
