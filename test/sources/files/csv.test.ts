import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvAssembler, guessDelimiter, headerNames } from '../../../server/sources/files/csv.ts';
import { LineCutter } from '../../../server/sources/files/lines.ts';

/** Rows as cells, faults as text, with the line each starts on. */
const rowsOf = (text: string, chunk = text.length): (readonly string[] | string)[] => {
  const cutter = new LineCutter();
  const assembler = new CsvAssembler(',');
  const found = [];
  for (let at = 0; at < text.length; at += Math.max(1, chunk))
    found.push(...assembler.push(cutter.push(text.slice(at, at + Math.max(1, chunk))), false));
  found.push(...assembler.push(cutter.end(), true));
  return found.map((row) => ('reason' in row ? `${row.line}: ${row.reason}` : row.cells));
};

const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '"', '\n', 'é', '😀'), maxLength: 6 });
const quoted = (text: string): string => (/[",\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text);

describe('reading CSV', () => {
  it('reads every well-formed file as csv-parse does, whatever the line ends and chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 20 }),
        (rows, lineEnd, chunk) => {
          const text = rows.map((row) => row.map(quoted).join(',')).join(lineEnd) + lineEnd;
          const expected: unknown = parse(text, { record_delimiter: [lineEnd] });
          expect(rowsOf(text, chunk)).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('loses only the line in which a quote goes wrong', () => {
    const text = 'a,b,c\n1,"x,2\n3,y,4\n5,"y2",6\n7,8,9\n';
    expect(rowsOf(text)).toEqual([
      ['a', 'b', 'c'],
      '2: text follows the closing quote of column 2',
      ['3', 'y', '4'],
      ['5', 'y2', '6'],
      ['7', '8', '9'],
    ]);
  });

  it('takes rows of several lines with the wrong number of cells for one stray quote', () => {
    expect(rowsOf('a,b,c\n1,x,"2\n3,y,4\n5",z,6\n7,8,9\n')).toEqual([
      ['a', 'b', 'c'],
      '2: the row has 5 cells, the header has 3',
      ['3', 'y', '4'],
      ['5"', 'z', '6'],
      ['7', '8', '9'],
    ]);
  });

  it('numbers lines alike however the bytes come in', () => {
    const text = 'a\r\nb\r\n\r\n"c\r\nd"\re\n';
    for (const chunk of [1, 2, 3, 100]) {
      const cutter = new LineCutter();
      const lines = [];
      for (let at = 0; at < text.length; at += chunk) lines.push(...cutter.push(text.slice(at, at + chunk)));
      expect([...lines, ...cutter.end()].map((line) => `${line.number} ${line.text ?? ''}`)).toEqual([
        '1 a',
        '2 b',
        '3 ',
        '4 "c',
        '5 d"',
        '6 e',
      ]);
    }
  });

  it('goes on after a quote that never closes', () => {
    expect(rowsOf('a,b\n1,"x\n2,y\n3,z\n')).toEqual([
      ['a', 'b'],
      '2: a quote that opens in column 2 is never closed',
      ['2', 'y'],
      ['3', 'z'],
    ]);
  });

  it('takes a quote inside an unquoted cell as it is', () => {
    expect(rowsOf('a,b\n5" pipe,x\n')).toEqual([
      ['a', 'b'],
      ['5" pipe', 'x'],
    ]);
  });

  it('reads mixed line ends and counts lines right', () => {
    expect(rowsOf('a,b\r\n1,2\n3,4\r5,6\r\n\r\n7\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
      '6: the row has 1 cells, the header has 2',
    ]);
  });

  it('passes over a row that is too long without keeping it', () => {
    const cutter = new LineCutter();
    const assembler = new CsvAssembler(',');
    const found = assembler.push(cutter.push('a,b\n'), false);
    for (let part = 0; part < 40; part += 1) found.push(...assembler.push(cutter.push('x'.repeat(256 * 1024)), false));
    found.push(...assembler.push(cutter.push('\n1,2\n'), true));
    expect(found.map((row) => ('reason' in row ? row.reason : row.cells))).toEqual([
      ['a', 'b'],
      'the row is longer than 1,048,576 characters',
      ['1', '2'],
    ]);
  });

  it('tells columns of one name apart, and guesses the separator', () => {
    expect(headerNames(['category', ' category ', 'x', 'category'])).toEqual(['category', 'category#2', 'x', 'category#3']);
    expect([guessDelimiter('a;b;c'), guessDelimiter('a\tb'), guessDelimiter('"a;b;c",d'), guessDelimiter('one')]).toEqual([
      ';',
      '\t',
      ',',
      ',',
    ]);
  });
});
