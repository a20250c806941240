/** Values with how often each occurred, in any order. */
export interface Distribution {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** What makes one number of a period's values; null where that is none. */
export type Statistic = (distribution: Distribution) => number | null;

/** `Average`, `p99.9`, `tm95`, `TM(2%:98%)`, `TS(100:)`, `PR(:300)`, `IQM` …; null for what is no statistic. */
export function parseStatistic(text: string): Statistic | null {
  const plain = PLAIN.get(text);
  if (plain !== undefined) return plain;
  if (text === 'IQM') return trimmed('tm', { isPercent: true, low: 25, high: 75 });
  const [, short = '', upTo = ''] = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/.exec(text) ?? [];
  if (short !== '' && Number(upTo) <= 100)
    return short === 'p' ? percentile(Number(upTo)) : trimmed(short, { isPercent: true, low: 0, high: Number(upTo) });
  const [, long = '', low = '', high = ''] = /^(TM|WM|TC|TS|PR)\(([^:()]*):([^:()]*)\)$/.exec(text) ?? [];
  const bounds = long === '' ? null : parseBounds(low, high);
  if (bounds === null) return null;
  if (long === 'PR') return bounds.isPercent ? null : rank(bounds);
  return trimmed(long.toLowerCase(), bounds);
}

const sumOf = ({ values, counts }: Distribution): number =>
  values.reduce((sum, value, index) => sum + value * (counts[index] ?? 1), 0);
const countOf = ({ counts }: Distribution): number => counts.reduce((sum, count) => sum + count, 0);

const PLAIN = new Map<string, Statistic>([
  ['Average', (own) => sumOf(own) / countOf(own)],
  ['Sum', sumOf],
  ['Minimum', ({ values }) => Math.min(...values)],
  ['Maximum', ({ values }) => Math.max(...values)],
  ['SampleCount', countOf],
]);

interface Bounds {
  readonly isPercent: boolean;
  readonly low: number;
  readonly high: number;
}

function parseBounds(low: string, high: string): Bounds | null {
  if (low === '' && high === '') return null;
  const isPercent = low.endsWith('%') || high.endsWith('%');
  if (isPercent && ![low, high].every((bound) => bound === '' || bound.endsWith('%'))) return null;
  const numberOf = (bound: string, missing: number): number =>
    bound === '' ? missing : /^-?\d+(?:\.\d{1,10})?%?$/.test(bound) ? Number(bound.replace('%', '')) : Number.NaN;
  const bounds = {
    isPercent,
    low: numberOf(low, isPercent ? 0 : -Infinity),
    high: numberOf(high, isPercent ? 100 : Infinity),
  };
  if (!(bounds.low < bounds.high)) return null;
  return isPercent && (bounds.low < 0 || bounds.high > 100) ? null : bounds;
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

const sorted = ({ values, counts }: Distribution): Weighted[] =>
  values.map((value, index) => ({ value, weight: counts[index] ?? 1 })).sort((one, other) => one.value - other.value);

/** The least value that so many percent of all do not exceed. */
const percentile =
  (percent: number): Statistic =>
  (own) =>
    valueAt(sorted(own), (countOf(own) * percent) / 100);

function valueAt(ordered: readonly Weighted[], rankWanted: number): number | null {
  let seen = 0;
  for (const { value, weight } of ordered) {
    seen += weight;
    if (seen >= rankWanted) return value;
  }
  return ordered.at(-1)?.value ?? null;
}

/** Share of all values in percent that are above the lower bound and not above the upper one. */
const rank =
  ({ low, high }: Bounds): Statistic =>
  (own) => {
    const within = sorted(own).reduce((sum, { value, weight }) => (value > low && value <= high ? sum + weight : sum), 0);
    return (within / countOf(own)) * 100;
  };

/** Mean (tm), winsorised mean (wm), count (tc) or sum (ts) of what is between the bounds. */
const trimmed =
  (kind: string, bounds: Bounds): Statistic =>
  (own) => {
    const ordered = sorted(own);
    if (kind === 'wm') return winsorised(ordered, countOf(own), bounds);
    const within = between(ordered, countOf(own), bounds);
    const count = within.reduce((sum, { weight }) => sum + weight, 0);
    if (kind === 'tc') return count;
    const sum = within.reduce((total, { value, weight }) => total + value * weight, 0);
    return kind === 'ts' ? sum : count === 0 ? null : sum / count;
  };

/** By rank a value may be within by a part of its weight. */
function between(ordered: readonly Weighted[], count: number, { isPercent, low, high }: Bounds): Weighted[] {
  if (!isPercent) return ordered.filter(({ value }) => value > low && value <= high);
  let seen = 0;
  return ordered.map(({ value, weight }) => {
    const from = Math.max(seen, (count * low) / 100);
    seen += weight;
    return { value, weight: Math.max(0, Math.min(seen, (count * high) / 100) - from) };
  });
}

function winsorised(ordered: readonly Weighted[], count: number, { isPercent, low, high }: Bounds): number | null {
  const least = isPercent ? valueAt(ordered, (count * low) / 100) : low;
  const most = isPercent ? valueAt(ordered, (count * high) / 100) : high;
  if (least === null || most === null) return null;
  return ordered.reduce((sum, { value, weight }) => sum + Math.min(Math.max(value, least), most) * weight, 0) / count;
}
