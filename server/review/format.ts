import type { Emptiness } from '../kpi/measurement.ts';
import type { Kpi, Unit } from '../kpi/kpi.ts';
import { formatDuration } from '../time/duration.ts';
import { isOpenEnded, type MaybeBounded } from './bounds.ts';

/** U+202F, a narrow space that does not break: 56 607 738. */
const THIN_SPACE = '\u202f';
/** U+2212, as wide as the plus sign. */
const MINUS = '−';
/** Changes of counts, and of shares of counts, below this are told as what they are and were. */
const SMALL_COUNT = 10;
/** So are changes of durations summed up from fewer than this. */
const SMALL_SAMPLE = 5;
/** Below it a number is only said to be so small: nobody reads exponents aloud. */
const SMALLEST = 0.000_001;
/** One digit more may tell two numbers of a sentence apart; more than that is precision that nobody has. */
const MOST_EXTRA = 1;
/** A number below this part of the largest of its sentence has one digit: `+0.04` beside `−8.3 and +8.4`. */
const SLIGHT = 0.01;
/** Shares from here on are told by what is missing from 100%. */
const NEARLY_ALL = 0.9;
/** From this factor on a rise is told as a factor: `1.9×` says more than `+90%`. */
const FACTOR_FROM = 1.8;

/** A unit with what is particular to one measure: a sign before growth, what is left of a budget, two decimals of a Gini. */
export interface ShownUnit extends Unit {
  readonly style?: 'signed' | 'budget' | 'index' | 'score';
}

/** How values of a KPI are written. */
export function shownUnit({ unit, measure }: Kpi): ShownUnit {
  switch (measure.type) {
    case 'depth':
      return measure.growth ? { ...unit, style: 'signed' } : unit;
    case 'budget':
      return { ...unit, style: 'budget' };
    case 'score':
      return { ...unit, style: 'score' };
    case 'spread':
      return measure.statistic === 'gini' ? { ...unit, style: 'index' } : unit;
    default:
      return unit;
  }
}

/** A value as people say it, in full: `6 h 25 m`, `12%`, `56 607 738`, `420 ms`. For points and tables. */
export function formatValue(unit: ShownUnit, value: number): string {
  if (unit.style === 'budget') return value < 0 ? `${formatShare(value, 0)}: overspent` : `${formatShare(value, 0)} left`;
  if (unit.style === 'index') return value.toFixed(2);
  if (unit.style === 'signed') return plus(value, formatNumber(value, 3));
  if (unit.style === 'score') return formatShort(unit, value);
  switch (unit.type) {
    case 'duration':
      return formatDuration(value);
    case 'share':
      return formatShare(value, 0);
    case 'count':
      return formatNumber(value, 3);
    case 'number':
      return withLabel(formatNumber(value, 3), unit.label);
  }
}

/** The value, or the word for why there is none. */
export function formatOutcome(unit: ShownUnit, outcome: MaybeBounded & { readonly emptiness: Emptiness | null }): string {
  if (outcome.value === null) return outcome.emptiness ?? 'no data';
  return `${isOpenEnded(outcome) ? 'above ' : ''}${formatValue(unit, outcome.value)}`;
}

/**
 * Writes numbers that stand in one sentence: durations in one unit with two digits (`6.4 h`, `6.1 h`), and with one
 * more where that tells the first number from others that differ from it. What still reads alike is `just` beyond.
 * @param values those that are said; `beside` are known to the reader and only tell what is large here
 */
export function sentenceNumbers(
  unit: ShownUnit,
  values: readonly (number | null)[],
  beside: readonly (number | null)[] = [],
): (value: number) => string {
  const known = values.filter((value) => value !== null);
  const [first = 0, ...others] = known;
  const company: Company = { largest: largestOf([...values, ...beside]), fewest: fewestDecimals(known) };
  const writeWith = (extra: number) => (value: number) => withUnit(unit, writeShort(unit, value, company, extra));
  const plain = writeWith(0);
  return others.every((other) => other === first || plain(other) !== plain(first)) ? plain : writeWith(MOST_EXTRA);
}

/** What a number stands beside. */
interface Company {
  readonly largest: number;
  /** Decimals of the coarsest share near 100%; the others have one more at most. */
  readonly fewest: number;
}

export const largestOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);

/** `just ` where two numbers that differ read alike. */
export const justWhere = (write: (value: number) => string, one: number | null, other: number): string =>
  one !== null && write(one) === write(other) ? 'just ' : '';

