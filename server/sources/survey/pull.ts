import type { Event } from '../../event/event.ts';
import { readReply } from '../../event/shift-reply.ts';
import type { AskedShift } from '../../event/shift-survey.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { SourceError, type DryRun, type PullBatch, type PullContext, type PullEnd, type Reject, type Survey } from '../source.ts';
import { readPosition, writePosition, type SurveyPosition } from './cursor.ts';
import { answers, callingOff, invitations } from './events.ts';

const DAY_MS = 86_400_000;
/** What becomes of a shift is looked at for so long after its round has closed: rotas are put right late. */
const OVERLAP_MS = 35 * DAY_MS;
/** Shifts of one batch. */
const MOST_SHIFTS = 500;
/** A pass ends even where answers come as fast as they are read; what is left is the next one's. */
const MOST_REPLIES = 100_000;

/**
 * Tells who was asked, then what was answered. The shifts come from other sources, so this one knows as much as they do: what
 * they have not told yet nobody was asked about.
 */
export async function* pullSurvey(id: string, survey: Survey, context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
  const { cursor, inbox, now, shifts } = context;
  if (shifts === undefined || inbox === undefined)
    throw new SourceError(id, 'a survey is run by the server, which knows the shifts', 'Pull it with quarterdeck pull');
  const { from, asked: before }: SurveyPosition = cursor === null ? { from: now, asked: new Map() } : readPosition(cursor, id);
  const since = Math.max(from, now - survey.closesAfterMs - OVERLAP_MS);
  const ended = shifts.ended(since, now);
  const asked = ended.filter((shift) => survey.asks(shift));
  const refs = new Set(ended.map(({ ref }) => ref));
  // Somebody else's by now, or nobody's; what its sources cannot vouch for yet may only be late.
  const gone = [...before].filter(([ref, to]) => to >= since && !refs.has(ref) && to <= (shifts.completeUntil ?? -Infinity));
  if (gone.length > 0)
    yield batchOf(
      gone.flatMap(([ref, to]) => callingOff(id, ref, to)),
      [],
      `${gone.length} shifts called off`,
    );
  for (let first = 0; first < asked.length; first += MOST_SHIFTS) {
    const some = asked.slice(first, first + MOST_SHIFTS);
    yield batchOf(
      some.flatMap((shift) => invitations(id, shift)),
      [],
      `${first + some.length} of ${asked.length} shifts`,
    );
  }
  let read = 0;
  for (let after = 0; read < MOST_REPLIES;) {
    const posts = await inbox.next(after);
    const last = posts.at(-1);
    if (last === undefined) break;
    after = last.number;
    read += posts.length;
    const events: Event[] = [];
    const rejects: Reject[] = [];
    for (const { body, number, receivedAt } of posts) {
      const reply = readReply(body);
      if (reply !== null) events.push(...answers(id, reply, number));
      else
        rejects.push({ place: `answer of ${formatInstant(receivedAt)}`, reason: 'it cannot be read', fix: null, isKept: false });
    }
    yield batchOf(events, rejects, `${read} answers`);
    // Whoever asks for the next batch has committed this one.
    await inbox.take(posts.map(({ number }) => number));
  }
  const known = shifts.completeUntil;
  return {
    cursor: writePosition({ from, asked: new Map(lasting(asked, before, refs, gone, since)) }),
    completeUntil: known === null ? null : Math.min(known, now),
    // Before it began it asked nobody, which is all there is to know.
    historyFrom: null,
  };
}

/** Who would be asked; answers that wait are not read, and nobody's are shown. */
export async function dryRunSurvey(id: string, survey: Survey, context: PullContext, rows: number): Promise<DryRun> {
  if (context.shifts === undefined)
    throw new SourceError(
      id,
      'it asks about shifts that are stored, which a dry run does not read',
      '`quarterdeck hand-over` prints the shifts whose links open',
    );
  const asked = context.shifts.ended(context.now - survey.closesAfterMs, context.now).filter((shift) => survey.asks(shift));
  const events = asked.flatMap((shift) => invitations(id, shift));
  return {
    rows: asked.slice(0, rows).map(({ rotation, team, to }) => ({
      rotation: rotation ?? '',
      team: team ?? '',
      ended: formatInstant(to),
    })),
    rejects: [],
    events: events.length,
    samples: 0,
    items: events.length,
    read: asked.length,
  };
}

/** Who is to be remembered: those asked now, and those before them that nothing was heard of. */
function lasting(
  asked: readonly AskedShift[],
  before: SurveyPosition['asked'],
  refs: ReadonlySet<string>,
  gone: readonly (readonly [string, Instant])[],
  since: Instant,
): (readonly [string, Instant])[] {
  const over = new Set(gone.map(([ref]) => ref));
  const late = [...before].filter(([ref, to]) => to >= since && !refs.has(ref) && !over.has(ref));
  return [...late, ...asked.map(({ ref, to }) => [ref, to] as const)];
}

const batchOf = (events: readonly Event[], rejects: readonly Reject[], progress: string): PullBatch => ({
  events,
  samples: [],
  rejects,
  progress,
});
