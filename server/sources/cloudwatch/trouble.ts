import type { SeriesLack } from '../../event/passes.ts';
import type { Instant } from '../../time/period.ts';
import type { Position, Trouble } from './cursor.ts';
import { vouchedFor } from './poll.ts';
import type { Stretch } from './read.ts';
import type { Series } from './series.ts';
import { POLL_MARGIN_MS, windowsOf } from './windows.ts';

type Gap = Trouble['gaps'][number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Schedules come a little early or late. */
const EARLY_MS = 5 * 60_000;

/** After the first failure the next pass asks again; then an hour is waited for, and twice as long each time, up to a day. */
const pauseAfter = (tries: number): number => (tries <= 1 ? 0 : Math.min(DAY_MS, HOUR_MS * 2 ** (tries - 2)) - EARLY_MS);

export const isWaiting = (trouble: Trouble | undefined, now: Instant): boolean => trouble !== undefined && trouble.next > now;

/** After one more pass that asked in vain. @param missing of its history, what was not known to be missing before */
export function failedAgain(before: Trouble | undefined, said: string, now: Instant, missing: readonly Gap[] = []): Trouble {
  const tries = (before?.tries ?? 0) + 1;
  return { tries, next: now + pauseAfter(tries), said, gaps: [...(before?.gaps ?? []), ...missing] };
}

/** What is left of gaps once a stretch is known. */
export const gapsWithout = (gaps: readonly Gap[], { start, end }: Stretch): Gap[] =>
  gaps.flatMap(([from, until]) =>
    (
      [
        [from, Math.min(until, start)],
        [Math.max(from, end), until],
      ] as const
    ).filter(([first, last]) => first < last),
  );

/** Without what nobody keeps any more. */
export const gapsStillKept = (gaps: readonly Gap[], { periodMs }: Series, now: Instant): Gap[] =>
  gaps.filter(([start, end]) => windowsOf(start, end, periodMs, now, POLL_MARGIN_MS).length > 0);

/** What the series in trouble are known of: nothing while their history has gaps. */
export const lackingOf = (
  place: string,
  series: readonly Series[],
  { reached, troubles }: Pick<Position, 'reached' | 'troubles'>,
): SeriesLack[] =>
  series.flatMap((each) => {
    const trouble = troubles.get(each.key);
    if (trouble === undefined) return [];
    const at = reached.get(each.key);
    const until = at === undefined || trouble.gaps.length > 0 ? null : vouchedFor(at, each);
    return [{ series: each.name, until, why: `${place}: ${trouble.said}` }];
  });
