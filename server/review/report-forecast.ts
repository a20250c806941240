import type { Kpi, Target } from '../kpi/kpi.ts';
import type { Limits } from './report-limits.ts';
import { bothOf, formatShort, plural, sentenceNumbers, shownUnit } from './format.ts';
import type { Outlook } from './report-schema.ts';

/** What is carried to the target's date. */
export interface Carried {
  readonly target: Target;
  /** `the end of Q4 2026`, `1 Jan 2027`. */
  readonly until: string;
  readonly limits: Limits;
}

/**
 * Whether a target will be met without change: the limits of routine variation, carried to its date. No line is
 * extrapolated: what is routine stays so until something is done, or something happens.
 */
export function forecastOf(kpi: Kpi, { target, until, limits }: Carried): Forecast {
  if (limits.is !== 'known') return { is: 'cannot be told', until, text: `Cannot be told: ${limits.why}.`, why: limits.why };
  const { lower, upper } = limits;
  const wants = `${target.direction === 'at_most' ? '≤' : '≥'}\u00a0${unbroken(formatShort(shownUnit(kpi), target.value))}`;
  const [best, worst] = target.direction === 'at_most' ? [lower, upper] : [upper, lower];
  const isWithin = (value: number): boolean => (target.direction === 'at_most' ? value <= target.value : value >= target.value);
  const since = limits.since === null ? '' : `, since it shifted ${plural(limits.since, limits.grain)} ago`;
  const routine = `a routine ${limits.grain} lies ${rangeWords(kpi, lower, upper, target.value)}${since}`;
  const tell = (is: Outlook, verdict: string, why: string): Forecast => ({
    is,
    until,
    text: `${verdict} by ${until}: ${why}.`,
    why,
  });
  if (worst !== null && isWithin(worst)) return tell('will', 'Will be met without change', `${routine}, all within ${wants}`);
  if (best !== null && !isWithin(best))
    return tell('will not', 'Will not be met without change', `${routine}, all beyond ${wants}`);
  return tell('may', 'May be met or missed', `${routine}, on both sides of ${wants}`);
}

interface Forecast {
  readonly is: Outlook;
  readonly until: string;
  readonly text: string;
  readonly why: string;
}

/** No line ends between a number and its unit. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

function rangeWords(kpi: Kpi, lower: number | null, upper: number | null, target: number): string {
  const inSentence = sentenceNumbers(shownUnit(kpi), [target, lower, upper]);
  const write = (value: number): string => unbroken(inSentence(value));
  if (lower !== null && upper !== null)
    return `between ${bothOf(inSentence(lower), inSentence(upper)).replace(/(\d) (?!and )/g, '$1\u00a0')}`;
  if (upper !== null) return `up to ${write(upper)}`;
  return lower === null ? 'anywhere that is possible' : `from ${write(lower)} up`;
}
