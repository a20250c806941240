import { lastCompleteWeek, shiftPeriod } from '../time/calendar.ts';
import type { Source } from '../sources/source.ts';
import type { Instant } from '../time/period.ts';
import type { QuarterdeckEngine } from './engine-of.ts';
import { ReplayedJournal, type ReplayedTalk } from './replay-said.ts';

export interface ReplayTools {
  readonly engine: QuarterdeckEngine;
  /** The real now; the simulated clock never passes it. */
  readonly now: Instant;
  readonly weeks: number;
  /** The cursor a source's first pass of the replay begins with; null for its own beginning. */
  readonly startCursor: (source: Source) => string | null;
  /** What was written in the reviews on the way. */
  readonly talk: ReplayedTalk;
  readonly onProgress: (done: number, of: number, week: string) => void;
}

/** When the simulated Monday's pull happens: this long after a week has ended. */
const AFTER_WEEK_MS = 6 * 60 * 60 * 1000;

/**
 * Makes the history of an organisation as it would have come about: on a simulated clock, week after
 * week, everything is pulled, measured and settled, so that revisions and restatements are what they
 * would have been. The last step runs at the real now and saves live values.
 */
export async function replayHistory({ engine, now, weeks, startCursor, talk, onProgress }: ReplayTools): Promise<void> {
  const { calendar } = engine.organisationNow;
  const last = lastCompleteWeek(calendar, now);
  const journal = new ReplayedJournal(talk);
  await engine.remakeable(async () => {
    await engine.beginAt(startCursor);
    for (let back = weeks - 1; back >= 0; back -= 1) {
      if (engine.isClosing) return;
      const week = shiftPeriod(calendar, last, -back);
      const simulated = Math.min(week.end + AFTER_WEEK_MS, now);
      const clock = (): Instant => simulated;
      for (const source of engine.configuredSources) await engine.pullOnly(source, clock);
      await engine.measureNow('none', simulated);
      await journal.hold(week, back, simulated, now);
      onProgress(weeks - back, weeks, week.id);
    }
    for (const source of engine.configuredSources) await engine.pullOnly(source, () => now);
    await engine.measureNow('changed', now);
  });
}
