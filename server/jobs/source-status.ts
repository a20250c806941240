import { costText, spentLately } from '../event/passes.ts';
import type { Source } from '../sources/source.ts';
import type { PullRecord, SourceState, WaitingPosts } from '../store/store.ts';
import { dayTitle } from '../time/calendar.ts';
import { formatDuration } from '../time/duration.ts';
import type { Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { SourceStatus } from './engine.ts';
import { nextTick } from './schedule.ts';

/** Series that are named in one line; the page tells all of them. */
const NAMED = 3;

/** What is posted to a source. */
export interface PostStatus {
  /** Null where nothing waits. */
  readonly waiting: WaitingPosts | null;
  /** Why not all that should may post; null where nothing is wrong. */
  readonly trouble: string | null;
}

/** Honest freshness: what the source's last complete pass knew, and when that was. */
export function sourceStatus(
  source: Source,
  state: SourceState | null,
  pulls: readonly PullRecord[],
  zone: Zone,
  now: Instant,
  progress: string | null,
  posts: PostStatus = { waiting: null, trouble: null },
): SourceStatus {
  const completedAt = state?.lastCompletedAt ?? null;
  const until = state?.completeUntil ?? null;
  const isFailing = state?.lastErrorAt != null && state.lastErrorAt > (completedAt ?? -Infinity);
  const lacking = state?.lacking ?? [];
  // Where nothing of it is known but what each series lacks, a complete pass made nothing fresh.
  const isBehind = until === null ? lacking.length > 0 : now - until > source.staleAfterMs;
  const freshness =
    progress !== null
      ? 'pulling'
      : completedAt === null
        ? isFailing
          ? 'failing'
          : 'never pulled'
        : isBehind
          ? 'stale'
          : isFailing
            ? 'failing'
            : 'fresh';

  const parts: string[] = [];
  if (completedAt === null) parts.push('no complete pass yet');
  else parts.push(`last complete pass ${agoText(now - completedAt)}`);
  if (until !== null) parts.push(`knows everything until ${dayTitle(zone.dayOf(until - 1))}`);
  if (lacking.length > 0)
    parts.push(
      `${lacking.length === 1 ? '1 series is' : `${lacking.length.toLocaleString('en')} series are`} known less far: ${lacking
        .slice(0, NAMED)
        .map(({ series }) => series)
        .join(', ')}${lacking.length > NAMED ? ' …' : ''}`,
    );
  if (isFailing) parts.push(`failing since then: ${state.lastError ?? 'unknown error'}`);
  if (posts.waiting !== null) parts.push(waitingText(posts.waiting, now));
  if (posts.trouble !== null) parts.push(`webhook: ${posts.trouble}`);
  return {
    id: source.id,
    name: source.name,
    type: source.type,
    kinds: source.kinds,
    series: source.series,
    schedule: source.schedule,
    nextRunAt: source.schedule === null ? null : nextTick(source.schedule, zone.name, now),
    state,
    freshness,
    text: parts.join('; '),
    progress,
    spent: spentText(state, now),
    pulls,
  };
}

/** `first read: 114 calls, 2,004 metrics, $0.02 to $0.09; last 30 days: …`; null where nothing was ever paid. */
function spentText(state: SourceState | null, now: Instant): string | null {
  const spent = state?.spent;
  if (spent === undefined) return null;
  const isReading = state?.lastCompletedAt === null;
  return [
    ...(spent.first === null ? [] : [`first read${isReading ? ' so far' : ''}: ${costText(spent.first)}`]),
    `last 30 days: ${costText(spentLately(spent, now))}`,
  ].join('; ');
}

const waitingText = ({ count, oldestAt }: WaitingPosts, now: Instant): string =>
  `${count.toLocaleString('en')} posted ${count === 1 ? 'event waits' : 'events wait'} to be read, the first came ${agoText(now - oldestAt)}`;

export function agoText(ms: number): string {
  if (ms < 60_000) return 'just now';
  const [largest] = formatDuration(Math.floor(ms / 1000)).split(/(?<=[a-z]) /);
  return `${largest ?? ''} ago`;
}
