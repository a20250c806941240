import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../server/api/csv.ts';

describe('CSV', () => {
  it('keeps numbers numbers, leaves nothing empty that was zero, and quotes what would run', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          [0, null],
          [-1.5, '-1'],
          ['=1+1', '@x'],
          ['\tx', '\nx'],
          ['\0', '+1'],
          ['plain', 'a"b,c'],
        ],
      ),
    ).toBe(['a,b', '0,', "-1.5,'-1", "'=1+1,'@x", '\'\tx,"\'\nx"', "'\0,'+1", 'plain,"a""b,c"', ''].join('\r\n'));
  });

  it('is read back by another parser as it was written, and no text in it begins a formula', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('=', '+1', '-', '@a', '\tb', '\r', 'a\r\nb', '"', ','),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const read: unknown = parse(csvOf(['one', 'two'], rows), { relax_column_count: false, record_delimiter: '\r\n' });
        expect(read).toEqual([
          ['one', 'two'],
          ...rows.map((row) => row.map((text) => (/^[=+\-@\t\r\n\0]/.test(text) ? `'${text}` : text))),
        ]);
      }),
    );
  });
});
