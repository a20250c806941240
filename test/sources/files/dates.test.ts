import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateReader } from '../../../server/sources/files/dates.ts';
import { parseInstant } from '../../../server/time/instant.ts';
import { findZone } from '../../../server/time/zone.ts';

const read = (text: string, formats: string | string[], zoneName: string | null = 'UTC'): string => {
  const reader = dateReader([formats].flat(), zoneName === null ? null : findZone(zoneName));
  if (typeof reader === 'string') return `format: ${reader}`;
  const date = reader(text);
  return 'at' in date ? new Date(date.at).toISOString() + (date.note === null ? '' : ` (${date.note})`) : date.reason;
};

describe('reading dates', () => {
  it('reads the form that most exports write as it reads every other', () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
    const part = fc.tuple(fc.integer({ min: 1978, max: 2070 }), two(13), two(32), two(25), two(61), two(61));
    const marks = fc.tuple(
      fc.constantFrom('-', '/'),
      fc.constantFrom('T', ' ', 't'),
      fc.constantFrom('Z', 'z', '', '5', '+01:00'),
    );
    const reader = dateReader(['ISO'], null);
    fc.assert(
      fc.property(part, marks, ([year, month, day, hour, minute, second], [dash, t, end]) => {
        const text = `${year}${dash}${month}-${day}${t}${hour}:${minute}:${second}${end}`;
        const date = typeof reader === 'string' ? null : reader(text);
        const isTaken = year >= 1980 && year <= 2067;
        expect(date !== null && 'at' in date ? date.at : null).toBe(isTaken ? parseInstant(text) : null);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['29/2/2016 01:16', 'D/M/YYYY HH:mm', '2016-02-29T01:16:00.000Z'],
    ['5/3/2016 12:00', 'D/M/YYYY HH:mm', '2016-03-05T12:00:00.000Z'],
    ['02/29/16 1:05 pm', 'MM/DD/YY h:mm A', '2016-02-29T13:05:00.000Z'],
    ['12:30 AM, 1 Jan 2026', 'h:mm A, D MMM YYYY', '2026-01-01T00:30:00.000Z'],
    ['1 September 2026', 'D MMMM YYYY', '2026-09-01T00:00:00.000Z'],
    ['1 Sept. 2026', 'D MMM YYYY', '2026-09-01T00:00:00.000Z'],
    ['2026.11.05 at 07:08:09.123', 'YYYY.MM.DD [at] HH:mm:ss.SSS', '2026-11-05T07:08:09.123Z'],
    ['2026-11-05T07:08:09+02:00', 'YYYY-MM-DDTHH:mm:ssZ', '2026-11-05T05:08:09.000Z'],
    ['2014-02-14 14:30:00', 'ISO', '2014-02-14T14:30:00.000Z'],
    ['2026-11-05T07:08:09+0200', 'ISO', '2026-11-05T05:08:09.000Z'],
    ['2026-11-05', 'ISO', '2026-11-05T00:00:00.000Z'],
    ['1456708560', 'epoch seconds', '2016-02-29T01:16:00.000Z'],
    ['1456708560000', 'epoch milliseconds', '2016-02-29T01:16:00.000Z'],
  ])('reads %s as %s', (text, format, expected) => {
    expect(read(text, format)).toBe(expected);
  });

  it('reads local times in their zone, summer and winter', () => {
    expect(read('1/7/2026 09:00', 'D/M/YYYY HH:mm', 'Europe/Berlin')).toBe('2026-07-01T07:00:00.000Z');
    expect(read('1/12/2026 09:00', 'D/M/YYYY HH:mm', 'Europe/Berlin')).toBe('2026-12-01T08:00:00.000Z');
  });

  it.each([
    '30/2/2016 01:16',
    '31/4/2016 00:00',
    '29/2/2015 10:00',
    '1/13/2016 10:00',
    '1/1/2016 24:01',
    '1/1/2016 10:60',
    '0/1/2016 10:00',
  ])('refuses %s, which does not exist, instead of moving it', (text) => {
    expect(read(text, 'D/M/YYYY HH:mm')).toBe(`'${text}' is a date or time that does not exist`);
  });

  it('refuses dates of ISO form that do not exist', () => {
    expect(read('2026-02-30', 'ISO')).toContain('does not exist');
    expect(read('2026-02-30T10:00Z', 'ISO')).toContain('does not exist');
    expect(read('2026-11-05 13:00 PM', 'ISO')).toContain('does not exist');
  });

  it('reads a second 60 as the end of its minute and says so', () => {
    expect(read('2016-12-31T23:59:60Z', 'ISO')).toMatch(/^2016-12-31T23:59:59.999Z \(.*second 60/);
    expect(read('31/12/2016 23:59:60', 'D/M/YYYY HH:mm:ss')).toMatch(/^2016-12-31T23:59:59.999Z \(.*second 60/);
  });

  it('refuses the dates by which systems mean none', () => {
    for (const text of ['1900-01-01', '1970-01-01', '9999-12-31'])
      expect(read(text, 'ISO')).toContain('before 1980 or after 2067');
  });

  it('says which form it expects', () => {
    expect(read('soon', 'D/M/YYYY')).toBe("'soon' does not read as D/M/YYYY");
    expect(read('2026-01-02', ['D/M/YYYY', 'ISO'])).toBe('2026-01-02T00:00:00.000Z');
    expect(read('2/1/2026 ', 'D/M/YYYY')).toContain('does not read');
  });

  it('asks for a zone where a time does not say its offset', () => {
    expect(read('2026-01-02 10:00', 'ISO', null)).toContain('does not say in which time zone');
    expect(read('2026-01-02T10:00Z', 'ISO', null)).toBe('2026-01-02T10:00:00.000Z');
    expect(read('x', 'D/M/YYYY', null)).toContain('no zone is given');
  });

  it('says what is wrong with a format', () => {
    expect(read('x', 'dd/MM/yyyy')).toContain("'d' in 'dd/MM/yyyy' is not a date token");
    expect(read('x', 'MM/DD')).toContain('needs a day, a month and a year');
    expect(read('x', 'D/M/YYYY h:mm')).toContain('needs both h and A');
    expect(read('x', 'D/M/YYYY D')).toContain("has 'D' twice");
  });
});
