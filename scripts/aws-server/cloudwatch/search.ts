import type { Series } from './metric-store.ts';

/** Whether a metric is found. */
export type Finder = (series: Series) => boolean;

/**
 * The query of a SEARCH: `{Namespace,Dimension} MetricName="Errors" checkout NOT (canary OR test)`. A schema in braces takes metrics
 * with exactly these dimensions; text in double quotes must match wholly, other words as words of names, whatever their case.
 * @throws Error that says what is wrong with it
 */
export function parseSearch(text: string): Finder {
  const schema = /^\s*\{([^}]*)\}/.exec(text);
  const rest = schema === null ? text : text.slice(schema[0].length);
  const tokens = rest.match(/[()]|=|"(?:[^"\\]|\\.)*"|[^\s()="]+/g) ?? [];
  const inSchema = schema === null ? null : parseSchema(schema[1] ?? '');
  const parser = { tokens, index: 0 };
  const isFound = tokens.length === 0 ? null : parseOr(parser);
  if (parser.index < tokens.length) throw new Error(`'${String(tokens[parser.index])}' is not expected in a search`);
  if (inSchema === null && isFound === null) throw new Error('a search needs a schema or a term');
  return (series) => (inSchema?.(series) ?? true) && (isFound?.(series) ?? true);
}

interface Parser {
  readonly tokens: readonly string[];
  index: number;
}

function parseSchema(text: string): Finder {
  const [namespace = '', ...names] = text.split(',').map((part) => unquoted(part.trim()));
  const wanted = [...names].sort().join('\n');
  return ({ address }) => address.namespace === namespace && Object.keys(address.dimensions).sort().join('\n') === wanted;
}

function parseOr(parser: Parser): Finder {
  let left = parseAnd(parser);
  while (parser.tokens[parser.index] === 'OR') {
    parser.index += 1;
    const [one, other] = [left, parseAnd(parser)];
    left = (series) => one(series) || other(series);
  }
  return left;
}

function parseAnd(parser: Parser): Finder {
  let left = parseTerm(parser);
  for (;;) {
    const next = parser.tokens[parser.index];
    if (next === undefined || next === ')' || next === 'OR') return left;
    if (next === 'AND') parser.index += 1;
    const [one, other] = [left, parseTerm(parser)];
    left = (series) => one(series) && other(series);
  }
}

function parseTerm(parser: Parser): Finder {
  const token = parser.tokens[parser.index];
  parser.index += 1;
  if (token === undefined) throw new Error('a search ends where a term is expected');
  if (token === 'NOT') {
    const inner = parseTerm(parser);
    return (series) => !inner(series);
  }
  if (token === '(') {
    const inner = parseOr(parser);
    if (parser.tokens[parser.index] !== ')') throw new Error("a ')' is missing in a search");
    parser.index += 1;
    return inner;
  }
  if (token === ')' || token === '=') throw new Error(`'${token}' is not expected in a search`);
  if (parser.tokens[parser.index] !== '=') return (series) => namesOf(series).some((name) => isMatch(name, token));
  parser.index += 1;
  const wanted = parser.tokens[parser.index];
  parser.index += 1;
  const key = unquoted(token);
  if (wanted === '(') {
    // Service=("checkout" OR "search")
    const values: string[] = [];
    for (; parser.index < parser.tokens.length && parser.tokens[parser.index] !== ')'; parser.index += 1) {
      const value = parser.tokens[parser.index];
      if (value !== undefined && value !== 'OR') values.push(value);
    }
    parser.index += 1;
    return (series) => values.some((value) => isMatch(propertyOf(series, key), value));
  }
  if (wanted === undefined) throw new Error(`what ${key} must be is missing in a search`);
  return (series) => isMatch(propertyOf(series, key), wanted);
}

const unquoted = (token: string): string => (token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token);

const namesOf = ({ address }: Series): string[] => [
  address.namespace,
  address.metric,
  ...Object.entries(address.dimensions).flat(),
];

function propertyOf({ address }: Series, key: string): string | null {
  if (key === 'MetricName') return address.metric;
  if (key === 'Namespace') return address.namespace;
  if (key === ':aws.AccountId') return address.account;
  return address.dimensions[key] ?? null;
}

function isMatch(name: string | null, token: string): boolean {
  if (name === null) return false;
  if (token.startsWith('"')) return name === unquoted(token);
  const words = wordsOf(name);
  return wordsOf(token).every((word) => words.includes(word));
}

/** `HTTPCode_Target_5XX` has the words httpcode, target, 5, xx and so on; words are the same whatever their case. */
const wordsOf = (name: string): string[] => {
  const split = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)|(\d)([A-Za-z])/g, '$1$3 $2$4')
    .split(/[^A-Za-z\d]+/);
  return [...new Set([...split, ...name.split(/[^A-Za-z\d]+/)])].filter((word) => word !== '').map((word) => word.toLowerCase());
};
