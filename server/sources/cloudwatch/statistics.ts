/** A statistic as CloudWatch is asked for it, and as points carry its name. */
export interface Statistic {
  readonly asked: string;
  readonly name: string;
}

/** Names that KPI files know: `level: { series, statistic: mean }` reads `average`. */
const PLAIN: ReadonlyMap<string, Statistic> = new Map(
  [
    ['Average', 'average'],
    ['Sum', 'sum'],
    ['Minimum', 'minimum'],
    ['Maximum', 'maximum'],
    // Points of it can be added up, as those of a sum can.
    ['SampleCount', 'count'],
    ['IQM', 'iqm'],
  ].flatMap(([asked = '', name = '']) => [[asked.toLowerCase(), { asked, name }] as const]),
);

const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;
const TRIMMED = /^(tm|wm|tc|ts)(\d{1,2}(?:\.\d{1,10})?|100)$/;
const SHORT_RANGE = new RegExp(`^(tm|wm|tc|ts)(${NUMBER}):(${NUMBER})$`);
const RANGE = new RegExp(String.raw`^(tm|wm|tc|ts|pr)\((?:(${NUMBER})(%?))?:(?:(${NUMBER})(%?))?\)$`);

export const STATISTICS_FIX =
  'Write Average, Sum, Minimum, Maximum, SampleCount, a percentile such as p99, or a trimmed mean such as tm99 or tm10:90';

/** Null where CloudWatch has no such statistic. `tm10:90` is short for `TM(10%:90%)`. */
export function statisticOf(written: string): Statistic | null {
  const text = written.replaceAll(' ', '').toLowerCase();
  const plain = PLAIN.get(text);
  if (plain !== undefined) return plain;
  if (PERCENTILE.test(text) || TRIMMED.test(text)) return { asked: text, name: text };
  const short = SHORT_RANGE.exec(text);
  if (short !== null) return rangeOf(short[1] ?? '', `${short[2] ?? ''}%`, `${short[3] ?? ''}%`);
  const range = RANGE.exec(text);
  if (range === null) return null;
  const [, kind = '', low, lowUnit = '', high, highUnit = ''] = range;
  if (low === undefined && high === undefined) return null;
  // Both ends are percent, or both are values; a rank is of values alone.
  if (low !== undefined && high !== undefined && lowUnit !== highUnit) return null;
  if (kind === 'pr' && (lowUnit === '%' || highUnit === '%')) return null;
  return rangeOf(kind, low === undefined ? '' : `${low}${lowUnit}`, high === undefined ? '' : `${high}${highUnit}`);
}

function rangeOf(kind: string, low: string, high: string): Statistic | null {
  const isPercent = low.endsWith('%') || high.endsWith('%');
  const [from, to] = [
    low === '' ? 0 : Number.parseFloat(low),
    high === '' ? (isPercent ? 100 : Infinity) : Number.parseFloat(high),
  ];
  if (from >= to || (isPercent && to > 100)) return null;
  const name = `${kind}(${low}:${high})`;
  return { asked: `${kind.toUpperCase()}(${low}:${high})`, name };
}