/** One number, short: `6.4 h`, `12%`, `0.71 per day`. For boxes and targets. */
export function formatShort(unit: ShownUnit, value: number): string {
  return withUnit(unit, writeShort(unit, value, { largest: value, fewest: Infinity }, 0));
}

function writeShort(unit: ShownUnit, value: number, { largest, fewest }: Company, extra: number): string {
  if (unit.style === 'index') return value.toFixed(2 + extra);
  const digits = digitsBeside(value, largest) + extra;
  if (unit.style === 'signed') return plus(value, formatNumber(value, digits));
  switch (unit.type) {
    case 'duration':
      return shortDuration(value, largest, 2 + extra);
    case 'share':
      return formatShare(value, digits - 2, fewest + 1);
    case 'count':
    case 'number':
      return formatNumber(value, digits);
  }
}

const digitsBeside = (value: number, largest: number): number => (Math.abs(value) < Math.abs(largest) * SLIGHT ? 1 : 2);

const plus = (value: number, text: string): string => (value > 0 ? `+${text}` : text);

/** How far apart two values are, without a sign: shares in points. `largest`: of what it stands beside. */
export function formatDistance(unit: Unit, value: number, write?: (value: number) => string, largest = value): string {
  const size = Math.abs(value);
  if (unit.type !== 'share') return write === undefined ? sentenceNumbers(unit, [size], [largest])(size) : write(size);
  const text = digitsBeside(size, largest) === 1 ? String(Number((size * 100).toPrecision(1))) : twoDigits(size * 100);
  return `${text} ${text === '1' ? 'point' : 'points'}`;
}

/** Two numbers in a row; a unit in words is said once: `3.4 and 4.4 of 5`, `−32 and +32 points`. */
export function bothOf(first: string, second: string): string {
  const [, unit = ''] = /^\S+( (?:of \d+|points?))$/.exec(second) ?? [];
  const bare = unit === '' ? first : first.replace(/ (?:of \d+|points?)$/, '');
  return `${bare} and ${second}`;
}

/** Counts go without their label: sentences name what is counted. */
function withUnit(unit: Unit, text: string): string {
  return unit.type === 'number' ? withLabel(text, unit.label) : text;
}

/** `number unit`; a percent sign stands close. */
export function withLabel(text: string, label: string): string {
  if (label === '') return text;
  return label === '%' ? `${text}%` : `${text} ${label}`;
}

const SCALES = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
  ['ms', 0.001],
] as const;

/** From two days on in days, from an hour on in hours, from 90 seconds on in minutes. */
function scaleOf(seconds: number): (typeof SCALES)[number] {
  const size = Math.abs(seconds);
  if (size >= 172_800) return SCALES[0];
  if (size >= 3_600) return SCALES[1];
  if (size >= 90) return SCALES[2];
  return size >= 1 || size === 0 ? SCALES[3] : SCALES[4];
}

function shortDuration(seconds: number, largest: number, digits: number): string {
  let [name, size] = scaleOf(largest);
  // A number far below the largest is clearer in a unit of its own: 20 m against 26 h.
  if (seconds !== 0 && Math.abs(seconds) / size < 0.5) [name, size] = scaleOf(seconds);
  if (seconds === 0) return `0 ${name}`;
  if (Math.abs(seconds) < 0.001) return '<1 ms';
  return `${signed(digitsOf(Math.abs(seconds) / size, digits), seconds)} ${name}`;
}

/** At least all digits before the point, else `digits` significant ones; no trailing zeros. */
function digitsOf(value: number, digits: number): string {
  if (value < SMALLEST) return `<${SMALLEST.toFixed(6)}`;
  const whole = Math.floor(Math.log10(value)) + 1;
  return group(String(Number(value.toFixed(Math.max(0, digits - whole)))));
}

/** Plain numbers: integers in full with thin grouping from five digits on, others with `digits` significant ones. */
export function formatNumber(value: number, digits: number): string {
  if (Number.isInteger(value)) return signed(group(String(Math.abs(value))), value);
  return signed(digitsOf(Math.abs(value), digits), value);
}

function signed(text: string, value: number): string {
  return value < 0 && !/^0(\.0*)?$/.test(text) ? MINUS + text : text;
}

