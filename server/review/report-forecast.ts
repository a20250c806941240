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
export function forecastOf(kpi: Kpi, { target, until, limits }: Carried): { is: Outlook; until: string; text: string } {
  if (limits.is !== 'known') return { is: 'cannot be told', until, text: `Cannot be told: ${limits.why}.` };
  const { lower, upper } = limits;
  const wants = `${target.direction === 'at_most' ? '≤' : '≥'}\u00a0${formatShort(shownUnit(kpi), target.value)}`;
  const [best, worst] = target.direction === 'at_most' ? [lower, upper] : [upper, lower];
  const isWithin = (value: number): boolean => (target.direction === 'at_most' ? value <= target.value : value >= target.value);
  const routine = `a routine ${limits.grain} lies ${rangeWords(kpi, lower, upper, target.value)}`;
  const since = limits.since === null ? '' : `, since it shifted ${plural(limits.since, limits.grain)} ago`;
  if (worst !== null && isWithin(worst))
    return { is: 'will', until, text: `Will be met without change by ${until}: ${routine}${since}, all within ${wants}.` };
  if (best !== null && !isWithin(best))
    return {
      is: 'will not',
      until,
      text: `Will not be met without change by ${until}: ${routine}${since}, all beyond ${wants}.`,
    };
  return { is: 'may', until, text: `May be met or missed by ${until}: ${routine}${since}, on both sides of ${wants}.` };
}

function rangeWords(kpi: Kpi, lower: number | null, upper: number | null, target: number): string {
  const write = sentenceNumbers(shownUnit(kpi), [target, lower, upper]);
  if (lower !== null && upper !== null) return `between ${bothOf(write(lower), write(upper))}`;
  if (upper !== null) return `up to ${write(upper)}`;
  return lower === null ? 'anywhere that is possible' : `from ${write(lower)} up`;
}
