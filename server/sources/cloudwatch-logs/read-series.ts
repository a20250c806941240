import { bytesText, type PullCost } from '../../event/passes.ts';
import type { SourceError } from '../source.ts';
import { type PullBatch, type Reject } from '../source.ts';
import type { LogProgress } from './cursor.ts';
import { MOST_ROWS, runQuery, type LogsCaller, type Outcome } from './query.ts';
import { samplesOf } from './rows.ts';
import type { LogSeries } from './series.ts';
import { asOfToday, halfOf, knownUntil, windowsFor, windowsOf, type LogWindow } from './windows.ts';

/** What one query told, and how far the series was read then. */
export interface SeriesBatch extends Pick<PullBatch, 'samples' | 'rejects' | 'progress' | 'cost'> {
  readonly reached: LogProgress;
}

export interface SeriesEnd {
  readonly reached: LogProgress;
  /** Where its query was not let in. */
  readonly refusal: SourceError | null;
}

const GIGABYTE = 1024 ** 3;
/** Each took an hour to find; the next pass goes on behind them. */
const MOST_GAPS = 3;
/** US East, November 2026. */
const DOLLARS_PER_GIGABYTE = 0.005;

/**
 * Reads a series on from where it came. A window of which not everything is known holds up what comes after it, so that the next
 * pass asks for it again; what was known and could not be read again holds up nothing. A window that is too long for its query to
 * come to an end is halved, down to an hour, which is then left out.
 */
export async function* readSeries(
  caller: LogsCaller,
  source: string,
  series: LogSeries,
  before: LogProgress,
  now: number,
): AsyncGenerator<SeriesBatch, SeriesEnd, void> {
  let reached = asOfToday(before, series.periodMs, now);
  let todo = windowsFor(reached, series.periodMs, now);
  let [asked, gaps] = [0, 0];
  for (let window = todo.shift(); window !== undefined; window = todo.shift()) {
    asked += 1;
    const progress = `${series.name}, ${asked} of ${asked + todo.length} queries`;
    const place = `${caller.place.name}, ${series.name}`;
    if (reached.bytes >= series.bytesPerDay) {
      yield { samples: [], rejects: [{ place, ...tooMuch(reached, series), isKept: false }], progress, reached };
      return { reached, refusal: null };
    }
    const outcome = await runQuery(caller, series, window);
    // A query that came to nothing is paid, too.
    if ('bytes' in outcome) reached = { ...reached, bytes: reached.bytes + outcome.bytes };
    const isTimeout = outcome.is === 'unfinished' && outcome.status === 'Timeout';
    const spanMs = isTimeout || outcome.is === 'cut' ? halfOf(window) : null;
    if (spanMs !== null) {
      // Too much for one query: from here on with shorter ones.
      reached = { ...reached, spanMs };
      todo = windowsOf({ start: window.start, end: todo.at(-1)?.end ?? window.end }, spanMs);
      yield { samples: [], rejects: [], progress, reached, cost: costOf(outcome) };
      continue;
    }
    const { samples, rejects, isWhole } = told(caller, source, series, window, outcome, place);
    // An hour that is too much for an hour of asking would never be read: it is left out, so that all others are.
    const isGap = isTimeout && gaps < MOST_GAPS;
    if (isGap) gaps += 1;
    if (isWhole || isGap) reached = readThrough(reached, window, series.periodMs, now, outcome.is === 'forgotten');
    yield { samples, rejects, progress, reached, cost: costOf(outcome) };
    if (outcome.is === 'refused') return { reached, refusal: outcome.fault };
    if (!isWhole && !isGap && window.end > reached.until) break;
  }
  return { reached, refusal: null };
}

function readThrough(
  reached: LogProgress,
  { start, end }: LogWindow,
  periodMs: number,
  now: number,
  isForgotten: boolean,
): LogProgress {
  const hasNothing = isForgotten && reached.until === reached.historyFrom;
  return {
    ...reached,
    historyFrom: hasNothing ? Math.max(end, reached.historyFrom) : reached.historyFrom,
    until: Math.max(end, reached.until),
    again: start <= reached.again ? Math.max(end, reached.again) : reached.again,
    known: Math.max(knownUntil(end, periodMs, now), reached.known ?? -Infinity),
  };
}

interface Told extends Pick<PullBatch, 'samples' | 'rejects'> {
  /** Everything of the window is known now. */
  readonly isWhole: boolean;
}

function told(
  { place }: LogsCaller,
  source: string,
  series: LogSeries,
  window: LogWindow,
  outcome: Outcome,
  where: string,
): Told {
  const missing = (reason: string, fix: string | null): Told => ({
    samples: [],
    rejects: [{ place: `${where}, ${spoken(window)}`, reason, fix, isKept: false }],
    isWhole: false,
  });
  switch (outcome.is) {
    case 'rows': {
      const { samples, fault, odd } = samplesOf(source, place, series, window, outcome.rows);
      if (fault !== null) return missing(fault.reason, fault.fix);
      return { samples, rejects: odd === null ? [] : [{ place: where, ...odd, isKept: false }], isWhole: true };
    }
    case 'forgotten':
      return { samples: [], rejects: [], isWhole: true };
    case 'unfinished':
      return missing(
        `its query did not come to its end (${outcome.status}): nothing is known of this time`,
        outcome.status === 'Timeout'
          ? 'What comes after it is read; it is asked for again once a day, for three days. Let the query filter on indexed fields, or read fewer log groups'
          : outcome.status === 'Running'
            ? 'The next pull asks again; let the query filter on indexed fields, or read fewer log groups'
            : 'The next pull asks again',
      );
    case 'cut':
      return missing(
        `its query finds ${MOST_ROWS.toLocaleString('en')} rows or more, which is all that an answer holds`,
        'Group by fields with fewer values, or by a longer period',
      );
    case 'refused': {
      const { place: at, message, fix } = outcome.fault;
      return missing(message.slice(at.length + 2), fix ?? "Try the query in Logs Insights, and check 'log_groups'");
    }
  }
}

const tooMuch = ({ bytes }: LogProgress, { bytesPerDay }: LogSeries): Pick<Reject, 'reason' | 'fix'> => ({
  reason: `its queries have scanned ${bytesText(bytes)} today (UTC), of ${bytesText(bytesPerDay)} that it may scan a day`,
  fix: "It goes on tomorrow; raise 'bytes_per_day', pull less often, or let the query filter on indexed fields",
});

/** Queries are paid by what they scan, also where they came to nothing. */
function costOf(outcome: Outcome): PullCost {
  const bytes = 'bytes' in outcome ? outcome.bytes : 0;
  const dollars = (bytes / GIGABYTE) * DOLLARS_PER_GIGABYTE;
  return { calls: 1, leastMetrics: 0, mostMetrics: 0, bytes, leastDollars: dollars, mostDollars: dollars };
}

const spoken = ({ start, end }: LogWindow): string => `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`;