function group(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.length < 5 || whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/**
 * A share as a percentage: whole from 10% on, finer below and close to 100%. Nothing but 1 is written
 * 100%, and nothing but 0 is written 0%.
 */
function formatShare(value: number, extra: number, most = Infinity): string {
  const percent = value * 100;
  const own = Math.max(0, decimalsOf(percent) + extra);
  const decimals = value > NEARLY_ALL && value < 1 ? Math.min(own, Math.max(most, fewestBelow(percent))) : own;
  let text = percent.toFixed(Math.min(12, decimals));
  if (text.includes('.')) text = text.replace(/\.?0+$/, '');
  return `${signed(text.replace('-', ''), value)}%`;
}

/** Two significant digits of the smaller side, and at most one decimal from 1% on. */
function decimalsOf(percent: number): number {
  const rest = Math.min(Math.abs(percent), Math.abs(100 - percent));
  if (rest === 0) return 0;
  if (rest < 1) return Math.min(6, 1 - Math.floor(Math.log10(rest)));
  return rest < 10 && Math.abs(percent) < 10 ? 1 : 0;
}

/** With fewer it would be written 100%. */
const fewestBelow = (percent: number): number => Math.max(0, decimalsOf(percent) - 1);

/** Of shares near 100% the one that is written with the fewest decimals. */
const fewestDecimals = (values: readonly number[]): number =>
  values.reduce((least, value) => (value > NEARLY_ALL && value < 1 ? Math.min(least, decimalsOf(value * 100)) : least), Infinity);

/** How a value changed: words for a box, and the raw number behind them. */
export interface Change {
  readonly text: string;
  /** Relative change (0.31 is 31% more); for shares the difference in points; null where neither is told. */
  readonly value: number | null;
}

/** A value with the number of items behind it; Infinity where it does not rest on items. */
export interface Counted {
  readonly value: number;
  readonly count: number;
}

/**
 * `+31%`, `1.9×`, `+2.1 points`, `3, was 1`: two significant digits; shares in points; small counts as
 * counts, since a percentage of three incidents says nothing.
 */
export function formatChange(unit: ShownUnit, now: Counted, before: Counted): Change {
  const isSmall = Math.min(now.count, before.count) < SMALL_COUNT;
  if (unit.type === 'share') {
    const points = (now.value - before.value) * 100;
    if (isSmall && now.value !== before.value) return { text: was(unit, now.value, before.value), value: points };
    const text = twoDigits(Math.abs(points));
    if (text === '0') return { text: 'no change', value: points };
    return { text: `${points < 0 ? MINUS : '+'}${text} ${text === '1' ? 'point' : 'points'}`, value: points };
  }
  const relative = before.value === 0 ? null : (now.value - before.value) / Math.abs(before.value);
  // No percentage says anything of what has no zero point, or stands on both sides of it.
  const isFew =
    unit.style !== undefined ||
    (unit.type === 'count' && Math.min(Math.abs(now.value), Math.abs(before.value)) < SMALL_COUNT) ||
    (unit.type === 'duration' && Math.min(now.count, before.count) < SMALL_SAMPLE);
  if (now.value === before.value) return { text: isFew ? was(unit, now.value, before.value) : 'no change', value: relative ?? 0 };
  // From 0, or across it, there is no percentage.
  if (relative === null || isFew || now.value * before.value < 0)
    return { text: was(unit, now.value, before.value), value: relative };
  const factor = now.value / before.value;
  if (before.value > 0 && factor >= FACTOR_FROM) return { text: `${twoDigits(factor)}×`, value: relative };
  const text = twoDigits(Math.abs(relative) * 100);
  if (text === '0') return { text: 'no change', value: relative };
  return { text: `${relative < 0 ? MINUS : '+'}${text}%`, value: relative };
}

function was(unit: ShownUnit, now: number, before: number): string {
  if (now === before) return `${formatShort(unit.style === 'score' ? { ...unit, label: '' } : unit, now)}, as before`;
  const write = sentenceNumbers(unit.style === 'score' ? { ...unit, label: '' } : unit, [now, before]);
  return write(now) === write(before) ? `${write(now)}, as before` : `${write(now)}, was ${write(before)}`;
}

/** Two significant digits, without trailing zeros; below 0.005 it is 0. */
function twoDigits(value: number): string {
  return value < 0.005 ? '0' : group(String(Number(value.toPrecision(2))));
}

const WORDS = ['no', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** `first` to `tenth`, then `11th`, `22nd`. */
export function ordinal(count: number): string {
  const word = WORDS[count];
  if (word !== undefined && count > 0) return word;
  const isTeen = count % 100 >= 11 && count % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}

/** `1 week`, `14 weeks`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count, 3)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** With a capital first letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a small first letter, to go on inside a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
