import type { Source } from '../sources/source.ts';
import type { PullRecord, SourceState } from '../store/store.ts';
import { dayTitle } from '../time/calendar.ts';
import { formatDuration } from '../time/duration.ts';
import type { Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { SourceStatus } from './engine.ts';
import { nextTick } from './schedule.ts';

/** Honest freshness: what the source's last complete pass knew, and when that was. */
export function sourceStatus(
  source: Source,
  state: SourceState | null,
  pulls: readonly PullRecord[],
  zone: Zone,
  now: Instant,
  progress: string | null,
): SourceStatus {
  const completedAt = state?.lastCompletedAt ?? null;
  const until = state?.completeUntil ?? null;
  const isFailing = state?.lastErrorAt != null && state.lastErrorAt > (completedAt ?? -Infinity);
  const isBehind = until !== null && now - until > source.staleAfterMs;
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
  if (isFailing) parts.push(`failing since then: ${state.lastError ?? 'unknown error'}`);
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
    pulls,
  };
}

export function agoText(ms: number): string {
  if (ms < 60_000) return 'just now';
  const [largest] = formatDuration(Math.floor(ms / 1000)).split(/(?<=[a-z]) /);
  return `${largest ?? ''} ago`;
}
