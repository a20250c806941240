import { dayFrom } from '../../time/day.ts';
import { parseInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import type { Zone } from '../../time/zone.ts';
import { compileFormat, type Civil } from './date-format.ts';

/** A date that was read. `note` says what was odd about it, where it was taken nevertheless. */
export interface ReadDate {
  readonly at: Instant;
  readonly note: string | null;
}

export interface DateFault {
  readonly reason: string;
  readonly fix: string;
}

export interface DateReader {
  (text: string): ReadDate | DateFault;
  /** Where its form is the one that most exports have: that alone as an instant, NaN for what is to be read in full. */
  readonly plain: ((text: string) => Instant) | null;
}

const DAY_MS = 86_400_000;
/** Days from 1970 to the day before the first of each month from January 1980 to December 2067. */
const MONTH_DAYS = Int32Array.from({ length: 88 * 12 }, (_, month) => Date.UTC(1980, month, 0) / DAY_MS);
const ISO = /^iso(?:[ -]?8601)?$/i;
/** Dates outside are a system's way of saying "none" (1900-01-00, 9999-12-31), and do not fit the columns. */
const FIRST = Date.UTC(1980, 0, 1);
const LAST = Date.UTC(2068, 0, 1);

type Form = (text: string, zone: Zone | null) => ReadDate | DateFault | null;

/**
 * A strict reader of dates in any of `formats`; where several fit, the first that gives a real date
 * wins. Words: `ISO`, `epoch seconds`, `epoch milliseconds`, or a pattern (date-format.ts). Times
 * without an offset are local in `zone`; null: such times are refused. Returns text that says what
 * is wrong with a format.
 */
export const dateReader = (formats: readonly string[], zone: Zone | null): DateReader | string => {
  const forms: Form[] = [];
  for (const format of formats) {
    const form = formOf(format, zone);
    if (typeof form === 'string') return form;
    forms.push(form);
  }
  // Exports repeat their dates row after row.
  const seen = new Map<string, ReadDate | DateFault>();
  const isIsoFirst = formats[0] !== undefined && ISO.test(formats[0]);
  const read = (text: string): ReadDate | DateFault => {
    const at = isIsoFirst ? plainUtc(text) : NaN;
    if (!Number.isNaN(at)) return { at, note: null };
    const known = seen.get(text);
    if (known !== undefined) return known;
    const result = readFirst(text, forms, formats, zone);
    if (seen.size >= 5_000) seen.clear();
    seen.set(text, result);
    return result;
  };
  return Object.assign(read, { plain: isIsoFirst ? plainUtc : null });
};

const readFirst = (text: string, forms: readonly Form[], formats: readonly string[], zone: Zone | null): ReadDate | DateFault => {
  let fault: DateFault | null = null;
  for (const form of forms) {
    const result = form(text, zone);
    if (result === null) continue;
    if ('at' in result) return isWithin(result.at) ? result : outOfRange(text);
    fault ??= result;
  }
  return (
    fault ?? {
      reason: `'${shorten(text)}' does not read as ${formats.join(' or ')}`,
      fix: `Correct it, add the format to 'dates', or the word to 'nulls' if it means that there is no date`,
    }
  );
};

/** Checked first: zones know nothing of the years near 0 and 9999. */
const isYearWithin = (year: number): boolean => year >= 1979 && year <= 2068;
const isWithin = (at: Instant): boolean => at >= FIRST && at < LAST;
const outOfRange = (text: string): DateFault => ({
  reason: `'${shorten(text)}' is before 1980 or after 2067`,
  fix: `Add it to 'nulls' if it stands for "no date", or correct it`,
});
const noSuchDate = (text: string): DateFault => ({
  reason: `'${shorten(text)}' is a date or time that does not exist`,
  fix: 'Correct it in the file and import again',
});
const noZone = (text: string): DateFault => ({
  reason: `'${shorten(text)}' does not say in which time zone it is`,
  fix: `Add 'zone: Europe/Berlin' (or UTC) to this file's settings`,
});
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

const formOf = (format: string, zone: Zone | null): Form | string => {
  if (ISO.test(format)) return readIso;
  if (/^epoch seconds$/i.test(format)) return (text) => readEpoch(text, 1_000);
  if (/^epoch milliseconds$/i.test(format)) return (text) => readEpoch(text, 1);
  const compiled = compileFormat(format);
  if (typeof compiled === 'string') return compiled;
  if (zone === null && !compiled.hasOffset) return `times written as '${format}' are local times, but no zone is given`;
  return (text) => {
    const civil = compiled.read(text);
    return civil === null ? null : instantOf(text, civil, zone);
  };
};

/**
 * `2026-11-15T10:00:00Z` and nothing else, of years that are taken and days that every month has: the
 * form that most exports write millions of times. NaN: to be read in full.
 */
const plainUtc = (text: string): Instant => {
  if (text.length !== 20 || text[19] !== 'Z' || (text[10] !== 'T' && text[10] !== ' ')) return NaN;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return NaN;
  const year = digitsAt(text, 0) * 100 + digitsAt(text, 2);
  const month = digitsAt(text, 5);
  const day = digitsAt(text, 8);
  const hour = digitsAt(text, 11);
  const minute = digitsAt(text, 14);
  const second = digitsAt(text, 17);
  // What is no number is in no range.
  const isDay = year >= 1980 && year <= 2067 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (!isDay || !(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  const month0 = (year - 1980) * 12 + month - 1;
  return ((MONTH_DAYS[month0] ?? 0) + day) * DAY_MS + (hour * 3_600 + minute * 60 + second) * 1_000;
};

/** Two digits as a number, NaN for anything else. */
const digitsAt = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
};

const readEpoch = (text: string, unit: number): ReadDate | null =>
  /^\d{1,14}(?:\.\d{1,9})?$/.test(text) ? { at: Math.round(Number(text) * unit), note: null } : null;

const readIso: Form = (text, zone) => {
  if (!/^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(text)) return null;
  if (!isYearWithin(Number(text.slice(0, 4)))) return outOfRange(text);
  const at = parseInstant(text, zone ?? undefined);
  if (at !== null) return { at, note: /^.{16}:60/.test(text) ? secondSixty(text) : null };
  const isLocal = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?$/.test(text);
  if (zone === null && isLocal) return noZone(text);
  return noSuchDate(text);
};

const secondSixty = (text: string): string => `'${shorten(text)}' has a second 60; it was read as the end of that minute`;

const instantOf = (text: string, civil: Civil, zone: Zone | null): ReadDate | DateFault => {
  if (!isYearWithin(civil.year)) return outOfRange(text);
  const day = dayFrom(civil.year, civil.month, civil.day);
  if (day === null || civil.hour > 23 || civil.minute > 59 || civil.second > 60) return noSuchDate(text);
  const isLeap = civil.second === 60;
  const msOfDay = (civil.hour * 60 + civil.minute) * 60_000 + (isLeap ? 59_999 : civil.second * 1_000 + civil.ms);
  const note = isLeap ? secondSixty(text) : null;
  if (civil.offsetMs !== null) return { at: day * DAY_MS + msOfDay - civil.offsetMs, note };
  return zone === null ? noZone(text) : { at: zone.instantOf(day, msOfDay), note };
};
