import type { Instant } from '../../time/period.ts';
import { pagesOf } from '../aws/pages.ts';
import { gapSince, readPlaceCursor, writePlaceCursor } from '../aws/place-cursor.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Rule } from '../aws/rules.ts';
import { signedClient } from '../aws/signed-fetch.ts';
import { SourceError, type PullBatch, type PullContext, type PullEnd, type Reject } from '../source.ts';
import { isRunning, memberAt, readExperiment, readPage, type Experiment } from './experiment.ts';
import { experimentFacts } from './facts.ts';

export interface FisSettings {
  readonly source: string;
  readonly rules: readonly Rule[];
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

const HOUR_MS = 3_600_000;
/** FIS forgets experiments after so long; what was told stays in the log. */
const KEPT_MS = 120 * 24 * HOUR_MS;
const OVERLAP_MS = HOUR_MS;
/** Experiments a batch: a pass that is cut off goes on behind the last. */
const A_BATCH = 50;

/** Experiments of one Region of an account. The list has no filter: it is read as a whole, details of what is new or had not ended. */
export async function* pullExperiments(
  { source, rules, digest }: FisSettings,
  place: AwsPlace,
  { cursor: told, now, signal }: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const before = readPlaceCursor(told, digest, now, 'open');
  const { retoldAt } = before;
  const kept = now - KEPT_MS;
  const gap = gapSince(place, before, kept, 'FIS');
  const historyFrom = gap === null ? Math.min(before.historyFrom ?? Infinity, kept) : kept;
  const open = new Map(before.marks);
  const cursor = (until: Instant | null): string => writePlaceCursor({ until, historyFrom, marks: open, retoldAt }, digest);
  const call = signedClient(place, 'fis');
  const listed = await listOf(place, (token) =>
    call({ action: 'fis:ListExperiments', path: '/experiments', query: { maxResults: '100', nextToken: token } }, signal),
  );

  const rejects: Reject[] = gap === null ? [] : [gap];
  for (const [id, createdAt] of open) {
    if (listed.has(id)) continue;
    open.delete(id);
    const reason = 'it had not ended when it was read last, and is there no longer';
    if (createdAt > now - KEPT_MS) rejects.push({ place: `${place.name}, experiment ${id}`, reason, fix: null, isKept: true });
  }
  const since = before.until === null ? -Infinity : before.until - OVERLAP_MS;
  const news = [...listed.values()]
    .filter(({ id, createdAt }) => createdAt >= since || open.has(id))
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
  for (let first = 0; first < news.length; first += A_BATCH) {
    const some = news.slice(first, first + A_BATCH);
    const events = [];
    for (const each of some) {
      const { id, createdAt } = each;
      if (isRunning(each)) {
        open.set(id, createdAt);
        continue;
      }
      const answer = await call({ action: 'fis:GetExperiment', path: `/experiments/${encodeURIComponent(id)}` }, signal);
      const experiment = readExperiment(memberAt(answer, 'experiment'));
      if (experiment === null) throw unreadable(place, 'fis:GetExperiment');
      const facts = experimentFacts(source, place.name, rules, experiment, retoldAt);
      events.push(...facts.events);
      rejects.push(...facts.rejects);
      open.delete(id);
    }
    const last = some.at(-1)?.createdAt ?? now;
    const progress = `${first + some.length} of ${news.length} experiments`;
    yield { events, samples: [], rejects: rejects.splice(0), progress, cursor: cursor(Math.max(before.until ?? last, last)) };
  }
  if (rejects.length > 0) yield { events: [], samples: [], rejects, progress: 'done', cursor: cursor(before.until) };
  return { cursor: cursor(now), completeUntil: now, historyFrom };
}

async function listOf(place: AwsPlace, call: (token: string | undefined) => Promise<unknown>): Promise<Map<string, Experiment>> {
  const found = new Map<string, Experiment>();
  const pages = pagesOf(
    place,
    'fis:ListExperiments',
    async (token) => {
      const page = readPage(await call(token));
      if (page === null) throw unreadable(place, 'fis:ListExperiments');
      return page;
    },
    ({ token }) => token,
  );
  for await (const { experiments } of pages) for (const experiment of experiments) found.set(experiment.id, experiment);
  return found;
}

const unreadable = (place: AwsPlace, action: string): SourceError =>
  new SourceError(
    place.name,
    `the answer to ${action} is in no form that we know`,
    `Check that ${place.endpoint ?? 'what stands between this machine and AWS'} answers as FIS does`,
  );
