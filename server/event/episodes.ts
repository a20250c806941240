import type { Instant } from '../time/period.ts';
import { EPOCH_2000_MS } from './columns.ts';
import type { Episode, Stretch } from './item.ts';
import type { Kind, State } from './kinds.ts';
import { isEndState, isOpenState } from './states.ts';
import { clip } from './stretches.ts';
import type { Entry, Walk } from './walk.ts';

const DAY_MS = 86_400_000;
/** definitions.md: reopened within 7 days is the same incident, later it is a repeat. */
export const SAME_INCIDENT_MS = 7 * DAY_MS;

const ENDS = ['restored', 'resolved', 'closed', 'cancelled'] as const;

type Instants = Partial<Record<string, Instant>>;

/** Instant fields of the item, such as `due` or `impact_started`. */
type OwnInstants = ReadonlyMap<string, Instant>;

/**
 * The episodes of an item with states. `stated` dates of restored, resolved and closed are the last
 * word on them while the item is not open.
 */
export function episodesOf(
  uid: string,
  kind: Kind,
  walked: Walk,
  stated: ReadonlyMap<State, Instant>,
  own: OwnInstants,
  stretches: readonly Stretch[],
): Episode[] {
  const runs = kind === 'incident' && !isOneByStatement(stated) ? splitRepeats(walked) : [walked.entries];
  return runs.map((run, index) => {
    const isLast = index === runs.length - 1;
    const from = index === 0 ? -Infinity : (run[0]?.at ?? -Infinity);
    const to = isLast ? null : (runs[index + 1]?.[0]?.at ?? null);
    const instants = instantsOf(run, index === 0 ? walked.openedAt : from);
    if (isLast && isEndState(run.at(-1)?.state ?? null)) {
      for (const [state, at] of stated) if (isEndState(state) && at >= from) instants[state] = at;
    }
    if (instants['restored'] === undefined && instants['resolved'] !== undefined) instants['restored'] = instants['resolved'];
    for (const [name, at] of own) if (at >= from && (to === null || at < to)) instants[name] = at;
    const inside = runs.length === 1 ? stretches : clip(stretches, from, to);
    const isOpen = isOpenState(inside.at(-1)?.state ?? null) && to === null;
    return {
      uid: index === 0 ? uid : `${uid}#${index + 1}`,
      instants,
      severity: worstSeverity(inside, instants['restored'] ?? null),
      harm: isOpen ? null : secondsIn(inside, isOpenState),
      working: isOpen ? null : secondsIn(inside, (state) => state === 'in_progress'),
      stretches: inside,
    };
  });
}

/** A source that states when an incident was opened and when it was over says that it was one, whatever happened between. */
const isOneByStatement = (stated: ReadonlyMap<State, Instant>): boolean =>
  stated.has('opened') && (stated.has('restored') || stated.has('resolved'));

function splitRepeats({ entries, openedAt }: Walk): (readonly Entry[])[] {
  const runs: (readonly Entry[])[] = [];
  let start = 0;
  let endedAt: Instant | null = null;
  let endState: State | null = null;
  entries.forEach((entry, index) => {
    // What was restored before it was opened has not been an incident yet.
    const isAfterOpening = endedAt !== null && endedAt >= (openedAt ?? endedAt);
    if (entry.isReopening && endedAt !== null && isAfterOpening && entry.at - endedAt > SAME_INCIDENT_MS) {
      runs.push(entries.slice(start, index));
      start = index;
    }
    if (isOpenState(entry.state)) endedAt = endState = null;
    // Restoration counts from the first of restored and resolved; closing only where there is neither.
    else if (isEndState(entry.state) && (endedAt === null || endState === 'closed')) {
      endedAt = entry.at;
      endState = entry.state;
    }
  });
  runs.push(entries.slice(start));
  return runs;
}

function instantsOf(run: readonly Entry[], openedAt: Instant | null): Instants {
  const instants: Instants = {};
  if (openedAt !== null) instants['opened'] = instants['last_opened'] = openedAt;
  run.forEach((entry, index) => {
    const { at, state } = entry;
    if (entry.isReopening) {
      instants['last_opened'] = at;
      // The reopening that begins a repeat incident is its opening.
      if (index > 0 || openedAt !== at) instants['reopened'] = at;
    }
    if (isOpenState(state)) {
      // Looked at first: taking away even what is not there is slow.
      for (const end of ENDS) if (instants[end] !== undefined) delete instants[end];
    }
    if (state !== 'opened' && state !== 'reopened') instants[state] ??= at;
  });
  return instants;
}

/** Severities told only after restoration stand in where there were none before it. */
function worstSeverity(stretches: readonly Stretch[], restoredAt: Instant | null): number | null {
  let worst: number | null = null;
  stretches.forEach((stretch, index) => {
    if (stretch.severity === null) return;
    if (worst === null) worst = stretch.severity;
    else if (restoredAt === null || index === 0 || stretch.from < restoredAt) worst = Math.min(worst, stretch.severity);
  });
  return worst;
}

const wholeSeconds = (instant: Instant): number => Math.floor((instant - EPOCH_2000_MS) / 1000);

/** Whole seconds in columns are cut, not rounded; sums of them must agree with their differences. */
function secondsIn(stretches: readonly Stretch[], isCounted: (state: State | null) => boolean): number | null {
  let sum: number | null = null;
  for (const { from, to, state } of stretches)
    if (to !== null && isCounted(state)) sum = (sum ?? 0) + wholeSeconds(to) - wholeSeconds(from);
  return sum;
}
