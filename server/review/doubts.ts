import type { SeriesLack } from '../event/passes.ts';
import type { Zone } from '../time/zone.ts';
import { dayTitle } from '../time/calendar.ts';
import { civilOf } from '../time/day.ts';
import type { Instant, Period } from '../time/period.ts';
import { isToldByTimes, type Findings } from './findings.ts';
import { plural, sentence } from './format.ts';
import type { ReviewSource } from './input.ts';
import { dayAndMonth, shortDate, yearOf } from './series.ts';

/** How sure the verdict is: provisional limits, sources that lag, a value that has not settled. '' where there is no doubt. */
export function doubtsOf(
  findings: Findings,
  sources: readonly ReviewSource[],
  zone: Zone,
  now: Instant,
  lacking: readonly SeriesLack[] = [],
): string {
  const { current, process } = findings;
  const { flags, value } = current.row;
  const doubts: string[] = [];
  if ((value !== null || isToldByTimes(findings)) && !flags.includes('running') && process.limits?.isProvisional === true) {
    const of = process.between === null ? process.grain : 'time between';
    doubts.push(
      `limits are provisional (from ${plural(process.limits.count, of, of === 'time between' ? 'times between' : `${of}s`)})`,
    );
  }
  if (flags.includes('stale') || current.row.emptiness === 'no data') {
    const behind = sources.filter(({ completeUntil }) => completeUntil === null || completeUntil < current.period.end);
    const short = lacking.filter(({ until }) => until === null || until < current.period.end);
    for (const lack of short) doubts.push(lackText(lack, zone, findings.week));
    if (behind.length > 0) doubts.push(behind.map((source) => knownUntil(source, zone, findings.week)).join(', '));
    else if (flags.includes('stale') && short.length === 0) doubts.push('a source behind it is stale, so it may still change');
  }
  if (flags.includes('unsettled') && !flags.includes('stale') && !flags.includes('running'))
    doubts.push(settling(findings, zone, now));
  return doubts.length === 0 ? '' : `${sentence(doubts.join('; '))}.`;
}

/** `PagerDuty is known only until 12 Nov`; with the year where it is not that of the week. */
export function knownUntil(
  { name, completeUntil }: Pick<ReviewSource, 'name' | 'completeUntil'>,
  zone: Zone,
  week: Period,
): string {
  if (completeUntil === null) return `${name} has never been read completely`;
  const day = zone.dayOf(completeUntil);
  return `${name} is known only until ${civilOf(day).year === yearOf(week) ? dayAndMonth(day) : dayTitle(day)}`;
}

/** `checkout-errors is not known (111122223333 eu-central-1: is not complete: Forbidden)`. */
function lackText({ series, until, why }: SeriesLack, zone: Zone, week: Period): string {
  const known = until === null ? 'is not known' : knownUntil({ name: '', completeUntil: until }, zone, week).trim();
  return `${series} ${known} (${why.replace(/\.$/, '')})`;
}

function settling({ kpi, current }: Findings, zone: Zone, now: Instant): string {
  const at = current.period.end + kpi.settlesAfterMs;
  return at > now ? `not settled until ${shortDate(zone.dayOf(at))}` : 'not settled: it waits for a complete pass of its sources';
}
