import type { AgreedAction } from '../../event/agreed-action.ts';
import { formatInstant } from '../../time/instant.ts';
import { SourceError, type AgreedActions, type DryRun, type PullBatch, type PullContext, type PullEnd } from '../source.ts';
import { eventsOf } from './events.ts';

/** Events of one batch, more or less. */
const BATCH = 1_000;

/** Tells what was agreed, changed or done since the last pass: everything that was written here is known here. */
export async function* pullReviews(id: string, context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now } = context;
  const { revisions, last } = await agreedOf(id, context).after(readCursor(context.cursor, id));
  const actions = byAction(revisions);
  let events: PullBatch['events'] = [];
  for (const [index, action] of actions.entries()) {
    events = [...events, ...eventsOf(id, action)];
    if (events.length < BATCH && index < actions.length - 1) continue;
    yield { events, samples: [], rejects: [], progress: `${index + 1} of ${actions.length} actions` };
    events = [];
  }
  return { cursor: JSON.stringify({ after: last }), completeUntil: now, historyFrom: null };
}

export async function dryRunReviews(id: string, context: PullContext, rows: number): Promise<DryRun> {
  const { revisions } = await agreedOf(id, context).after(0);
  const actions = byAction(revisions);
  const latest = actions.flatMap((action) => action.at(-1) ?? []);
  return {
    rows: latest.slice(0, rows).map(({ action, team, service, due, standing }) => ({
      action: String(action),
      of: team ?? service ?? '',
      due: formatInstant(due),
      state: standing,
    })),
    rejects: [],
    events: actions.reduce((sum, action) => sum + eventsOf(id, action).length, 0),
    samples: 0,
    items: actions.length,
    read: revisions.length,
  };
}

function agreedOf(id: string, { agreed }: PullContext): AgreedActions {
  if (agreed !== undefined) return agreed;
  throw new SourceError(id, 'what was agreed is known to the server alone', 'Pull it with quarterdeck pull');
}

function byAction(revisions: readonly AgreedAction[]): AgreedAction[][] {
  const actions = new Map<number, AgreedAction[]>();
  for (const one of revisions) actions.set(one.action, [...(actions.get(one.action) ?? []), one]);
  return [...actions.values()];
}

function readCursor(cursor: string | null, id: string): number {
  if (cursor === null) return 0;
  let value: unknown;
  try {
    value = JSON.parse(cursor);
  } catch {
    value = null;
  }
  const after = typeof value === 'object' && value !== null && 'after' in value ? value.after : null;
  if (typeof after === 'number' && Number.isSafeInteger(after)) return after;
  throw new SourceError(id, 'its cursor cannot be read', 'Restore the database from a backup');
}
