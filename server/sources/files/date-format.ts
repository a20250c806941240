/** What a pattern found in a text, not yet checked to exist. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** Offset from UTC, or null for a local time. */
  readonly offsetMs: number | null;
}

export interface CompiledFormat {
  readonly hasOffset: boolean;
  /** Null where the text has another form. */
  read(text: string): Civil | null;
}

/** The pattern of each token, by what it fills in. */
const TOKENS: Readonly<Record<string, readonly [part: string, pattern: string]>> = {
  YYYY: ['year', String.raw`\d{4}`],
  YY: ['shortYear', String.raw`\d{2}`],
  MMMM: ['monthName', '[A-Za-z]{3,9}'],
  MMM: ['monthName', String.raw`[A-Za-z]{3,9}\.?`],
  MM: ['month', String.raw`\d{2}`],
  M: ['month', String.raw`\d{1,2}`],
  DD: ['day', String.raw`\d{2}`],
  D: ['day', String.raw`\d{1,2}`],
  HH: ['hour', String.raw`\d{2}`],
  H: ['hour', String.raw`\d{1,2}`],
  hh: ['halfHour', String.raw`\d{2}`],
  h: ['halfHour', String.raw`\d{1,2}`],
  mm: ['minute', String.raw`\d{2}`],
  ss: ['second', String.raw`\d{2}`],
  SSS: ['ms', String.raw`\d{3}`],
  A: ['half', '[AaPp]\\.?[Mm]\\.?'],
  Z: ['offset', String.raw`Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?`],
};

const MONTHS = [
  'january', 'february', 'march', 'april', 'may', 'june',
  'july', 'august', 'september', 'october', 'november', 'december',
]; // prettier-ignore

const PIECES = /YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|Z|\[([^\]]*)\]|\s+|./g;

/**
 * Compiles a pattern such as `D/M/YYYY HH:mm`. Tokens: D DD M MM MMM MMMM YYYY YY (70 to 99 are
 * 1900s) H HH h hh mm ss SSS A Z; other letters only in [brackets]; T stands for itself. Returns
 * text that says what is wrong with the pattern.
 */
export const compileFormat = (format: string): CompiledFormat | string => {
  const parts: string[] = [];
  let pattern = '';
  for (const [piece, literal] of format.matchAll(PIECES)) {
    const token = TOKENS[piece];
    if (token !== undefined) {
      if (parts.includes(token[0])) return `'${format}' has '${piece}' twice`;
      parts.push(token[0]);
      pattern += `(${token[1]})`;
    } else if (literal !== undefined) pattern += escaped(literal);
    else if (/^\s/.test(piece)) pattern += String.raw`\s+`;
    else if (/^[A-Za-z]$/.test(piece) && piece !== 'T') {
      return `'${piece}' in '${format}' is not a date token; the tokens are ${Object.keys(TOKENS).join(' ')}`;
    } else pattern += escaped(piece);
  }
  const has = (...names: string[]): boolean => names.some((name) => parts.includes(name));
  if (!has('year', 'shortYear') || !has('month', 'monthName') || !has('day'))
    return `'${format}' needs a day, a month and a year`;
  if (has('halfHour') !== has('half')) return `'${format}' needs both h and A, or H alone`;
  const form = new RegExp(`^${pattern}$`);
  return {
    hasOffset: has('offset'),
    read: (text) => {
      const match = form.exec(text);
      if (match === null) return null;
      return civilOf(new Map(parts.map((part, index) => [part, match[index + 1] ?? ''])));
    },
  };
};

const escaped = (text: string): string => text.replace(/[^A-Za-z0-9\s]/g, String.raw`\$&`);

const civilOf = (found: ReadonlyMap<string, string>): Civil | null => {
  const number = (part: string): number => Number(found.get(part) ?? 0);
  const shortYear = found.get('shortYear');
  const monthName = found.get('monthName');
  const month = monthName === undefined ? number('month') : monthOf(monthName);
  if (month === null) return null;
  const offset = found.get('offset');
  return {
    year: shortYear === undefined ? number('year') : Number(shortYear) + (Number(shortYear) < 70 ? 2000 : 1900),
    month,
    day: number('day'),
    hour: hourOf(found),
    minute: number('minute'),
    second: number('second'),
    ms: number('ms'),
    offsetMs: offset === undefined ? null : offsetMsOf(offset),
  };
};

const monthOf = (name: string): number | null => {
  const plain = name.replace('.', '').toLowerCase();
  const index = MONTHS.findIndex(
    (month) => month === plain || month.slice(0, 3) === plain || (plain === 'sept' && month === 'september'),
  );
  return index < 0 ? null : index + 1;
};

/** 12 AM is 0, 12 PM is 12; an hour outside 1 to 12 becomes 99, which does not exist. */
const hourOf = (found: ReadonlyMap<string, string>): number => {
  const half = found.get('half');
  if (half === undefined) return Number(found.get('hour') ?? 0);
  const hour = Number(found.get('halfHour'));
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
};

const offsetMsOf = (text: string): number => {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (match === null) return 0;
  const ms = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
  return match[1] === '-' ? -ms : ms;
};
