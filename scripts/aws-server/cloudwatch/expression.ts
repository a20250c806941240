import type { Instant } from '../../../server/time/period.ts';
import type { Line } from './line.ts';

/** What an expression comes to: a number, one line, or several (of a SEARCH). */
export type Value = number | Line | readonly Line[];

/** What an expression may use. */
export interface Scope {
  /** Another query of the call; null where there is none of this id. */
  readonly line: (id: string) => Value | null;
  readonly search: (query: string, statistic: string, periodSeconds: number | null) => readonly Line[];
  /** Every metric of the call. */
  readonly metrics: () => readonly Line[];
}

/** Whether an expression is a SEARCH and nothing else: then metrics come back as they are, page by page. */
export const isSearch = (text: string): boolean => /^\s*SEARCH\(\s*(?:'[^']*'|"[^"]*")\s*,[^()]*\)\s*$/.test(text);

/**
 * Works out metric math: numbers, ids, + - * / and brackets, SUM, AVG, MIN, MAX, ABS, FILL, METRICS, SEARCH. Where one side has no
 * point, or is divided by zero, the result has none.
 * @throws Error that says what is wrong
 */
export function evaluate(text: string, scope: Scope): Value {
  const parser: Parser = { tokens: text.match(/'[^']*'|"[^"]*"|\d+(?:\.\d+)?|\w+|\S/g) ?? [], index: 0, scope };
  const value = parseSum(parser);
  if (parser.index < parser.tokens.length) throw new Error(`'${peek(parser)}' is not expected`);
  return value;
}

interface Parser {
  readonly tokens: readonly string[];
  index: number;
  readonly scope: Scope;
}

const peek = (parser: Parser): string => parser.tokens[parser.index] ?? '';

function take(parser: Parser, wanted?: string): string {
  const token = peek(parser);
  if (token === '' || (wanted !== undefined && token !== wanted))
    throw new Error(token === '' ? 'it ends too early' : `'${wanted ?? ''}' is expected, not '${token}'`);
  parser.index += 1;
  return token;
}

function parseSum(parser: Parser): Value {
  let left = parseProduct(parser);
  while (peek(parser) === '+' || peek(parser) === '-') {
    const sign = take(parser);
    left = combined(left, parseProduct(parser), sign === '+' ? (one, other) => one + other : (one, other) => one - other);
  }
  return left;
}

function parseProduct(parser: Parser): Value {
  let left = parseOne(parser);
  while (peek(parser) === '*' || peek(parser) === '/') {
    const sign = take(parser);
    left = combined(left, parseOne(parser), sign === '*' ? (one, other) => one * other : (one, other) => one / other);
  }
  return left;
}

function parseOne(parser: Parser): Value {
  const token = take(parser);
  if (token === '-') return combined(0, parseOne(parser), (one, other) => one - other);
  if (token === '(') {
    const value = parseSum(parser);
    take(parser, ')');
    return value;
  }
  if (token === '[') {
    const lines: Line[] = [];
    do lines.push(...linesOf(parseSum(parser)));
    while (peek(parser) === ',' && take(parser) === ',');
    take(parser, ']');
    return lines;
  }
  if (/^\d/.test(token)) return Number(token);
  if (peek(parser) === '(') return parseCall(parser, token);
  const value = parser.scope.line(token);
  if (value === null) throw new Error(`there is no '${token}' in this call`);
  return value;
}

function parseCall(parser: Parser, name: string): Value {
  take(parser, '(');
  if (name === 'METRICS') {
    take(parser, ')');
    return parser.scope.metrics();
  }
  if (name === 'SEARCH') return parseSearchCall(parser);
  const value = parseSum(parser);
  if (name === 'FILL') {
    take(parser, ',');
    const fill = parseSum(parser);
    take(parser, ')');
    if (typeof fill !== 'number') throw new Error('FILL takes a number here');
    return linesOf(value).map((line) => filled(line, fill, parser.scope.metrics()))[0] ?? [];
  }
  take(parser, ')');
  if (name === 'ABS') return combined(value, 0, (one) => Math.abs(one));
  const reduce = REDUCERS.get(name);
  if (reduce === undefined) throw new Error(`there is no function '${name}'`);
  // Of one line its number; of several the line of each moment.
  if (typeof value === 'number') return value;
  if (isLine(value)) return value.values.length === 0 ? Number.NaN : reduce(value.values);
  return overall(value, reduce);
}

function parseSearchCall(parser: Parser): readonly Line[] {
  const query = textOf(take(parser));
  take(parser, ',');
  const statistic = textOf(take(parser));
  let period: number | null = null;
  if (peek(parser) === ',') {
    take(parser, ',');
    period = Number(take(parser));
  }
  take(parser, ')');
  return parser.scope.search(query, statistic, period);
}

function textOf(token: string): string {
  if (!/^['"]/.test(token)) throw new Error(`text in quotes is expected, not '${token}'`);
  return token.slice(1, -1);
}

const REDUCERS = new Map<string, (values: readonly number[]) => number>([
  ['SUM', (values) => values.reduce((sum, value) => sum + value, 0)],
  ['AVG', (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
  ['MIN', (values) => Math.min(...values)],
  ['MAX', (values) => Math.max(...values)],
]);

const isLine = (value: Value): value is Line => typeof value === 'object' && 'times' in value;

export const linesOf = (value: Value): readonly Line[] => {
  if (typeof value === 'number') throw new Error('a metric is expected, not a number');
  return isLine(value) ? [value] : value;
};

function combined(one: Value, other: Value, of: (one: number, other: number) => number): Value {
  if (typeof one === 'number' && typeof other === 'number') return of(one, other);
  if (typeof one !== 'number' && !isLine(one)) return one.map((line) => pair(line, other, of));
  if (typeof other !== 'number' && !isLine(other)) return other.map((line) => pair(one, line, of));
  return pair(one, other, of);
}

function pair(one: Value, other: Value, of: (one: number, other: number) => number): Line {
  const base = [one, other].find((value) => isLine(value));
  if (base === undefined || !isLine(base) || (typeof other === 'object' && !isLine(other)))
    throw new Error('several metrics can not be combined with several');
  const valueAt = (value: Value): ((at: Instant) => number | undefined) => {
    if (typeof value === 'number') return () => value;
    const [line] = linesOf(value);
    const own = new Map(line?.times.map((at, index) => [at, line.values[index]]));
    return (at) => own.get(at);
  };
  const [left, right] = [valueAt(one), valueAt(other)];
  return madeOf(base, base.times, (at) => {
    const [a, b] = [left(at), right(at)];
    return a === undefined || b === undefined ? Number.NaN : of(a, b);
  });
}

/** A line of these times; where the value is no number there is no point. */
function madeOf(base: Line, times: readonly Instant[], valueAt: (at: Instant) => number): Line {
  const points = times.map((at) => ({ at, value: valueAt(at) })).filter(({ value }) => Number.isFinite(value));
  return {
    series: null,
    statistic: '',
    periodSeconds: base.periodSeconds,
    times: points.map(({ at }) => at),
    values: points.map(({ value }) => value),
  };
}

function overall(lines: readonly Line[], reduce: (values: readonly number[]) => number): Value {
  const [first] = lines;
  if (first === undefined) return [];
  const all = new Map<Instant, number[]>();
  for (const { times, values } of lines)
    for (const [index, at] of times.entries()) {
      const own = all.get(at) ?? [];
      own.push(values[index] ?? Number.NaN);
      all.set(at, own);
    }
  return madeOf(
    first,
    [...all.keys()].sort((one, other) => one - other),
    (at) => reduce(all.get(at) ?? []),
  );
}

/** The moments that any metric of the call has, with `fill` where this one has none. */
function filled(line: Line, fill: number, others: readonly Line[]): Line {
  const own = new Map(line.times.map((at, index) => [at, line.values[index]]));
  const times = [...new Set([line, ...others].flatMap(({ times: each }) => each))].sort((one, other) => one - other);
  return madeOf(line, times, (at) => own.get(at) ?? fill);
}
